package admin

import (
	"context"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// ListTokens answers with the bearer tokens of people, those that have ended too.
var ListTokens = Operation[nothing, []commands.BearerToken]{name: "list-tokens",
	entry: func(nothing) (domain.AccessRecorded, error) { return domain.AccessRecorded{}, nil },
	do: func(ctx context.Context, s *Server, _ domain.Meta, _ nothing) ([]commands.BearerToken, error) {
		return s.Tokens.List(ctx)
	}}
