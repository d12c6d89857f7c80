package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/visure-anagrafiche/visure/adapters/admin"
)

// healthCommand says how the installation fares.
type healthCommand struct{}

// Run prints one part a line, then what is missing; it fails if a part is ill.
func (*healthCommand) Run(ctx context.Context, a *adminCommand) error {
	health, err := ask(ctx, a.Upkeep, admin.ShowHealth, struct{}{})
	if err != nil {
		return err
	}
	well := true
	for _, name := range slices.Sorted(maps.Keys(health.Parts)) {
		state := "ok"
		if ill := health.Parts[name]; ill != "" {
			state, well = "ko  "+ill, false
		}
		fmt.Printf("%-28s %s\n", name, state)
	}
	for _, missing := range health.Missing {
		fmt.Printf("manca %s\n", missing)
	}
	if !well {
		return errors.New("una parte non sta bene")
	}
	return nil
}
