package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/visure-anagrafiche/visure/adapters/admin"
)

// reconcileCommand compares the statistics with the events.
type reconcileCommand struct{}

// Run prints each cell that differs, and fails if any does.
func (*reconcileCommand) Run(ctx context.Context, a *adminCommand) error {
	all, err := ask(ctx, a.Upkeep, admin.Reconcile, struct{}{})
	if err != nil {
		return err
	}
	for _, d := range all {
		fmt.Printf("%s: %d contate, %d per gli eventi\n", d.Cella, d.Contate, d.Dovute)
	}
	if len(all) > 0 {
		return errors.New("le statistiche non tornano con gli eventi: «visure admin rebuild statistiche»")
	}
	say("le statistiche tornano con gli eventi")
	return nil
}
