package commands

import (
	"reflect"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// SignConvenzione enters the agreement between an Ente and a Comune.
type SignConvenzione struct {
	Ente     domain.EnteID      `json:"ente" doc:"Ente che chiede"`
	Comune   domain.CodiceISTAT `json:"comune" doc:"Codice ISTAT del Comune che dà accesso"`
	Estremi  string             `json:"estremi" doc:"Atto e data, come si stampano"`
	Dal      domain.Date        `json:"dal" doc:"Primo giorno"`
	Al       domain.Date        `json:"al" doc:"Ultimo giorno, compreso"`
	Finalita []domain.Finalita  `json:"finalita" doc:"Finalità ammesse, con la base giuridica"`
	Tipi     []domain.Tipo      `json:"tipi" doc:"Tipi di visura ammessi"`
	Conferme []domain.Conferma  `json:"conferme,omitempty" doc:"Modi di conferma ammessi per le visure nazionali; nessuno: non ammesse"`
}

// Refs names the two parties.
func (c SignConvenzione) Refs(Given[domain.Convenzione]) Refs {
	return Refs{Comune: c.Comune, Ente: c.Ente}
}

// Decide records an agreement between registered parties that names purposes
// with their legal basis (DPR 445/2000 art. 43 c.2). It is signed once; a new
// agreement has a new id.
func (c SignConvenzione) Decide(g Given[domain.Convenzione]) ([]domain.Event, error) {
	if err := administers(g, c.Comune); err != nil {
		return nil, err
	}
	if len(c.Conferme) == 0 {
		c.Conferme = nil // as it is read back
	}
	s, signed := g.State, domain.ConvenzioneSigned(c)
	switch {
	case !g.Parties.Comune.Registered:
		return nil, domain.FieldErrorf(domain.Invalid, "comune", "il Comune non è registrato")
	case !g.Parties.Ente.Registered:
		return nil, domain.FieldErrorf(domain.Invalid, "ente", "l'Ente non è registrato")
	case !c.Dal.Complete() || !c.Al.Complete() || c.Al.Compare(c.Dal) < 0:
		return nil, domain.FieldErrorf(domain.Invalid, "al", "la convenzione vuole un periodo di date intere, dal primo all'ultimo giorno")
	case len(c.Tipi) == 0:
		return nil, domain.FieldErrorf(domain.Invalid, "tipi", "la convenzione ammette almeno un tipo di visura")
	case len(c.Finalita) == 0:
		return nil, domain.FieldErrorf(domain.Invalid, "finalita", "la convenzione ammette almeno una finalità")
	case s.Signed && reflect.DeepEqual(s.ConvenzioneSigned, signed):
		return nil, nil
	case s.Signed:
		return nil, domain.Errorf(domain.Conflict, "la convenzione è già firmata: se ne firma una nuova")
	}
	if err := offered(c.Tipi); err != nil {
		return nil, err
	}
	for _, mode := range c.Conferme {
		if !confirmable(mode) {
			return nil, domain.FieldErrorf(domain.Invalid, "conferme", "la conferma delle visure nazionali è immediata, manuale o silenzio-assenso")
		}
	}
	for _, purpose := range c.Finalita {
		if purpose.Codice == "" || purpose.BaseGiuridica == "" {
			return nil, domain.FieldErrorf(domain.Invalid, "finalita", "ogni finalità ha un codice e una base giuridica")
		}
	}
	return []domain.Event{signed}, nil
}

// offered refuses types of visura that are not offered.
func offered(tipi []domain.Tipo) error {
	for _, tipo := range tipi {
		if !documento.Offered(tipo) {
			return domain.FieldErrorf(domain.Invalid, "tipi", "il tipo di visura %q non è tra quelli offerti", tipo)
		}
	}
	return nil
}

// confirmable says whether requests can be confirmed that way.
func confirmable(c domain.Conferma) bool {
	return c == domain.Immediata || c == domain.Manuale || c == domain.SilenzioAssenso
}
