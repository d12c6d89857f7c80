package commands

import "github.com/visure-anagrafiche/visure/domain"

// ApproveVisura lets a request that awaits confirmation go on. Only an officer
// of the Comune may.
type ApproveVisura struct{}

// Refs wants what allowed the request.
func (c ApproveVisura) Refs(g Given[domain.Visura]) Refs { return allowing(g.State) }

// Decide approves in the officer's name; past the term, silence has already approved. A
// request that what allowed it no longer does ends instead.
func (c ApproveVisura) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	if err := officer(g); err != nil {
		return nil, err
	}
	v, at := g.State, g.Meta.At
	switch {
	case v.Next(at) == domain.ApproveBySilence:
		return approved(g, bySilence(v)), nil
	case v.Next(at) == domain.Expire:
		return nil, errExpired
	case v.Status == domain.Awaiting:
		return approved(g, domain.VisuraApproved{Conferma: domain.Manuale, Effective: at}), nil
	case v.Approval == domain.Manuale || v.Approval == domain.SilenzioAssenso, v.Status == domain.Lapsed:
		return nil, nil
	}
	return nil, errNotAwaiting
}

// ApproveBySilence records that the term passed without a decision. The
// approval takes effect when the term ended, whenever it was noticed.
type ApproveBySilence struct{}

// Refs wants what allowed the request.
func (c ApproveBySilence) Refs(g Given[domain.Visura]) Refs { return allowing(g.State) }

// Decide approves once the term has passed and nobody has decided, if what allowed the
// request still did then.
func (c ApproveBySilence) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	if g.State.Next(g.Meta.At) != domain.ApproveBySilence {
		return nil, nil
	}
	return approved(g, bySilence(g.State)), nil
}

// approved is what an approval comes to: the end of a request that is no longer allowed
// when the approval takes effect.
func approved(g Given[domain.Visura], approval domain.VisuraApproved) []domain.Event {
	if item := ended(g, approval.Effective); item != "" {
		return []domain.Event{domain.VisuraLapsed{Item: item}}
	}
	return []domain.Event{approval}
}

func bySilence(v domain.Visura) domain.VisuraApproved {
	return domain.VisuraApproved{Conferma: domain.SilenzioAssenso, Effective: v.Due}
}
