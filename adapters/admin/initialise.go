package admin

import (
	"context"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Initialise begins the installation; who asks is its first administrator. It
// answers with its id, also when it has begun already.
var Initialise = Operation[nothing, string]{name: "initialise", open: true, do: func(ctx context.Context, s *Server, m domain.Meta, _ nothing) (string, error) {
	_, err := commands.Handle(ctx, s.Commands, domain.InstallazioneStream, m, commands.Initialise{ID: s.Commands.NewID()})
	if err != nil {
		return "", err
	}
	now, err := commands.Fact(ctx, s.Commands, domain.InstallazioneStream)
	return now.ID, err
}}
