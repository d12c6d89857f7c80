package commands

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// Alarms opens a case for requests that have met a rule of alarms. What has is found as the
// log is read, by the rule in force when the request was made; here it is made an event. It
// is safe for concurrent use, by several servers at once: of what is found twice one case is
// opened.
type Alarms struct {
	Handler *Handler
	// Claim returns findings that no case may have been opened for, at most limit, and leaves
	// them alone for a while: who crashes meanwhile finds them again.
	Claim func(ctx context.Context, now time.Time, limit int) ([]Finding, error)
	// Holding returns in which cases of a finding's rule, about the same user or Ente, its
	// requests are already.
	Holding func(context.Context, Finding) (map[domain.VisuraID]Held, error)
	// Settle says that a case was opened for a finding.
	Settle func(context.Context, Finding) error
}

// Finding is that a request has met a rule of alarms.
type Finding struct {
	Visura domain.VisuraID
	Fatto  domain.CasoOpened // what is known of it as the log is read
}

// Held is in which case a request is.
type Held struct {
	Caso   domain.CasoID
	Closed bool
}

// raisedAtOnce is how many findings are claimed at once.
const raisedAtOnce = 64

// Raise opens cases for all that was found. What fails is found again.
func (p *Alarms) Raise(ctx context.Context) error {
	for {
		found, err := p.Claim(ctx, p.Handler.Now(), raisedAtOnce)
		if err != nil {
			return fmt.Errorf("claim alarms: %w", err)
		}
		for _, f := range found {
			if err := p.raise(ctx, f); err != nil {
				return fmt.Errorf("raise an alarm about %s: %w", f.Visura, err)
			}
		}
		if len(found) < raisedAtOnce {
			return nil
		}
	}
}

// raise opens a case for a finding, or adds to the one that is open.
func (p *Alarms) raise(ctx context.Context, f Finding) error {
	id, err := p.caso(ctx, f)
	if err != nil {
		return err
	}
	fact := f.Fatto
	fact.Entro = fact.Al.AddDate(0, 0, domain.GiorniPresaInCarico)
	if fact.Riservato, err = p.ofAdmins(ctx, fact); err != nil {
		return err
	}
	if _, err := Handle(ctx, p.Handler, id.Stream(), domain.Meta{By: domain.Sistema}, RaiseCaso{fact}); err != nil {
		return err
	}
	return p.Settle(ctx, f)
}

// caso returns the id of the case that a finding is of: the one that is open about some of
// its requests, else one that begins with the first of them that is in none. Once that is
// closed, one that begins with the request itself.
func (p *Alarms) caso(ctx context.Context, f Finding) (domain.CasoID, error) {
	id := f.Fatto.CasoID(f.Fatto.Giorno.String())
	if f.Fatto.Giorno.IsZero() {
		held, err := p.Holding(ctx, f)
		if err != nil {
			return "", err
		}
		id = f.among(held)
	}
	s, err := Fact(ctx, p.Handler, id.Stream())
	if err != nil {
		return "", err
	}
	if s.Stato == domain.CasoEnded && !s.Has(f.Visura) {
		id = f.Fatto.CasoID(string(f.Visura))
	}
	return id, nil
}

// among returns the id of the case of a finding that counts requests, some of which are in
// cases.
func (f Finding) among(held map[domain.VisuraID]Held) domain.CasoID {
	first := f.Visura
	for _, v := range slices.Backward(f.Fatto.Visure) {
		switch h, in := held[v.Visura]; {
		case !in:
			first = v.Visura
		case !h.Closed:
			return h.Caso
		}
	}
	return f.Fatto.CasoID(string(first))
}

// ofAdmins says whether any of the requests was made by who administers the Ente there.
func (p *Alarms) ofAdmins(ctx context.Context, fact domain.CasoOpened) (bool, error) {
	var seen []domain.UtenteID
	for _, v := range fact.Visure {
		if slices.Contains(seen, v.Utente) {
			continue
		}
		seen = append(seen, v.Utente)
		u, err := Fact(ctx, p.Handler, v.Utente.Stream())
		if err != nil || u.HoldsOn(domain.RoleAdmin, domain.Pair{Ente: fact.Ente, Comune: fact.Comune}, domain.ItalianDay(fact.Al)) {
			return err == nil, err
		}
	}
	return false, nil
}
