package main

import (
	"context"

	"github.com/visure-anagrafiche/visure/adapters/admin"
)

// rebuildCommand makes a read model again from the events.
type rebuildCommand struct {
	Model string `arg:"" help:"Name of the read model: ${enum}." enum:"${models}"`
}

// Run rebuilds beside the live rows and switches in one transaction.
func (c *rebuildCommand) Run(ctx context.Context, a *adminCommand) error {
	_, err := ask(ctx, a.Upkeep, admin.RebuildModel, c.Model)
	return err
}
