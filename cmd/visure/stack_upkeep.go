package main

import (
	"context"
	"fmt"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// openUpkeep makes the processes that look after people, acts and workstations, and
// what is done of that every night.
func (s *stack) openUpkeep(context.Context) error {
	notices := commands.Notices{Handler: s.handler, Roster: projections.NewRosterQueries(s.pool), Post: s.post}
	recertification := &commands.Recertification{Notices: notices, Due: projections.NewRicertificazioniQueries(s.pool).Due, Known: s.peopleKnown}
	s.requester = &commands.RequesterNotice{Notices: notices, PublicURL: s.config.publicURL()}
	s.rare = []commands.Process{
		&commands.Certification{Handler: s.handler, Workstations: s.access.workstations},
		&commands.CredentialReset{Handler: s.handler, Reset: s.access.accounts.ResetSecondFactor},
		&commands.Expiry{Notices: notices},
		&commands.CertificateExpiry{Notices: notices},
		&commands.Revocation{Notices: notices, PublicURL: s.config.publicURL()},
		s.requester,
		recertification,
		&commands.Blocco{Handler: s.handler, NotFound: s.notFound},
		&commands.Massive{Handler: s.handler, DestroyKey: s.destroyKey, Moves: func() (<-chan struct{}, func()) { return s.runner.Moves(projections.Elenco{}.Name()) }},
		&commands.MassivaNotice{Notices: notices, PublicURL: s.config.publicURL(), Standing: s.standing},
	}
	s.queue = &commands.QueueNotice{Notices: notices, PublicURL: s.config.publicURL(), Waiting: projections.NewAtteseQueries(s.pool).Waiting}
	unused := s.unused(notices)
	s.nightly = []chore{
		{"suspend unused accounts", func(ctx context.Context) error { return s.suspendUnused(ctx, unused) }},
		{"open yearly recertifications", recertification.OpenYearly},
	}
	return nil
}

// unused makes the process that suspends who does nothing. What they did is read once
// the read models say all of it.
func (s *stack) unused(notices commands.Notices) *commands.Unused {
	roster := projections.NewRosterQueries(s.pool)
	idle := func(ctx context.Context, since time.Time) (map[domain.UtenteID]time.Time, error) {
		if err := s.caughtUp(ctx, catchingUp, projections.Utenti{}, projections.Accessi{}, projections.Elenco{}); err != nil {
			return nil, err
		}
		return roster.Idle(ctx, since)
	}
	return &commands.Unused{Notices: notices, Idle: idle, LastUsed: s.access.accounts.LastUsed}
}

// Bounds of how long read models are waited for: by a chore, and by a process that was
// woken and will be again.
const (
	catchingUp = 10 * time.Minute
	following  = 10 * time.Second
)

// peopleKnown returns once the read model of people says all that is written now.
func (s *stack) peopleKnown(ctx context.Context) error {
	return s.caughtUp(ctx, following, projections.Utenti{})
}

// notFound counts what a person did not find, once the read models say all of it.
func (s *stack) notFound(ctx context.Context, utente domain.UtenteID, at domain.Pair, after, until time.Time) (int, error) {
	if err := s.caughtUp(ctx, following, projections.Dettaglio{}, projections.Elenco{}); err != nil {
		return 0, err
	}
	return projections.NewEsitiQueries(s.pool).NotFound(ctx, utente, at, after, until)
}

// standing counts the visure of a request about many, once the read models say all of it.
func (s *stack) standing(ctx context.Context, id domain.MassivaID) (map[domain.Status]int, error) {
	if err := s.caughtUp(ctx, following, projections.Elenco{}); err != nil {
		return nil, err
	}
	return projections.NewMassiveQueries(s.pool).Standing(ctx, id)
}

// caughtUp returns once read models say all that is written now, within a bound.
func (s *stack) caughtUp(ctx context.Context, bound time.Duration, models ...engine.Projection) error {
	head, err := s.store.Head(ctx)
	if err != nil {
		return fmt.Errorf("find the end of the log: %w", err)
	}
	return s.await(ctx, bound, head, models...)
}

// await returns once read models say all that was written up to a position, within a bound.
func (s *stack) await(ctx context.Context, bound time.Duration, at domain.Position, models ...engine.Projection) error {
	ctx, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	for _, m := range models {
		if err := s.runner.Await(ctx, m.Name(), at); err != nil {
			return fmt.Errorf("await what %s say: %w", m.Name(), err)
		}
	}
	return nil
}

// suspendUnused says which Comuni would be left without a TOP.
func (s *stack) suspendUnused(ctx context.Context, unused *commands.Unused) error {
	left, err := unused.Suspend(ctx)
	for _, comune := range left {
		s.log.Warn("the last TOP who may act is unused, and is not suspended", "comune", comune)
	}
	return err
}
