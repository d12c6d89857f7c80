package main

import (
	"cmp"
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/adapters/admin"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// reportCommand says which roles of PostgreSQL read the views for dashboards.
type reportCommand struct {
	Admit   admitReaderCommand   `cmd:"" help:"Let a role of PostgreSQL read them: what concerns an Ente, a Comune, both, or all."`
	Dismiss dismissReaderCommand `cmd:"" help:"End that, at once."`
	List    listReadersCommand   `cmd:"" help:"List who reads what."`
}

type admitReaderCommand struct {
	Ruolo  string             `arg:"" help:"Name of the role; it must exist and be able to do nothing else."`
	Ente   domain.EnteID      `help:"Id of the Ente; without it, every one." placeholder:"ID"`
	Comune domain.CodiceISTAT `help:"ISTAT code of the Comune; without it, every one." placeholder:"CODE"`
}

// Run admits it.
func (c *admitReaderCommand) Run(ctx context.Context, a *adminCommand) error {
	_, err := ask(ctx, a.Upkeep, admin.AdmitReader, projections.ReportReader{Ruolo: c.Ruolo, Ente: c.Ente, Comune: c.Comune})
	if err == nil {
		say("il ruolo %s legge lo schema report", c.Ruolo)
	}
	return err
}

type dismissReaderCommand struct {
	Ruolo string `arg:"" help:"Name of the role."`
}

// Run ends it.
func (c *dismissReaderCommand) Run(ctx context.Context, a *adminCommand) error {
	_, err := ask(ctx, a.Upkeep, admin.DismissReader, c.Ruolo)
	if err == nil {
		say("il ruolo %s non legge più lo schema report", c.Ruolo)
	}
	return err
}

type listReadersCommand struct{}

// Run prints one a line.
func (*listReadersCommand) Run(ctx context.Context, a *adminCommand) error {
	all, err := ask(ctx, a.Upkeep, admin.ListReaders, struct{}{})
	for _, r := range all {
		fmt.Printf("%-30s Ente %-36s Comune %s\n", r.Ruolo, cmp.Or(string(r.Ente), "tutti"), cmp.Or(string(r.Comune), "tutti"))
	}
	return err
}
