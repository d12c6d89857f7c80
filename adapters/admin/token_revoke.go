package admin

import (
	"context"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// RevokeToken ends a bearer token, named by its id, at once; of one that was revoked it
// does nothing. The journal says first whose it is.
var RevokeToken = Operation[string, nothing]{name: "revoke-token", do: func(ctx context.Context, s *Server, m domain.Meta, id string) (nothing, error) {
	token, err := s.Tokens.Find(ctx, id)
	if err != nil || token.RevokedAt != nil {
		return nothing{}, err
	}
	entry := domain.AccessRecorded{Action: "revoke-token", Object: string(token.As.Utente.Stream()), Outcome: "ok"}
	if err := commands.RecordAccess(ctx, s.Commands, m, entry); err != nil {
		return nothing{}, err
	}
	return nothing{}, s.Tokens.Revoke(ctx, id)
}}
