package main

import (
	"context"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/admin"
)

// rebuildCommand makes a read model again from the events.
type rebuildCommand struct {
	Model string `arg:"" help:"Name of the read model: ${enum}." enum:"${models}"`
}

// saying is how often it is said how far a rebuild is.
const saying = 2 * time.Second

// Run rebuilds beside the live rows and switches in one transaction. Meanwhile it says how
// far that is.
func (c *rebuildCommand) Run(ctx context.Context, a *adminCommand) error {
	done := make(chan error, 1)
	go func() {
		_, err := ask(ctx, a.Upkeep, admin.RebuildModel, c.Model)
		done <- err
	}()
	tick := time.NewTicker(saying)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-tick.C:
			c.tell(ctx, a)
		}
	}
}

// tell says how far it is; what cannot be found out now is said the next time.
func (c *rebuildCommand) tell(ctx context.Context, a *adminCommand) {
	all, err := ask(ctx, a.Upkeep, admin.ShowProjections, struct{}{})
	if err != nil {
		return
	}
	for _, h := range all {
		if h.Name == c.Model && h.Rebuild != nil {
			say("%-18s %s", h.Name, progressed(*h.Rebuild))
		}
	}
}
