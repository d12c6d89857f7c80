package commands

import (
	"reflect"

	"github.com/visure-anagrafiche/visure/domain"
)

// SignConvenzione enters the agreement between an Ente and a Comune.
type SignConvenzione struct {
	Convenzione domain.ConvenzioneSigned
}

// Refs names the two parties.
func (c SignConvenzione) Refs(domain.Convenzione, domain.Utente, domain.Meta) Refs {
	return Refs{Comune: c.Convenzione.Comune, Ente: c.Convenzione.Ente}
}

// Decide records an agreement between registered parties that names purposes
// with their legal basis (DPR 445/2000 art. 43 c.2). It is signed once; a new
// agreement has a new id.
func (c SignConvenzione) Decide(s domain.Convenzione, f Facts, m domain.Meta) ([]domain.Event, error) {
	a := c.Convenzione
	if err := administers(f, m.By, a.Comune); err != nil {
		return nil, err
	}
	switch {
	case !f.Comune.Registered:
		return nil, domain.FieldErrorf(domain.Invalid, "comune", "il Comune non è registrato")
	case !f.Ente.Registered:
		return nil, domain.FieldErrorf(domain.Invalid, "ente", "l'Ente non è registrato")
	case !a.Dal.Complete() || !a.Al.Complete() || a.Al.Compare(a.Dal) < 0:
		return nil, domain.FieldErrorf(domain.Invalid, "al", "la convenzione vuole un periodo di date intere, dal primo all'ultimo giorno")
	case len(a.Tipi) == 0:
		return nil, domain.FieldErrorf(domain.Invalid, "tipi", "la convenzione ammette almeno un tipo di visura")
	case len(a.Finalita) == 0:
		return nil, domain.FieldErrorf(domain.Invalid, "finalita", "la convenzione ammette almeno una finalità")
	case s.Signed && reflect.DeepEqual(s.ConvenzioneSigned, a):
		return nil, nil
	case s.Signed:
		return nil, domain.Errorf(domain.Conflict, "la convenzione è già firmata: se ne firma una nuova")
	}
	if err := offered(a.Tipi); err != nil {
		return nil, err
	}
	for _, mode := range a.Conferme {
		if !confirmable(mode) {
			return nil, domain.FieldErrorf(domain.Invalid, "conferme", "la conferma delle visure nazionali è immediata, manuale o silenzio-assenso")
		}
	}
	for _, purpose := range a.Finalita {
		if purpose.Codice == "" || purpose.BaseGiuridica == "" {
			return nil, domain.FieldErrorf(domain.Invalid, "finalita", "ogni finalità ha un codice e una base giuridica")
		}
	}
	return []domain.Event{a}, nil
}

// offered refuses kinds of visura that are not on offer.
func offered(tipi []domain.Tipo) error {
	for _, tipo := range tipi {
		if !tipo.Offered() {
			return domain.FieldErrorf(domain.Invalid, "tipi", "il tipo di visura %q non è tra quelli offerti", tipo)
		}
	}
	return nil
}

// confirmable says whether requests can be confirmed that way.
func confirmable(c domain.Conferma) bool {
	return c == domain.Immediata || c == domain.Manuale || c == domain.SilenzioAssenso
}
