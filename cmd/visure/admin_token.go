package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/admin"
	"github.com/visure-anagrafiche/visure/domain"
)

// tokenCommand looks after the bearer tokens of people; with the words of neither
// list nor revoke it issues one.
type tokenCommand struct {
	Issue  issueTokenCommand  `cmd:"" default:"withargs" help:"Issue a bearer token for a user in one capacity (issue may be left out)."`
	List   listTokensCommand  `cmd:"" help:"List the bearer tokens, those that have ended too."`
	Revoke revokeTokenCommand `cmd:"" help:"End a bearer token at once."`
}

// issueTokenCommand issues a bearer token for a user in one capacity.
type issueTokenCommand struct {
	Utente   string        `arg:"" help:"Id of the user (the requester of a visura)."`
	Role     domain.Role   `arg:"" help:"Role the user acts in: ${enum}." enum:"standard,admin,top,anagrafe,auditor"`
	At       string        `arg:"" help:"Id of the Ente (standard, admin, auditor of an Ente), or ISTAT code of the Comune (top, anagrafe, auditor of a Comune)."`
	Label    string        `help:"What the token is for." default:"cli"`
	Validity time.Duration `help:"How long it is good for: 720h (30 days) at most." default:"168h"`
}

// Help is what --help says besides.
func (*issueTokenCommand) Help() string {
	return "The token is printed on standard output, once: only its hash is kept. Old tokens stay good until they expire or are revoked."
}

// Run prints the token, once.
func (c *issueTokenCommand) Run(ctx context.Context, a *adminCommand) error {
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

type listTokensCommand struct{}

// Run prints one token a line.
func (*listTokensCommand) Run(ctx context.Context, a *adminCommand) error {
	tokens, err := ask(ctx, a.Upkeep, admin.ListTokens, struct{}{})
	for _, t := range tokens {
		fmt.Printf("%s  %s  %s %s  dal %s  fino al %s  %s%s  %q\n", t.ID, t.As.Utente.Codice(), t.As.Role, strings.TrimSpace(string(t.As.Ente)+" "+string(t.As.Comune)),
			minute(t.CreatedAt), minute(t.ExpiresAt), sinceOrNever("usato il ", t.LastUsedAt, "mai usato"), sinceOrNever("  revocato il ", t.RevokedAt, ""), t.Label)
	}
	return err
}

// minute is an instant as who administers reads it.
func minute(t time.Time) string { return domain.ItalianTime(t).Format("02/01/2006 15:04") }

// sinceOrNever is what happened at an instant, or that it did not.
func sinceOrNever(what string, at *time.Time, never string) string {
	if at == nil {
		return never
	}
	return what + minute(*at)
}

type revokeTokenCommand struct {
	ID string `arg:"" help:"Id of the token, as it is listed."`
}

// Run ends one.
func (c *revokeTokenCommand) Run(ctx context.Context, a *adminCommand) error {
	if _, err := ask(ctx, a.Upkeep, admin.RevokeToken, c.ID); err != nil {
		return err
	}
	say("il token %s è revocato", c.ID)
	return nil
}
