package commands

import (
	"reflect"

	"github.com/visure-anagrafiche/visure/domain"
)

// DefineProfile enters a Comune's named set of grants, or replaces what it
// grants.
type DefineProfile struct {
	Comune   domain.CodiceISTAT `json:"comune" doc:"Codice ISTAT del Comune"`
	Nome     string             `json:"nome" doc:"Nome del profilo"`
	Tipi     []domain.Tipo      `json:"tipi" doc:"Tipi di visura concessi"`
	Conferma domain.Conferma    `json:"conferma,omitempty" doc:"Come si confermano le visure nazionali; assente: non concesse"`
}

// Decide records what differs from what is known.
func (c DefineProfile) Decide(g Given[domain.Profile]) ([]domain.Event, error) {
	if err := administers(g, c.Comune); err != nil {
		return nil, err
	}
	s, defined := g.State, domain.ProfileDefined(c)
	switch {
	case c.Comune == "":
		return nil, domain.FieldErrorf(domain.Invalid, "comune", "il profilo è di un Comune")
	case c.Nome == "":
		return nil, domain.FieldErrorf(domain.Invalid, "nome", "il profilo ha un nome")
	case len(c.Tipi) == 0:
		return nil, domain.FieldErrorf(domain.Invalid, "tipi", "il profilo ammette almeno un tipo di visura")
	case c.Conferma != "" && !confirmable(c.Conferma):
		return nil, domain.FieldErrorf(domain.Invalid, "conferma", "la conferma delle visure nazionali è immediata, manuale o silenzio-assenso")
	case s.Defined && !g.reach().Covers(domain.Object{Comune: s.Comune}):
		return nil, domain.Errorf(domain.NotFound, "profilo inesistente") // of a Comune the actor may not know of
	case s.Defined && s.Comune != c.Comune:
		return nil, domain.FieldErrorf(domain.Conflict, "comune", "il profilo è di un altro Comune")
	case s.Defined && reflect.DeepEqual(s.ProfileDefined, defined):
		return nil, nil
	}
	if err := offered(c.Tipi); err != nil {
		return nil, err
	}
	return []domain.Event{defined}, nil
}
