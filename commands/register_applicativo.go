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

// Decide has each Comune say for itself whether the software may ask it: a TOP adds
// its own Comune and takes it away. What else the software is, changes where all
// the Comuni it asks are the TOP's.
func (c RegisterApplicativo) Decide(g Given[domain.Applicativo]) ([]domain.Event, error) {
	if err := administers(g, ""); err != nil {
		return nil, err
	}
	if g.State.Registered && g.State.Ente != c.Ente {
		return nil, errNoApplicativo
	}
	for _, comune := range c.concerned(g.State) {
		if err := administers(g, comune); err != nil {
			return nil, err
		}
	}
	registered := c.registered()
	if err := c.check(g); err != nil {
		return nil, err
	}
	if g.State.Registered && reflect.DeepEqual(g.State.ApplicativoRegistered, registered) {
		return nil, nil
	}
	return []domain.Event{registered}, nil
}

// concerned are the Comuni that a change concerns: those that are added or taken
// away, and all if anything else is another.
func (c RegisterApplicativo) concerned(was domain.Applicativo) (comuni []domain.CodiceISTAT) {
	other := was.ApplicativoRegistered
	other.Comuni = c.Comuni
	all := !was.Registered || !reflect.DeepEqual(other, c.registered())
	for _, comune := range append(slices.Clone(c.Comuni), was.Comuni...) {
		if all || !slices.Contains(c.Comuni, comune) || !slices.Contains(was.Comuni, comune) {
			comuni = append(comuni, comune)
		}
	}
	return comuni
}

// registered is the event, as it is read back.
func (c RegisterApplicativo) registered() domain.ApplicativoRegistered {
	r := domain.ApplicativoRegistered(c)
	if len(r.Reti) == 0 {
		r.Reti = nil
	}
	return r
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
	}
	return nil
}

// errNoApplicativo is the answer to whoever may not know of software: the same as
// if there were none.
var errNoApplicativo = domain.Errorf(domain.NotFound, "applicativo inesistente")
