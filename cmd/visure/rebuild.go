package main

import (
	"context"
)

// rebuildCommand makes a read model again from the events.
type rebuildCommand struct {
	Stores `embed:""`
	Model  string `arg:"" help:"Name of the read model: ${enum}." enum:"${models}"`
}

// Help is what --help says besides.
func (*rebuildCommand) Help() string { return stopFirst }

// Run rebuilds beside the live rows and switches in one transaction. With a
// shared database and event store the server may go on meanwhile.
func (c *rebuildCommand) Run(ctx context.Context) error {
	s, err := upkeep(ctx, c.Stores)
	defer s.close()
	if err != nil {
		return err
	}
	return s.newRunner().Rebuild(ctx, c.Model)
}
