package commands

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// ApproveGrant gives what another person proposed.
type ApproveGrant struct {
	ID string `json:"id" doc:"Identificativo della proposta"`
}

// Refs names what the proposal is about.
func (c ApproveGrant) Refs(g Given[domain.Utente]) Refs {
	p, ok := g.State.Proposal(c.ID)
	if !ok {
		return Refs{}
	}
	refs := Refs{Comune: p.Comune, Tops: true, Convenzione: domain.ConvenzioneIDOf(domain.Pair{Ente: p.Ente, Comune: p.Comune})}
	switch {
	case p.Assign != nil:
		refs.Profiles = []domain.ProfileID{p.Assign.Profile}
	case p.Nazionale != "":
		refs.Profiles = []domain.ProfileID{p.Nazionale}
	case p.Reset:
		refs.Seats = g.State.Seats()
	}
	return refs
}

// Decide admits a second person, and what can still be given: beyond the Comune, what
// was proposed as far as the profile still goes.
func (c ApproveGrant) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	if err := decides(g); err != nil {
		return nil, err
	}
	p, err := second(g, c.ID)
	if err != nil || p == nil {
		return nil, err
	}
	approved := domain.GrantApproved{ID: c.ID, Reset: p.Reset}
	switch {
	case p.Assign != nil:
		err = assignable(g, *p.Assign)
	case p.Nazionale != "":
		approved.Tipi, err = nazionaleAgain(g, *p)
	case p.Reset:
		err = resets(g, *p)
	}
	if err != nil {
		return nil, err
	}
	return []domain.Event{approved}, nil
}

// nazionaleAgain is nazionale for who was let in as the second person; it returns how far
// the person goes beyond the Comune once what was proposed is granted.
func nazionaleAgain(g Given[domain.Utente], p domain.Proposal) ([]domain.TipoConcesso, error) {
	g.Meta.By, g.Actor = domain.Sistema, domain.Standing{}
	held, err := nazionale(g, domain.NazionaleGranted{Ente: p.Ente, Comune: p.Comune, Profile: p.Nazionale})
	if err != nil {
		return nil, err
	}
	term := g.Parties.Comune.OreSilenzio()
	proposed := domain.Assignment{Nazionale: true, Autorizzati: p.Tipi}
	var still []domain.TipoConcesso
	for _, grant := range g.Parties.Profile(p.Nazionale).NationalGrants() {
		if both := proposed.Beyond(grant, term); both.Admits() {
			still = append(still, domain.TipoConcesso{Tipo: grant.Tipo, Nazionale: both})
		}
	}
	if len(still) == 0 {
		return nil, domain.FieldErrorf(domain.Conflict, "profile", "il profilo non ha più le visure nazionali che sono state proposte")
	}
	return held.Extended(still, term), nil
}

// resets refuses a reset by two persons, one of whom is an ADMIN beyond their reach,
// or who are TOPs of one Comune, if the person's roles are of others too or they audit:
// then one of the two is the installation.
func resets(g Given[domain.Utente], p domain.Proposal) error {
	r := g.reach()
	byAdmin := p.By.Role == domain.RoleAdmin && !operatesOnly(g, p.By.Ente)
	byInstallation := p.By.Role == domain.RoleInstallazione && r.Administers
	if byAdmin || !r.Installs && !byInstallation && !encompassed(g) {
		return errBeyond
	}
	return nil
}

// operatesOnly says whether a person has no role but that of an operator of an Ente.
func operatesOnly(g Given[domain.Utente], ente domain.EnteID) bool {
	return encompasses(asAdmin(ente), domain.UtenteID(g.ID), g.State, g.Parties.Seats, domain.ItalianDay(g.Meta.At))
}

// decides refuses whoever decides on no proposal, be it theirs.
func decides(g Given[domain.Utente]) error {
	if r := g.reach(); !r.Appoints && !r.Installs {
		return domain.Errorf(domain.Forbidden, "operazione riservata a chi amministra gli utenti")
	}
	return nil
}

// second returns the proposal if who acts may be its second person: of the Comune,
// for a reset also of the Ente, and neither who proposed it nor whom it is for. Where
// the Comune has no two TOPs who can act and are not whom it is for, who administers
// the installation may be; for a reset always. Of a proposal that was
// decided it returns nil.
func second(g Given[domain.Utente], id string) (*domain.Proposal, error) {
	p, ok := g.State.Proposal(id)
	if !ok {
		r := g.reach()
		due := slices.ContainsFunc(g.State.Resets, func(p domain.Proposal) bool {
			return p.ID == id && r.Covers(domain.Object{Ente: p.Ente, Comune: p.Comune})
		})
		if due || r.Installs || known(r, g.State) {
			return nil, nil
		}
		return nil, errNobody
	}
	r, pair := g.reach(), domain.Pair{Ente: p.Ente, Comune: p.Comune}
	alone := len(g.Parties.AbleTops(domain.UtenteID(g.ID))) <= 1 && r.Installs
	alone = alone || p.Reset && r.Installs
	switch {
	case !alone && !r.Covers(pair.Object()):
		return nil, errNobody
	case !alone && !r.Administers && !(p.Reset && r.Appoints):
		return nil, domain.Errorf(domain.Forbidden, "la proposta la decide l'Anagrafe del Comune")
	case g.ID == string(g.Meta.By.Utente):
		return nil, errOneself
	case p.By.Utente != "" && p.By.Utente == g.Meta.By.Utente || p.By.Utente == "" && g.Meta.By.Utente == "" && p.By.Role == g.Meta.By.Role:
		return nil, domain.Errorf(domain.Forbidden, "la proposta la decide una persona diversa da chi l'ha fatta")
	}
	return &p, nil
}

// RejectGrant ends a proposal. Who made it may too.
type RejectGrant struct {
	ID     string `json:"id" doc:"Identificativo della proposta"`
	Motivo string `json:"motivo,omitempty" maxLength:"1000"`
}

// Refs names what the proposal is about.
func (c RejectGrant) Refs(g Given[domain.Utente]) Refs { return ApproveGrant{ID: c.ID}.Refs(g) }

// Decide ends it if it is open.
func (c RejectGrant) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	if err := decides(g); err != nil {
		return nil, err
	}
	if err := words("motivo", c.Motivo); err != nil {
		return nil, err
	}
	if p, ok := g.State.Proposal(c.ID); ok && g.Meta.By.Utente != "" && p.By.Utente == g.Meta.By.Utente {
		return []domain.Event{domain.GrantRejected(c)}, nil
	}
	p, err := second(g, c.ID)
	if err != nil || p == nil {
		return nil, err
	}
	return []domain.Event{domain.GrantRejected(c)}, nil
}
