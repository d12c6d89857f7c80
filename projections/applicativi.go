package projections

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Applicativi are the software of Enti that asks for people: a row each.
type Applicativi struct{}

func (Applicativi) Name() string { return "applicativi" }

func (Applicativi) Tables() []string { return []string{"applicativi"} }

func (Applicativi) Categories() []string { return []string{"applicativo"} }

// programma is software as its row keeps it.
type programma struct {
	domain.Applicativo
	seen
}

var programmi = kept[programma]{table: "applicativi", key: "applicativo", kind: "uuid", about: of("applicativo"), evolve: func(s programma, r domain.Recorded) programma {
	if !s.again(r) {
		s.Applicativo = s.Evolve(r.Event, r.Meta)
	}
	return s
}}

type applicativoRow struct {
	Applicativo string               `json:"applicativo"`
	Ente        domain.EnteID        `json:"ente,omitempty"`
	Comuni      []domain.CodiceISTAT `json:"comuni"`
	Nome        string               `json:"nome"`
	Stato       programma            `json:"stato"`
}

func (Applicativi) Apply(w *engine.Writer, events []domain.Recorded) error {
	states, err := programmi.fold(w, events)
	if err != nil {
		return err
	}
	var software []applicativoRow
	for _, id := range sorted(states) {
		s := states[id]
		comuni := append([]domain.CodiceISTAT{}, s.Comuni...) // and not NULL
		software = append(software, applicativoRow{id, s.Ente, comuni, s.Nome, s})
	}
	return replace(w, "applicativi", "applicativo", "uuid", sorted(states), software)
}
