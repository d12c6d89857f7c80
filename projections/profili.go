package projections

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Profili are the named sets of grants of the Comuni: a row each.
type Profili struct{}

func (Profili) Name() string { return "profili" }

func (Profili) Tables() []string { return []string{"profili"} }

func (Profili) Categories() []string { return []string{"profile"} }

// concesso is a profile as its row keeps it.
type concesso struct {
	domain.Profile
	seen
}

var concessi = kept[concesso]{table: "profili", key: "profile", kind: "uuid", about: of("profile"), evolve: func(s concesso, r domain.Recorded) concesso {
	if !s.again(r) {
		s.Profile = s.Profile.Evolve(r.Event, r.Meta)
	}
	return s
}}

type profiloRow struct {
	Profile   string                `json:"profile"`
	Comune    domain.CodiceISTAT    `json:"comune"`
	Nome      string                `json:"nome"`
	Nazionale bool                  `json:"nazionale"`
	Nazionali []domain.TipoConcesso `json:"nazionali"`
	Ritirato  bool                  `json:"ritirato"`
	Stato     concesso              `json:"stato"`
}

func (Profili) Apply(w *engine.Writer, events []domain.Recorded) error {
	states, err := concessi.fold(w, events)
	if err != nil {
		return err
	}
	var profili []profiloRow
	for _, id := range sorted(states) {
		s := states[id]
		profili = append(profili, profiloRow{id, s.Comune, s.Nome, s.National(), s.NationalGrants(), s.Withdrawn, s})
	}
	return replace(w, "profili", "profile", "uuid", sorted(states), profili)
}
