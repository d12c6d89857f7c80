package main

import (
	"context"
	"fmt"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// migrateCommand brings the database to the form this version needs; the
// server does the same at start.
type migrateCommand struct {
	Config `embed:""`
}

// Run migrates.
func (c *migrateCommand) Run(ctx context.Context) error {
	s := newStack(c.Config, say)
	defer s.close()
	return s.start(ctx, []part{{"PostgreSQL", s.openDatabase}})
}

// tokenCommand issues a bearer token for a user in one capacity.
type tokenCommand struct {
	Config   `embed:""`
	Utente   string        `arg:"" help:"Id of the user."`
	Role     domain.Role   `arg:"" help:"standard, admin, top or auditor."`
	At       string        `arg:"" help:"Id of the Ente, or ISTAT code of the Comune."`
	Label    string        `help:"What the token is for." default:"cli"`
	Validity time.Duration `help:"How long it is good for." default:"2160h"`
}

// Run prints the token, once.
func (c *tokenCommand) Run(ctx context.Context) error {
	s, err := open(ctx, c.Config, say)
	defer s.close()
	if err != nil {
		return err
	}
	id, err := domain.ParseUtenteID(c.Utente)
	if err != nil {
		return err
	}
	by := domain.Actor{Utente: id, Role: c.Role}
	if by.Comune, err = domain.ParseCodiceISTAT(c.At); err != nil {
		if by.Ente, err = domain.ParseEnteID(c.At); err != nil {
			return err
		}
	}
	utente, err := commands.Load(ctx, s.handler, id.Stream())
	if err != nil {
		return err
	}
	if !utente.Has(by) {
		return fmt.Errorf("user %s does not have the role %s at %s", id, c.Role, c.At)
	}
	token, err := s.tokens.Issue(ctx, by, c.Label, c.Validity)
	if err != nil {
		return err
	}
	fmt.Println(token)
	return nil
}

// eraseCommand destroys a visura's data key and document.
type eraseCommand struct {
	Config `embed:""`
	Visura string `arg:"" help:"Id of the visura."`
	Motivo string `help:"Retention rule or order, as a code." required:""`
}

// Run destroys first and records last, so that what the history calls erased
// is; run again, it finishes what was interrupted.
func (c *eraseCommand) Run(ctx context.Context) error {
	s, err := open(ctx, c.Config, say)
	defer s.close()
	if err != nil {
		return err
	}
	id, err := domain.ParseVisuraID(c.Visura)
	if err != nil {
		return err
	}
	return s.erase(ctx, id, c.Motivo)
}

func (s *stack) erase(ctx context.Context, id domain.VisuraID, motivo string) error {
	v, err := commands.Load(ctx, s.handler, id.Stream())
	if err != nil {
		return err
	}
	command := commands.EraseVisura{Motivo: motivo}
	if _, err := command.Decide(v, commands.Facts{}, domain.Meta{By: domain.Sistema}); err != nil {
		return err
	}
	if err := s.keys.Destroy(ctx, string(id.Stream())); err != nil {
		return err
	}
	if err := s.archive.Delete(ctx, id); err != nil {
		return err
	}
	_, err = commands.Handle(ctx, s.handler, id.Stream(), asSistema, command)
	return err
}
