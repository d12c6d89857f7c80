package commands

import (
	"reflect"

	"github.com/visure-anagrafiche/visure/domain"
)

// DefineProfile enters a Comune's named set of grants, or replaces what it
// grants.
type DefineProfile struct{ Profile domain.ProfileDefined }

// Decide records what differs from what is known.
func (c DefineProfile) Decide(s domain.Profile, f Facts, m domain.Meta) ([]domain.Event, error) {
	p := c.Profile
	if err := administers(f, m.By, p.Comune); err != nil {
		return nil, err
	}
	switch {
	case p.Nome == "":
		return nil, domain.FieldErrorf(domain.Invalid, "nome", "il profilo ha un nome")
	case len(p.Tipi) == 0:
		return nil, domain.FieldErrorf(domain.Invalid, "tipi", "il profilo ammette almeno un tipo di visura")
	case p.Conferma != "" && !confirmable(p.Conferma):
		return nil, domain.FieldErrorf(domain.Invalid, "conferma", "la conferma delle visure nazionali è immediata, manuale o silenzio-assenso")
	case s.Defined && s.Comune != p.Comune:
		return nil, domain.FieldErrorf(domain.Conflict, "comune", "il profilo è di un altro Comune")
	case s.Defined && reflect.DeepEqual(s.ProfileDefined, p):
		return nil, nil
	}
	if err := offered(p.Tipi); err != nil {
		return nil, err
	}
	return []domain.Event{p}, nil
}
