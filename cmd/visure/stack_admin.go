package main

import (
	"context"
	"errors"
	"fmt"

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
	anagrafica := projections.NewAnagraficaQueries(s.pool)
	server := &admin.Server{
		Commands: s.handler, Erase: s.erasure.Erase, Issue: s.tokens.Issue, Rebuild: s.runner.Rebuild,
		Health: s.health, Missing: s.missing, Comuni: anagrafica.Comuni, Log: s.log,
	}
	s.background("administration", func(ctx context.Context) error { return server.Serve(ctx, socket) })
	return nil
}

// missing says in Italian what the installation as a whole lacks before a visura can
// be asked for.
func (s *stack) missing(ctx context.Context) (missing []string, err error) {
	installazione, err := commands.Fact(ctx, s.handler, domain.InstallazioneStream)
	if err != nil {
		return nil, err
	}
	if !installazione.Initialised() {
		missing = append(missing, "l'avvio dell'installazione: «visure init»")
	}
	any, err := projections.NewAnagraficaQueries(s.pool).AnyComune(ctx)
	if err == nil && !any {
		missing = append(missing, "un Comune: «visure init» o «visure admin comune add»")
	}
	return missing, err
}
