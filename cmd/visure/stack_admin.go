package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/admin"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// runAdmin lets the installation be administered until the stack is closed.
func (s *stack) runAdmin(context.Context) error {
	socket, err := admin.Listen(s.config.socketFolder())
	if errors.Is(err, admin.ErrInUse) {
		return fmt.Errorf("%w: stop the server that runs on it, or choose another folder with --data", err)
	} else if err != nil {
		return err
	}
	server := &admin.Server{
		Commands: s.handler, Access: s.comingIn(), Erase: s.erasure.Erase, Tokens: s.tokens, Rebuild: s.runner.Rebuild, Reconcile: s.reconcile, Projections: s.runner.Stored,
		Health: s.health, Missing: s.missing, Comuni: projections.NewAnagraficaQueries(s.pool).Comuni, Listed: s.named, Log: s.log,
		Connection: s.anpr(), Unknown: s.unknown, Readers: projections.ReportReaders{DB: s.pool},
	}
	s.background("administration", func(ctx context.Context) error { return server.Serve(ctx, socket) })
	return nil
}

// reconcile compares the statistics with the events.
func (s *stack) reconcile(ctx context.Context) ([]projections.Differenza, error) {
	return projections.ReconcileStatistiche(ctx, s.pool, s.newFeed())
}

// missing says in Italian what the installation as a whole lacks before a visura can
// be asked for.
func (s *stack) missing(ctx context.Context) (missing []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	installazione, err := commands.Fact(ctx, s.handler, domain.InstallazioneStream)
	if err != nil {
		return nil, err
	}
	if !installazione.Initialised() {
		missing = append(missing, "l'avvio dell'installazione: «visure init»")
	}
	found, err := projections.NewAnagraficaQueries(s.pool).AnyComune(ctx)
	if err == nil && !found {
		missing = append(missing, "un Comune: «visure init» o «visure admin comune add»")
	}
	return missing, err
}

// unknown are the last entries of the journal of nobody.
func (s *stack) unknown(ctx context.Context, last int) ([]projections.VoceIgnota, error) {
	if err := s.caughtUp(ctx, 5*time.Second, projections.Accessi{}); err != nil {
		return nil, err
	}
	return projections.NewAccessiQueries(s.pool).Unknown(ctx, last)
}

// named returns once a Comune that was entered up to a position is listed.
func (s *stack) named(ctx context.Context, at domain.Position) error {
	return s.await(ctx, 5*time.Second, at, projections.Anagrafica{})
}

// tellMissing says what is missing before a visura can be asked for.
func (s *stack) tellMissing(ctx context.Context) {
	missing, err := s.missing(ctx)
	if err != nil {
		s.log.Warn("what is missing is not known", "err", err)
	}
	for _, m := range missing {
		say("manca        %s", m)
	}
}
