package main

import (
	"context"

	"github.com/visure-anagrafiche/visure/adapters/admin"
	"github.com/visure-anagrafiche/visure/domain"
)

// auditorCommand names who verifies.
type auditorCommand struct {
	Name      nameAuditorCommand      `cmd:"" help:"Make a person an AUDITOR and print the link by which they come in."`
	Remove    removeAuditorCommand    `cmd:"" help:"End that."`
	Suspend   suspendAuditorCommand   `cmd:"" help:"Stop what a person does as AUDITOR; the role is kept."`
	Reinstate reinstateAuditorCommand `cmd:"" help:"End that a person is suspended as AUDITOR."`
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

	Dal         domain.Date     `help:"First day, YYYY-MM-DD." placeholder:"DATE"`
	Al          domain.Date     `help:"Last day, YYYY-MM-DD." placeholder:"DATE"`
	Sostituisce domain.UtenteID `help:"Id of the AUDITOR in whose place the person acts." placeholder:"ID"`
}

// Run prints the link, once, on standard output.
func (c *nameAuditorCommand) Run(ctx context.Context, a *adminCommand) error {
	named, err := ask(ctx, a.Upkeep, admin.NameAuditor, admin.Naming{
		Comune: c.Comune, Ente: c.Ente, Person: c.register(), Relink: c.Relink, Mail: c.Mail, Dal: c.Dal, Al: c.Al, Sostituisce: c.Sostituisce,
	})
	if err != nil {
		return err
	}
	say("l'utente %s (%s) è AUDITOR", named.Codice, named.Utente)
	showLink(named)
	return nil
}

// AuditorArgs name an AUDITOR.
type AuditorArgs struct {
	Place  `embed:""`
	Utente domain.UtenteID `arg:"" help:"Id of the user."`
	Motivo string          `help:"Why." placeholder:"TEXT"`
}

func (c AuditorArgs) holder() admin.Holder {
	return admin.Holder{Comune: c.Comune, Ente: c.Ente, Utente: c.Utente, Motivo: c.Motivo}
}

type removeAuditorCommand struct {
	AuditorArgs `embed:""`
}

// Run removes one.
func (c *removeAuditorCommand) Run(ctx context.Context, a *adminCommand) error {
	if _, err := ask(ctx, a.Upkeep, admin.RemoveAuditor, c.holder()); err != nil {
		return err
	}
	say("l'utente %s non è AUDITOR", c.Utente)
	return nil
}

type suspendAuditorCommand struct {
	AuditorArgs `embed:""`
}

// Run suspends one.
func (c *suspendAuditorCommand) Run(ctx context.Context, a *adminCommand) error {
	if _, err := ask(ctx, a.Upkeep, admin.SuspendAuditor, c.holder()); err != nil {
		return err
	}
	say("l'utente %s è sospeso come AUDITOR", c.Utente)
	return nil
}

type reinstateAuditorCommand struct {
	AuditorArgs `embed:""`
}

// Run reinstates one.
func (c *reinstateAuditorCommand) Run(ctx context.Context, a *adminCommand) error {
	if _, err := ask(ctx, a.Upkeep, admin.ReinstateAuditor, c.holder()); err != nil {
		return err
	}
	say("l'utente %s non è sospeso come AUDITOR", c.Utente)
	return nil
}
