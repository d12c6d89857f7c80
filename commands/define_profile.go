package commands

import (
	"reflect"
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// DefineProfile enters a Comune's named set of grants, or replaces what it
// grants.
type DefineProfile struct {
	Comune     domain.CodiceISTAT      `json:"comune" doc:"Codice ISTAT del Comune"`
	Nome       string                  `json:"nome" maxLength:"120" doc:"Nome del profilo"`
	Mansione   string                  `json:"mansione,omitempty" maxLength:"120" doc:"Mansione per cui è fatto"`
	Tipi       []domain.TipoConcesso   `json:"tipi" maxItems:"50" doc:"Tipi di visura concessi"`
	Orario     domain.Orario           `json:"orario,omitempty" doc:"Fasce in cui si può chiedere; assenti: sempre"`
	Postazione domain.RegolaPostazione `json:"postazione,omitempty" doc:"libera o autorizzata"`
}

// errNoProfile is the answer to whoever may not know of a profile: the same as if
// there were none.
var errNoProfile = domain.Errorf(domain.NotFound, "profilo inesistente")

// Refs names the Comune, which may want a second person for what is granted.
func (c DefineProfile) Refs(Given[domain.Profile]) Refs { return Refs{Comune: c.Comune} }

// Decide records what differs from what is known. Nobody changes a profile they hold
// themself. What reaches everybody who holds the profile passes by nobody else: so
// what the Comune wants a second person for is not added to it, and one that was
// withdrawn is not brought back.
func (c DefineProfile) Decide(g Given[domain.Profile]) ([]domain.Event, error) {
	if err := administers(g, c.Comune); err != nil {
		return nil, err
	}
	if len(c.Orario) == 0 {
		c.Orario = nil // as it is read back
	}
	s, defined := g.State, domain.ProfileDefined(c)
	switch {
	case c.Comune == "":
		return nil, domain.FieldErrorf(domain.Invalid, "comune", "il profilo è di un Comune")
	case s.Defined && !g.reach().Covers(domain.Object{Comune: s.Comune}):
		return nil, errNoProfile
	case s.Defined && s.Comune != c.Comune:
		return nil, domain.FieldErrorf(domain.Conflict, "comune", "il profilo è di un altro Comune")
	case s.Withdrawn:
		return nil, domain.Errorf(domain.Conflict, "il profilo è stato ritirato: se ne definisce un altro e lo si assegna")
	case s.Defined && reflect.DeepEqual(s.ProfileDefined, defined):
		return nil, nil
	case slices.ContainsFunc(g.Actor.Assignments, func(a domain.Assignment) bool { return string(a.Profile) == g.ID }):
		return nil, errOwnRights
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	if s.Defined {
		if err := c.contained(s, g.Parties.Comune); err != nil {
			return nil, err
		}
	}
	return []domain.Event{defined}, nil
}

// contained refuses to add to a profile what the Comune wants a second person for.
func (c DefineProfile) contained(was domain.Profile, comune domain.Comune) error {
	for _, t := range c.Tipi {
		before, had := was.Grant(t.Tipo)
		wider := t.Nazionale.Wider(before.Nazionale, comune.OreSilenzio())
		if !had && eyed(comune, t.Tipo) || wider && comune.Wants(domain.OcchiNazionale) {
			return domain.FieldErrorf(domain.Conflict, "tipi", "il Comune vuole una seconda persona per ciò che si aggiunge al tipo %q: si definisce un altro profilo e lo si assegna", t.Tipo)
		}
	}
	return nil
}

// check refuses a profile by the item that is wrong.
func (c DefineProfile) check() error {
	switch {
	case c.Nome == "":
		return domain.FieldErrorf(domain.Invalid, "nome", "il profilo ha un nome")
	case len(c.Tipi) == 0:
		return domain.FieldErrorf(domain.Invalid, "tipi", "il profilo ammette almeno un tipo di visura")
	}
	seen := map[domain.Tipo]bool{}
	for _, t := range c.Tipi {
		if seen[t.Tipo] {
			return domain.FieldErrorf(domain.Invalid, "tipi", "il tipo di visura %q è indicato due volte", t.Tipo)
		}
		seen[t.Tipo] = true
		if err := offered("tipi", []domain.Tipo{t.Tipo}); err != nil {
			return err
		}
		if err := t.Nazionale.Check("tipi"); err != nil {
			return err
		}
	}
	for _, err := range []error{words("nome", c.Nome), words("mansione", c.Mansione), c.Orario.Check("orario"), c.Postazione.Check("postazione")} {
		if err != nil {
			return err
		}
	}
	return nil
}

// WithdrawProfile ends a profile: it grants nothing from then on.
type WithdrawProfile struct {
	Motivo string `json:"motivo,omitempty" maxLength:"1000"`
}

// Decide ends it once.
func (c WithdrawProfile) Decide(g Given[domain.Profile]) ([]domain.Event, error) {
	if err := administers(g, ""); err != nil {
		return nil, err
	}
	switch {
	case !g.State.Defined || !g.reach().Covers(domain.Object{Comune: g.State.Comune}):
		return nil, errNoProfile
	case g.State.Withdrawn:
		return nil, nil
	}
	if err := words("motivo", c.Motivo); err != nil {
		return nil, err
	}
	return []domain.Event{domain.ProfileWithdrawn(c)}, nil
}
