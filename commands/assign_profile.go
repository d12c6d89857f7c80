package commands

import (
	"reflect"
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// AssignProfile lets a person ask a Comune, for an Ente, what a profile grants,
// within their own limits and days. Assigned anew it takes the place of what was,
// and is beyond the Comune only once that is granted anew.
type AssignProfile struct {
	Ente    domain.EnteID      `json:"ente" doc:"Ente per cui l'utente chiede"`
	Comune  domain.CodiceISTAT `json:"comune" doc:"Codice ISTAT del Comune che dà accesso"`
	Profile domain.ProfileID   `json:"profile" doc:"Profilo del Comune"`
	Dal     domain.Date        `json:"dal,omitzero" doc:"Primo giorno; assente: da subito"`
	Al      domain.Date        `json:"al,omitzero" doc:"Ultimo giorno, compreso; assente: senza termine"`
	Limiti  domain.Limiti      `json:"limiti,omitzero" doc:"Limiti propri dell'utente, dentro quelli del profilo"`
	Motivo  string             `json:"motivo,omitempty" maxLength:"1000"`
}

// Refs names the Comune, the act and the profile.
func (c AssignProfile) Refs(Given[domain.Utente]) Refs {
	return Refs{
		Comune: c.Comune, Profiles: []domain.ProfileID{c.Profile},
		Convenzione: domain.ConvenzioneIDOf(domain.Pair{Ente: c.Ente, Comune: c.Comune}),
	}
}

// Decide grants what the act admits and no more: what exceeds it is refused by
// name. Where the Comune wants four eyes it is proposed. What is held already is not
// assigned for another reason.
func (c AssignProfile) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	c.Limiti = c.Limiti.AsRead()
	assigned := domain.ProfileAssigned(c)
	if err := manages(g, assigned.Pair()); err != nil {
		return nil, err
	}
	if err := words("motivo", c.Motivo); err != nil {
		return nil, err
	}
	what := assigned.Grant()
	if err := assignable(g, what); err != nil {
		return nil, err
	}
	was, held := g.State.Assignment(assigned.Pair(), c.Profile)
	switch {
	case held && !was.Lapsed && reflect.DeepEqual(was.ProfileGrant, what):
		return nil, nil
	case held && g.Meta.By.Role == domain.RoleAdmin && was.By.Role != domain.RoleAdmin:
		return nil, domain.FieldErrorf(domain.Forbidden, "profile", "il profilo l'ha assegnato il Comune: lo cambia il Comune")
	case fourEyes(g.Parties, what):
		return propose(g, domain.GrantProposed{Comune: c.Comune, Ente: c.Ente, Assign: &what, Motivo: c.Motivo}), nil
	}
	return []domain.Event{assigned}, nil
}

// assignable refuses an assignment with the item that exceeds the act or the
// profile.
func assignable(g Given[domain.Utente], a domain.ProfileGrant) error {
	atto, profile := g.Parties.Convenzione.Last(), g.Parties.Profile(a.Profile)
	holds := g.State.Holds(domain.RoleStandard, a.Pair()) || g.State.Holds(domain.RoleAdmin, a.Pair())
	switch {
	case atto.Numero == 0:
		return domain.FieldErrorf(domain.Conflict, "convenzione", "tra questo Ente e questo Comune non c'è una convenzione")
	case !profile.Defined || profile.Comune != a.Comune:
		return domain.FieldErrorf(domain.NotFound, "profile", "profilo inesistente")
	case profile.Withdrawn:
		return domain.FieldErrorf(domain.Conflict, "profile", "il profilo è stato ritirato")
	case !holds:
		return domain.FieldErrorf(domain.Conflict, "role", "il profilo si assegna a chi è operatore o amministratore dell'Ente per questo Comune")
	case g.Meta.By.Role == domain.RoleAdmin && g.State.Holds(domain.RoleAdmin, a.Pair()):
		return errColleague
	}
	if err := suits(g, a.Pair(), profile); err != nil {
		return err
	}
	for _, tipo := range a.Limiti.Tipi {
		if _, ok := profile.Grant(tipo); !ok {
			return domain.FieldErrorf(domain.Invalid, "limiti.tipi", "il profilo non ha il tipo %q", tipo)
		}
	}
	for _, grant := range granted(profile, a.Limiti) {
		if !slices.Contains(atto.Massimo.Tipi, grant.Tipo) {
			return domain.FieldErrorf(domain.Forbidden, "profile", "la convenzione non ammette il tipo %q", grant.Tipo)
		}
		if grant.Nazionale.Wider(atto.Massimo.Nazionale, g.Parties.Comune.OreSilenzio()) {
			return domain.FieldErrorf(domain.Forbidden, "profile", "la convenzione non ammette visure nazionali di tipo %q con conferma %q", grant.Tipo, grant.Nazionale.Conferma)
		}
	}
	if err := a.Limiti.Orario.Check("limiti.orario"); err != nil {
		return err
	}
	return period(a.Dal, a.Al)
}

// suits refuses a profile for a mansione to who has none on record and, by an ADMIN,
// to who has another: that it suits them all the same only the Comune says.
func suits(g Given[domain.Utente], p domain.Pair, profile domain.Profile) error {
	appointed, known := g.State.Appointment(p)
	switch {
	case profile.Mansione == "":
		return nil
	case !known:
		return domain.FieldErrorf(domain.Conflict, "mansione", "il profilo è per la mansione «%s»: prima va scritta la nomina dell'utente", profile.Mansione)
	case g.Meta.By.Role == domain.RoleAdmin && !profile.For(appointed.Mansione):
		return domain.FieldErrorf(domain.Forbidden, "mansione", "il profilo è per la mansione «%s», che l'utente non ha: a un'altra lo assegna il Comune", profile.Mansione)
	}
	return nil
}

// granted is what of a profile is within a person's limits.
func granted(p domain.Profile, l domain.Limiti) []domain.TipoConcesso {
	return slices.DeleteFunc(slices.Clone(p.Tipi), func(t domain.TipoConcesso) bool {
		return len(l.Tipi) > 0 && !slices.Contains(l.Tipi, t.Tipo)
	})
}

// fourEyes says whether the Comune wants an assignment approved by another person.
func fourEyes(p domain.Parties, a domain.ProfileGrant) bool {
	return slices.ContainsFunc(granted(p.Profile(a.Profile), a.Limiti), func(t domain.TipoConcesso) bool { return eyed(p.Comune, t.Tipo) })
}

// eyed says whether the Comune wants a second person for a type.
func eyed(c domain.Comune, tipo domain.Tipo) bool {
	switch tipo {
	case domain.CittadinanzaStorica, domain.ResidenzaStorica:
		return c.Wants(domain.OcchiStoriche)
	case domain.StatoFamigliaParentela:
		return c.Wants(domain.OcchiParentela)
	}
	return false
}

// propose makes a grant wait for another person, once.
func propose(g Given[domain.Utente], p domain.GrantProposed) []domain.Event {
	for _, open := range g.State.Proposals {
		p.ID = open.ID
		if reflect.DeepEqual(open.GrantProposed, p) {
			return nil
		}
	}
	p.ID = g.Meta.CommandID
	return []domain.Event{p}
}
