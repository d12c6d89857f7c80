package commands

import (
	"net/netip"
	"reflect"
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// RegisterApplicativo enters software of an Ente, or replaces what it may.
type RegisterApplicativo struct {
	Ente        domain.EnteID        `json:"ente" doc:"Ente"`
	Comuni      []domain.CodiceISTAT `json:"comuni" maxItems:"500" doc:"Codici ISTAT dei Comuni a cui può chiedere"`
	Nome        string               `json:"nome" maxLength:"120" doc:"Nome dell'applicativo"`
	Owner       domain.UtenteID      `json:"owner" doc:"Utente che ne risponde"`
	Scopes      []domain.Scope       `json:"scopes" maxItems:"10" doc:"request, read, download, monitor"`
	Reti        []netip.Prefix       `json:"reti,omitempty" maxItems:"20" doc:"Reti da cui chiama"`
	Certificato string               `json:"certificato,omitempty" doc:"SHA-256 del certificato con cui chiama, in esadecimale"`
}

// Refs names who answers for the software.
func (c RegisterApplicativo) Refs(Given[domain.Applicativo]) Refs { return Refs{Person: c.Owner} }

// Decide admits who administers the Ente at every Comune named: a TOP at its own.
func (c RegisterApplicativo) Decide(g Given[domain.Applicativo]) ([]domain.Event, error) {
	if err := administers(g, ""); err != nil {
		return nil, err
	}
	for _, comune := range append(slices.Clone(c.Comuni), g.State.Comuni...) {
		if err := administersApplicativo(g, domain.Pair{Ente: c.Ente, Comune: comune}); err != nil {
			return nil, err
		}
	}
	registered := domain.ApplicativoRegistered(c)
	if len(registered.Reti) == 0 {
		registered.Reti = nil // as it is read back
	}
	if err := c.check(g); err != nil {
		return nil, err
	}
	if g.State.Registered && reflect.DeepEqual(g.State.ApplicativoRegistered, registered) {
		return nil, nil
	}
	return []domain.Event{registered}, nil
}

func (c RegisterApplicativo) check(g Given[domain.Applicativo]) error {
	unknown := slices.ContainsFunc(c.Scopes, func(s domain.Scope) bool { return !slices.Contains(domain.Scopes(), s) })
	answers := slices.ContainsFunc(c.Comuni, func(comune domain.CodiceISTAT) bool {
		return g.Parties.Utente.At(domain.Pair{Ente: c.Ente, Comune: comune})
	})
	switch {
	case len(c.Comuni) == 0 || slices.Contains(c.Comuni, ""):
		return domain.FieldErrorf(domain.Invalid, "comuni", "l'applicativo chiede ad almeno un Comune")
	case c.Nome == "" || words("nome", c.Nome) != nil:
		return domain.FieldErrorf(domain.Invalid, "nome", "il nome dell'applicativo manca o ha caratteri che non si possono stampare")
	case len(c.Scopes) == 0 || unknown:
		return domain.FieldErrorf(domain.Invalid, "scopes", "l'applicativo ha almeno uno tra request, read, download e monitor")
	case !answers:
		return domain.FieldErrorf(domain.Invalid, "owner", "chi risponde dell'applicativo è un utente dell'Ente")
	case c.Certificato != "" && !sha256Hex.MatchString(c.Certificato):
		return domain.FieldErrorf(domain.Invalid, "certificato", "l'impronta del certificato è di 64 cifre esadecimali minuscole")
	case g.State.Registered && g.State.Ente != c.Ente:
		return domain.FieldErrorf(domain.Conflict, "ente", "l'applicativo è di un altro Ente")
	}
	return nil
}

// errNoApplicativo is the answer to whoever may not know of software: the same as
// if there were none.
var errNoApplicativo = domain.Errorf(domain.NotFound, "applicativo inesistente")

// administersApplicativo refuses who is not TOP of a Comune the software asks.
func administersApplicativo(g Given[domain.Applicativo], p domain.Pair) error {
	if err := administers(g, p.Comune); err != nil {
		return err
	}
	if g.State.Registered && g.State.Ente != p.Ente {
		return errNoApplicativo
	}
	return nil
}
