package main

import (
	"context"
	"fmt"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/admin"
	"github.com/visure-anagrafiche/visure/domain"
)

// tokenCommand issues a bearer token for a user in one capacity.
type tokenCommand struct {
	Utente   string        `arg:"" help:"Id of the user (the requester of a visura)."`
	Role     domain.Role   `arg:"" help:"Role the user acts in: ${enum}." enum:"standard,admin,top,anagrafe,auditor"`
	At       string        `arg:"" help:"Id of the Ente (standard, admin, auditor of an Ente), or ISTAT code of the Comune (top, anagrafe, auditor of a Comune)."`
	Label    string        `help:"What the token is for." default:"cli"`
	Validity time.Duration `help:"How long it is good for." default:"2160h"`
}

// Help is what --help says besides.
func (*tokenCommand) Help() string {
	return "The token is printed on standard output, once: only its hash is kept. Old tokens stay good until they expire."
}

// Run prints the token, once.
func (c *tokenCommand) Run(ctx context.Context, a *adminCommand) error {
	id, err := domain.ParseUtenteID(c.Utente)
	if err != nil {
		return err
	}
	as := domain.Actor{Utente: id, Role: c.Role}
	if as.Comune, err = domain.ParseCodiceISTAT(c.At); err != nil {
		if as.Ente, err = domain.ParseEnteID(c.At); err != nil {
			return err
		}
	}
	token, err := ask(ctx, a.Upkeep, admin.IssueToken, admin.Bearer{As: as, Label: c.Label, Validity: c.Validity})
	if err != nil {
		return err
	}
	fmt.Println(token)
	return nil
}
