package main

import (
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/adapters/admin"
	"github.com/visure-anagrafiche/visure/domain"
)

// grantCommand decides on grants as the second person.
type grantCommand struct {
	List    listGrantsCommand   `cmd:"" help:"List the grants to a person that await approval."`
	Approve approveGrantCommand `cmd:"" help:"Give what was proposed."`
	Reject  rejectGrantCommand  `cmd:"" help:"End a proposal."`
}

type listGrantsCommand struct {
	Utente domain.UtenteID `arg:"" help:"Id of the user."`
}

// Run prints one proposal a line.
func (c *listGrantsCommand) Run(ctx context.Context, a *adminCommand) error {
	proposals, err := ask(ctx, a.Upkeep, admin.ListGrants, c.Utente)
	for _, p := range proposals {
		fmt.Printf("%s  Comune %s  %s  proposta da %s\n", p.ID, p.Comune, kindOf(p), p.By.Utente.Codice())
	}
	return err
}

// kindOf says what a proposal would give.
func kindOf(p domain.Proposal) string {
	switch {
	case p.Assign != nil:
		return "profilo " + string(p.Assign.Profile)
	case p.Nazionale != "":
		return "nazionale con il profilo " + string(p.Nazionale)
	}
	return "reimpostazione del secondo fattore"
}

type approveGrantCommand struct {
	Utente domain.UtenteID `arg:"" help:"Id of the user."`
	ID     string          `arg:"" help:"Id of the proposal."`
}

// Run approves one.
func (c *approveGrantCommand) Run(ctx context.Context, a *adminCommand) error {
	if _, err := ask(ctx, a.Upkeep, admin.ApproveGrant, admin.Grant{Utente: c.Utente, ID: c.ID}); err != nil {
		return err
	}
	say("la proposta %s è approvata", c.ID)
	return nil
}

type rejectGrantCommand struct {
	Utente domain.UtenteID `arg:"" help:"Id of the user."`
	ID     string          `arg:"" help:"Id of the proposal."`
	Motivo string          `help:"Why." placeholder:"TEXT"`
}

// Run rejects one.
func (c *rejectGrantCommand) Run(ctx context.Context, a *adminCommand) error {
	if _, err := ask(ctx, a.Upkeep, admin.RejectGrant, admin.Grant{Utente: c.Utente, ID: c.ID, Motivo: c.Motivo}); err != nil {
		return err
	}
	say("la proposta %s è respinta", c.ID)
	return nil
}
