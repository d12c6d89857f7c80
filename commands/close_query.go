package commands

import (
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// DeferQuery closes an attempt that ANPR answered without settling the matter.
type DeferQuery struct {
	Attempt int
	Class   domain.FailureClass
	Code    string
	Wait    time.Duration // until the next attempt
}

// Decide closes the attempt if it is still the open one.
func (c DeferQuery) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	v := g.State
	if v.Status != domain.InProgress || v.Query == nil || v.Query.Attempt != c.Attempt {
		return nil, nil
	}
	return []domain.Event{domain.QueryDeferred{Attempt: c.Attempt, Class: c.Class, Code: c.Code, RetryAt: g.Meta.At.Add(c.Wait)}}, nil
}

// IssueVisura records that the document is archived: the last fact of a request
// that succeeded.
type IssueVisura domain.VisuraIssued

// Decide issues once. A document about one of the Comune's own needs no confirmation, so
// it is approved with it where nothing else was; one from beyond is never issued without.
func (c IssueVisura) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	events, err := conclude(g, domain.VisuraIssued(c))
	switch {
	case len(events) == 0 || g.State.Approval != "":
		return events, err
	case c.Ambito != domain.Comunale:
		return nil, domain.Errorf(domain.Conflict, "la visura nazionale non è confermata")
	}
	return append([]domain.Event{domain.VisuraApproved{Conferma: domain.Immediata, Effective: g.Meta.At}}, events...), nil
}

// CloseVisura records that no document can be made, and why.
type CloseVisura domain.VisuraNotIssuable

// Decide closes once.
func (c CloseVisura) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	return conclude(g, domain.VisuraNotIssuable(c))
}

// FailVisura gives a request up for technical reasons.
type FailVisura domain.VisuraFailed

// Decide fails once.
func (c FailVisura) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	return conclude(g, domain.VisuraFailed(c))
}

// conclude ends a request that is in progress; whoever comes second finds
// nothing to do.
func conclude(g Given[domain.Visura], outcome domain.Event) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	if g.State.Status != domain.InProgress {
		return nil, nil
	}
	return []domain.Event{outcome}, nil
}
