package projections

import (
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Convenzioni are the acts between Enti and Comuni: a row a pair, through all
// amendments and renewals.
type Convenzioni struct{}

func (Convenzioni) Name() string { return "convenzioni" }

func (Convenzioni) Tables() []string { return []string{"convenzioni"} }

func (Convenzioni) Categories() []string { return []string{"convenzione"} }

// accordo is an act as its row keeps it.
type accordo struct {
	domain.Convenzione
	seen
	Activated []time.Time // when, of each act
}

var accordi = kept[accordo]{table: "convenzioni", key: "convenzione", kind: "uuid", about: of("convenzione"), evolve: func(s accordo, r domain.Recorded) accordo {
	if s.again(r) {
		return s
	}
	acts := len(s.Atti)
	s.Convenzione = s.Evolve(r.Event, r.Meta)
	if len(s.Atti) > acts {
		s.Activated = append(s.Activated, r.Meta.At)
	}
	return s
}}

type convenzioneRow struct {
	Convenzione string             `json:"convenzione"`
	Ente        domain.EnteID      `json:"ente,omitempty"`
	Comune      domain.CodiceISTAT `json:"comune"`
	Al          *domain.Date       `json:"al"`
	Stato       accordo            `json:"stato"`
}

func (Convenzioni) Apply(w *engine.Writer, events []domain.Recorded) error {
	states, err := accordi.fold(w, events)
	if err != nil {
		return err
	}
	var acts []convenzioneRow
	for _, id := range sorted(states) {
		s := states[id]
		acts = append(acts, convenzioneRow{id, s.Ente, s.Comune, dayOrNone(s.Last().Al), s})
	}
	return replace(w, "convenzioni", "convenzione", "uuid", sorted(states), acts)
}
