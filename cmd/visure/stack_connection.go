package main

import (
	"context"

	"github.com/visure-anagrafiche/visure/adapters/anpr"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// openConnection makes what replaces and tests the Comuni's ways to ANPR.
func (s *stack) openConnection(client *anpr.Client) {
	s.connection = commands.Connection{Handler: s.handler, Connector: client, Open: anpr.Open}
	s.hourly("keystores", "keystores are left that nobody needs", s.connection.Sweep)
}

// stoodIn records that a Comune's second operator was needed. The visura that needed
// it goes on, recorded or not.
func (s *stack) stoodIn(ctx context.Context, comune domain.CodiceISTAT, version int) {
	if _, err := commands.Handle(ctx, s.handler, comune.Stream(), asSistema, commands.RecordStandIn{Version: version}); err != nil {
		s.log.Error("a second operator stood in, which is not recorded", "comune", comune, "err", err)
	}
}
