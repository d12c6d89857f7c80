package main

import (
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/adapters/admin"
	"github.com/visure-anagrafiche/visure/domain"
)

// sessionsCommand looks after who has signed in.
type sessionsCommand struct {
	List   listSessionsCommand   `cmd:"" help:"List the live sessions of a person."`
	Revoke revokeSessionsCommand `cmd:"" help:"End one session of a person, or all."`
}

type listSessionsCommand struct {
	Utente domain.UtenteID `arg:"" help:"Id of the user."`
}

// Run prints one session a line.
func (c *listSessionsCommand) Run(ctx context.Context, a *adminCommand) error {
	sessions, err := ask(ctx, a.Upkeep, admin.ListSessions, c.Utente)
	for _, s := range sessions {
		fmt.Printf("%s  %s  dal %s  usata il %s  %s %s\n", s.Actor.Session, s.Actor.Role, minute(s.CreatedAt),
			minute(s.LastSeen), s.Address, s.Device)
	}
	return err
}

type revokeSessionsCommand struct {
	Utente  domain.UtenteID `arg:"" help:"Id of the user."`
	Session string          `arg:"" optional:"" help:"Name of the session; without it, all."`
}

// Run ends them.
func (c *revokeSessionsCommand) Run(ctx context.Context, a *adminCommand) error {
	if _, err := ask(ctx, a.Upkeep, admin.RevokeSessions, admin.Revocation{Utente: c.Utente, Session: c.Session}); err != nil {
		return err
	}
	say("le sessioni indicate sono terminate")
	return nil
}
