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
	Stores `embed:""`
}

// Run migrates.
func (c *migrateCommand) Run(ctx context.Context) error {
	s := newStack(Config{Stores: c.Stores}, quietly)
	defer s.close()
	if err := s.start(ctx, []part{{"PostgreSQL", s.openDatabase}}); err != nil {
		return err
	}
	say("the database has the form this version needs")
	return nil
}

// upkeep opens what the tools need, without a word about it. On one machine
// this takes the place of the server, which must be stopped.
func upkeep(ctx context.Context, c Stores) (*stack, error) {
	return open(ctx, Config{Stores: c}, quietly)
}

func quietly(string, ...any) {}

// stopFirst is said in the help of the tools.
const stopFirst = "On one machine stop the server first; with a shared PostgreSQL and EventStoreDB it may go on."

// tokenCommand issues a bearer token for a user in one capacity.
type tokenCommand struct {
	Stores   `embed:""`
	Utente   string        `arg:"" help:"Id of the user (the requester of a visura)."`
	Role     domain.Role   `arg:"" help:"Role the user acts in: ${enum}." enum:"standard,admin,top,auditor"`
	At       string        `arg:"" help:"Id of the Ente (standard, admin), or ISTAT code of the Comune (top, auditor)."`
	Label    string        `help:"What the token is for." default:"cli"`
	Validity time.Duration `help:"How long it is good for." default:"2160h"`
}

// Help is what --help says besides.
func (*tokenCommand) Help() string {
	return "The token is printed on standard output, once: only its hash is kept. Old tokens stay good until they expire. " + stopFirst
}

// Run prints the token, once.
func (c *tokenCommand) Run(ctx context.Context) error {
	s, err := upkeep(ctx, c.Stores)
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
	Stores `embed:""`
	Visura string `arg:"" help:"Id of the visura."`
	Basis  string `help:"Retention rule or order, as a code; it stays in the history for ever, so name nobody." required:"" placeholder:"CODE"`
}

// Help is what --help says besides.
func (*eraseCommand) Help() string {
	return "There is no way back: the data key and the document are destroyed, and backups of the database made before hold the key still. " +
		"Only a request that has ended can be erased; its history stays, without the person. " + stopFirst
}

// Run destroys first and records last, so that what the history calls erased
// is; run again, it finishes what was interrupted.
func (c *eraseCommand) Run(ctx context.Context) error {
	s, err := upkeep(ctx, c.Stores)
	defer s.close()
	if err != nil {
		return err
	}
	id, err := domain.ParseVisuraID(c.Visura)
	if err != nil {
		return err
	}
	if err := s.erase(ctx, id, c.Basis); err != nil {
		return err
	}
	say("erased %s: its data key and document are destroyed", id)
	return nil
}

func (s *stack) erase(ctx context.Context, id domain.VisuraID, basis string) error {
	v, err := commands.Load(ctx, s.handler, id.Stream())
	if err != nil {
		return err
	}
	command := commands.EraseVisura{Basis: basis}
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
