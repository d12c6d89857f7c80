package commands

import (
	"net/netip"
	"reflect"

	"github.com/visure-anagrafiche/visure/domain"
)

// ProposePostazione asks that a workstation of an Ente be authorised for a Comune.
type ProposePostazione struct {
	Ente        domain.EnteID      `json:"ente" doc:"Ente"`
	Comune      domain.CodiceISTAT `json:"comune" doc:"Codice ISTAT del Comune"`
	Nome        string             `json:"nome" maxLength:"120" doc:"Come l'Ente chiama la postazione"`
	Reti        []netip.Prefix     `json:"reti,omitempty" maxItems:"20" doc:"Reti da cui si può usare, come 192.0.2.0/24; assenti: da ovunque"`
	Certificato string             `json:"certificato,omitempty" doc:"SHA-256 del certificato della postazione, in esadecimale; assente: la postazione avrà un segreto"`
}

// Decide records the proposal of who administers the pair. What was proposed is
// never changed; asked of another Comune, all else is the same.
func (c ProposePostazione) Decide(g Given[domain.Postazione]) ([]domain.Event, error) {
	if len(c.Reti) == 0 {
		c.Reti = nil // as it is read back
	}
	if err := appoints(g, domain.Pair{Ente: c.Ente, Comune: c.Comune}); err != nil {
		return nil, err
	}
	proposed, was := domain.PostazioneProposed(c), g.State.PostazioneProposed
	was.Comune = c.Comune
	_, known := g.State.At(c.Comune)
	switch {
	case c.Ente == "" || c.Comune == "":
		return nil, domain.FieldErrorf(domain.Invalid, "ente", "la postazione è di un Ente per un Comune")
	case c.Nome == "" || words("nome", c.Nome) != nil:
		return nil, domain.FieldErrorf(domain.Invalid, "nome", "il nome della postazione manca o ha caratteri che non si possono stampare")
	case c.Certificato != "" && !sha256Hex.MatchString(c.Certificato):
		return nil, domain.FieldErrorf(domain.Invalid, "certificato", "l'impronta del certificato è di 64 cifre esadecimali minuscole")
	case g.State.Proposed && g.State.Ente != c.Ente:
		return nil, errNoPostazione
	case g.State.Proposed && !reflect.DeepEqual(was, proposed):
		return nil, domain.Errorf(domain.Conflict, "la postazione è già stata proposta: se ne propone un'altra")
	case known:
		return nil, nil
	}
	if err := networks("reti", c.Reti); err != nil {
		return nil, err
	}
	return []domain.Event{proposed}, nil
}

// errNoPostazione is the answer to whoever may not know of a workstation: the same
// as if there were none.
var errNoPostazione = domain.Errorf(domain.NotFound, "postazione inesistente")
