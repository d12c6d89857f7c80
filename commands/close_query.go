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
func (c DeferQuery) Decide(v domain.Visura, _ Facts, m domain.Meta) ([]domain.Event, error) {
	if err := system(m.By); err != nil {
		return nil, err
	}
	if v.Status != domain.InProgress || v.Query == nil || v.Query.Attempt != c.Attempt {
		return nil, nil
	}
	return []domain.Event{domain.QueryDeferred{Attempt: c.Attempt, Class: c.Class, Code: c.Code, RetryAt: m.At.Add(c.Wait)}}, nil
}

// IssueVisura records that the document is archived: the last fact of a request
// that succeeded.
type IssueVisura struct{ Event domain.VisuraIssued }

// Decide issues once.
func (c IssueVisura) Decide(v domain.Visura, _ Facts, m domain.Meta) ([]domain.Event, error) {
	return conclude(v, m, c.Event)
}

// CloseVisura records that no document can be made, and why.
type CloseVisura struct{ Event domain.VisuraNotIssuable }

// Decide closes once.
func (c CloseVisura) Decide(v domain.Visura, _ Facts, m domain.Meta) ([]domain.Event, error) {
	return conclude(v, m, c.Event)
}

// FailVisura gives a request up for technical reasons.
type FailVisura struct{ Event domain.VisuraFailed }

// Decide fails once.
func (c FailVisura) Decide(v domain.Visura, _ Facts, m domain.Meta) ([]domain.Event, error) {
	return conclude(v, m, c.Event)
}

// conclude ends a request that is in progress; whoever comes second finds
// nothing to do.
func conclude(v domain.Visura, m domain.Meta, outcome domain.Event) ([]domain.Event, error) {
	if err := system(m.By); err != nil {
		return nil, err
	}
	if v.Status != domain.InProgress {
		return nil, nil
	}
	return []domain.Event{outcome}, nil
}
