package main

import (
	"context"

	"github.com/visure-anagrafiche/visure/adapters/admin"
	"github.com/visure-anagrafiche/visure/domain"
)

// inviteCommand lets a person set their password, the first or another.
type inviteCommand struct {
	Utente domain.UtenteID `arg:"" help:"Id of the user."`
	Mail   bool            `help:"Send the link to the person's address instead of printing it."`
}

// Run prints the link, once, on standard output.
func (c *inviteCommand) Run(ctx context.Context, a *adminCommand) error {
	named, err := ask(ctx, a.Upkeep, admin.Invite, admin.Invitee{Utente: c.Utente, Mail: c.Mail})
	if err != nil {
		return err
	}
	showLink(named)
	return nil
}
