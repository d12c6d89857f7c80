package projections

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Enti are the bodies whose people ask for visure: a row each.
type Enti struct{}

func (Enti) Name() string { return "enti" }

func (Enti) Tables() []string { return []string{"enti"} }

func (Enti) Categories() []string { return []string{"ente"} }

// corpo is a body as its row keeps it.
type corpo struct {
	domain.Ente
	seen
}

var corpi = kept[corpo]{table: "enti", key: "ente", kind: "uuid", about: of("ente"), evolve: func(s corpo, r domain.Recorded) corpo {
	if !s.again(r) {
		s.Ente = s.Ente.Evolve(r.Event, r.Meta)
	}
	return s
}}

type enteRow struct {
	Ente          string             `json:"ente"`
	Denominazione string             `json:"denominazione"`
	CodiceFiscale string             `json:"codice_fiscale"`
	CodiceIPA     string             `json:"codice_ipa"`
	EnteredBy     domain.CodiceISTAT `json:"entered_by"`
	Stato         corpo              `json:"stato"`
}

func (Enti) Apply(w *engine.Writer, events []domain.Recorded) error {
	states, err := corpi.fold(w, events)
	if err != nil {
		return err
	}
	var enti []enteRow
	for _, id := range sorted(states) {
		s := states[id]
		enti = append(enti, enteRow{id, s.Denominazione, s.CodiceFiscale, s.CodiceIPA, s.EnteredBy.Comune, s})
	}
	return replace(w, "enti", "ente", "uuid", sorted(states), enti)
}
