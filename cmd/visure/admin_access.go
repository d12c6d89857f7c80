package main

import (
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/adapters/admin"
	"github.com/visure-anagrafiche/visure/domain"
)

// accessCommand shows what was tried by who is not known.
type accessCommand struct {
	Last int `help:"How many entries, 1000 at most." default:"50"`
}

// Help is what --help says besides.
func (*accessCommand) Help() string {
	return "Each line is an instant, what was tried, what came of it, the address and how often, the last first. " +
		"What was tried at somebody's account is in that person's own entries, which their Comune and Ente see."
}

// Run prints one entry a line.
func (c *accessCommand) Run(ctx context.Context, a *adminCommand) error {
	entries, err := ask(ctx, a.Upkeep, admin.ListUnknown, c.Last)
	for _, e := range entries {
		fmt.Printf("%s  %-28s  %-20s  %-15s  %d\n", domain.ItalianTime(e.At).Format("02/01/2006 15:04:05"), e.Action, e.Outcome, e.Address, e.Count)
	}
	return err
}
