package commands

import (
	"slices"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// IssueToken records that software was given a token, by its name. Those it had go
// on, so that one can take the place of another.
type IssueToken struct {
	Token   string    // first characters of its hash
	Expires time.Time // within MaxTokenLife
}

// Decide admits who administers the Ente's people at a Comune the software asks.
func (c IssueToken) Decide(g Given[domain.Applicativo]) ([]domain.Event, error) {
	if err := answersFor(g); err != nil {
		return nil, err
	}
	issued := domain.TokenIssued{Token: c.Token, Expires: c.Expires.UTC().Round(0)}
	switch {
	case c.Token == "":
		return nil, domain.FieldErrorf(domain.Invalid, "token", "il token non ha un nome")
	case !c.Expires.After(g.Meta.At) || c.Expires.After(g.Meta.At.Add(domain.MaxTokenLife)):
		return nil, domain.FieldErrorf(domain.Invalid, "scadenza", "il token dura al più un anno")
	case slices.Contains(g.State.Tokens, issued):
		return nil, nil
	}
	return []domain.Event{issued}, nil
}

// RevokeToken ends a token of software at once.
type RevokeToken struct {
	Token string `json:"token" doc:"Nome del token"`
}

// Decide ends it if it is there.
func (c RevokeToken) Decide(g Given[domain.Applicativo]) ([]domain.Event, error) {
	if err := answersFor(g); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(g.State.Tokens, func(t domain.TokenIssued) bool { return t.Token == c.Token }) {
		return nil, nil
	}
	return []domain.Event{domain.TokenRevoked(c)}, nil
}

// SuspendApplicativo stops software until it is reinstated.
type SuspendApplicativo struct {
	Motivo string `json:"motivo,omitempty" maxLength:"1000"`
}

// Decide stops it once.
func (c SuspendApplicativo) Decide(g Given[domain.Applicativo]) ([]domain.Event, error) {
	if err := answersFor(g); err != nil {
		return nil, err
	}
	if err := words("motivo", c.Motivo); err != nil {
		return nil, err
	}
	if g.State.Suspended {
		return nil, nil
	}
	return []domain.Event{domain.ApplicativoSuspended(c)}, nil
}

// ReinstateApplicativo lets software go on.
type ReinstateApplicativo struct{}

// Decide admits a TOP alone: who may stop software need not be who lets it go on.
func (c ReinstateApplicativo) Decide(g Given[domain.Applicativo]) ([]domain.Event, error) {
	if err := answersFor(g); err != nil {
		return nil, err
	}
	if err := administers(g, ""); err != nil {
		return nil, err
	}
	if !g.State.Suspended {
		return nil, nil
	}
	return []domain.Event{domain.ApplicativoReinstated{}}, nil
}

// answersFor refuses who does not administer people of the Ente at any Comune the
// software asks.
func answersFor(g Given[domain.Applicativo]) error {
	r := g.reach()
	if !r.Appoints {
		return domain.Errorf(domain.Forbidden, "operazione riservata a chi amministra gli utenti")
	}
	for _, comune := range g.State.Comuni {
		if r.Covers(domain.Object{Ente: g.State.Ente, Comune: comune}) {
			return nil
		}
	}
	return errNoApplicativo
}
