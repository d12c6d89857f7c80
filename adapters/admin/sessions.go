package admin

import (
	"context"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// ListSessions answers with a person's live sessions.
var ListSessions = Operation[domain.UtenteID, []commands.Session]{name: "list-sessions",
	entry: func(q domain.UtenteID) (domain.AccessRecorded, error) { return about(q) },
	do: func(ctx context.Context, s *Server, _ domain.Meta, q domain.UtenteID) ([]commands.Session, error) {
		return s.Access.Sessions.List(ctx, q)
	}}

// Revocation names a session of a person; an empty one: all of them.
type Revocation struct {
	Utente  domain.UtenteID
	Session string
}

// RevokeSessions ends sessions of a person at once.
var RevokeSessions = Operation[Revocation, nothing]{name: "revoke-sessions",
	entry: func(q Revocation) (domain.AccessRecorded, error) { return about(q.Utente) },
	do: func(ctx context.Context, s *Server, _ domain.Meta, q Revocation) (nothing, error) {
		if q.Session == "" {
			return nothing{}, s.Access.Sessions.RevokeAll(ctx, q.Utente)
		}
		return nothing{}, s.Access.Sessions.Revoke(ctx, q.Utente, q.Session)
	}}
