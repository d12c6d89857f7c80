package main

import (
	"context"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// eventstoreRestore makes a store of a backup.
type eventstoreRestore struct {
	folder
	From string `arg:"" help:"Folder of the backup." type:"existingdir"`
}

// Run verifies the backup and copies it.
func (c *eventstoreRestore) Run(ctx context.Context) error {
	v, err := node.Restore(ctx, c.From, c.Data)
	if err == nil {
		say("restored %d events in %d streams", v.Events, v.Streams)
	}
	return err
}
