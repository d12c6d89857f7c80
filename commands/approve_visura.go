package commands

import "github.com/visure-anagrafiche/visure/domain"

// ApproveVisura lets a request that awaits confirmation go on. Only an officer
// of the Comune may.
type ApproveVisura struct{}

// Decide approves in the officer's name; past the term, silence has already
// approved.
func (c ApproveVisura) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	if err := officer(g); err != nil {
		return nil, err
	}
	v, at := g.State, g.Meta.At
	switch {
	case v.Next(at) == domain.ApproveBySilence:
		return []domain.Event{bySilence(v)}, nil
	case v.Status == domain.Awaiting:
		return []domain.Event{domain.VisuraApproved{Conferma: domain.Manuale, Effective: at}}, nil
	case v.Approval == domain.Manuale || v.Approval == domain.SilenzioAssenso:
		return nil, nil
	}
	return nil, domain.Errorf(domain.Conflict, "la visura non è in attesa di conferma")
}

// ApproveBySilence records that the term passed without a decision. The
// approval takes effect when the term ended, whenever it was noticed.
type ApproveBySilence struct{}

// Decide approves once the term has passed and nobody has decided.
func (c ApproveBySilence) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	if g.State.Next(g.Meta.At) != domain.ApproveBySilence {
		return nil, nil
	}
	return []domain.Event{bySilence(g.State)}, nil
}

func bySilence(v domain.Visura) domain.VisuraApproved {
	return domain.VisuraApproved{Conferma: domain.SilenzioAssenso, Effective: v.Due}
}
