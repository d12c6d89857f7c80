package main

import (
	"context"

	"github.com/visure-anagrafiche/visure/adapters/admin"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// auditorCommand names who verifies.
type auditorCommand struct {
	Name   nameAuditorCommand   `cmd:"" help:"Make a person an AUDITOR and print the link by which they come in."`
	Remove removeAuditorCommand `cmd:"" help:"End that."`
}

// Place is a Comune or an Ente.
type Place struct {
	Comune domain.CodiceISTAT `help:"ISTAT code of the Comune." xor:"place" required:"" placeholder:"CODE"`
	Ente   domain.EnteID      `help:"Id of the Ente." xor:"place" required:"" placeholder:"ID"`
}

type nameAuditorCommand struct {
	Place      `embed:""`
	PersonData `embed:""`
	Delivery   `embed:""`
}

// Run prints the link, once, on standard output.
func (c *nameAuditorCommand) Run(ctx context.Context, a *adminCommand) error {
	named, err := ask(ctx, a.Upkeep, admin.NameAuditor, admin.Naming{
		Comune: c.Comune, Ente: c.Ente, Person: commands.RegisterUtente(c.PersonData), Relink: c.Relink, Mail: c.Mail,
	})
	if err != nil {
		return err
	}
	say("l'utente %s (%s) è AUDITOR", named.Codice, named.Utente)
	showLink(named)
	return nil
}

type removeAuditorCommand struct {
	Place  `embed:""`
	Utente domain.UtenteID `arg:"" help:"Id of the user."`
	Motivo string          `help:"Why." placeholder:"TEXT"`
}

// Run removes one.
func (c *removeAuditorCommand) Run(ctx context.Context, a *adminCommand) error {
	_, err := ask(ctx, a.Upkeep, admin.RemoveAuditor, admin.Holder{Comune: c.Comune, Ente: c.Ente, Utente: c.Utente, Motivo: c.Motivo})
	if err != nil {
		return err
	}
	say("l'utente %s non è AUDITOR", c.Utente)
	return nil
}
