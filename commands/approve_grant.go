package commands

import "github.com/visure-anagrafiche/visure/domain"

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
	refs := Refs{Comune: p.Comune, Convenzione: domain.ConvenzioneIDOf(domain.Pair{Ente: p.Ente, Comune: p.Comune})}
	switch {
	case p.Assign != nil:
		refs.Profiles = []domain.ProfileID{p.Assign.Profile}
	case p.Nazionale != "":
		refs.Profiles = []domain.ProfileID{p.Nazionale}
	}
	return refs
}

// Decide admits a second person, and what can still be given.
func (c ApproveGrant) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	if err := decides(g); err != nil {
		return nil, err
	}
	p, err := second(g, c.ID)
	if err != nil || p == nil {
		return nil, err
	}
	switch {
	case p.Assign != nil:
		err = assignable(g, *p.Assign)
	case p.Nazionale != "":
		_, err = nazionaleAgain(g, domain.NazionaleGranted{Ente: p.Ente, Comune: p.Comune, Profile: p.Nazionale})
	}
	if err != nil {
		return nil, err
	}
	return []domain.Event{domain.GrantApproved{ID: c.ID, Reset: p.Reset}}, nil
}

// nazionaleAgain is nazionale for who was let in as the second person.
func nazionaleAgain(g Given[domain.Utente], n domain.NazionaleGranted) (domain.Assignment, error) {
	g.Meta.By, g.Actor = domain.Sistema, domain.Standing{}
	return nazionale(g, n)
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
// the Comune has one TOP, who administers the installation is. Of a proposal that was
// decided it returns nil.
func second(g Given[domain.Utente], id string) (*domain.Proposal, error) {
	p, ok := g.State.Proposal(id)
	if !ok {
		if known(g.reach(), g.State) || g.reach().Installs {
			return nil, nil
		}
		return nil, errNobody
	}
	r, pair := g.reach(), domain.Pair{Ente: p.Ente, Comune: p.Comune}
	alone := len(g.Parties.Comune.Tops) <= 1 && r.Installs
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
