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
	Reset   proposeResetCommand `cmd:"" help:"Propose that the second factors of a person of a Comune be reset; a TOP approves it."`
}

type listGrantsCommand struct {
	Utente domain.UtenteID `arg:"" help:"Id of the user."`
}

// Run prints one proposal a line.
func (c *listGrantsCommand) Run(ctx context.Context, a *adminCommand) error {
	proposals, err := ask(ctx, a.Upkeep, admin.ListGrants, c.Utente)
	for _, p := range proposals {
		by := "chi amministra l'installazione"
		if p.By.Utente != "" {
			by = p.By.Utente.Codice()
		}
		fmt.Printf("%s  Comune %s  %s  proposta da %s\n", p.ID, p.Comune, kindOf(p), by)
	}
	return err
}

// kindOf says what a proposal would give.
func kindOf(p domain.Proposal) string {
	switch {
	case p.Assign != nil:
		return "profilo " + string(p.Assign.Profile)
	case p.Nazionale != "":
		text := "nazionale con il profilo " + string(p.Nazionale)
		for _, t := range p.Tipi {
			text += fmt.Sprintf(", %s %s", t.Tipo, t.Nazionale.Conferma)
		}
		return text
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

type proposeResetCommand struct {
	HolderArgs `embed:""`
	Ente       domain.EnteID `help:"Id of the Ente, of who operates for one." placeholder:"ID"`
}

// Run proposes one.
func (c *proposeResetCommand) Run(ctx context.Context, a *adminCommand) error {
	of := c.holder()
	of.Ente = c.Ente
	if _, err := ask(ctx, a.Upkeep, admin.ProposeReset, of); err != nil {
		return err
	}
	say("la reimpostazione è proposta: la approva un TOP del Comune %s", c.Comune)
	return nil
}
