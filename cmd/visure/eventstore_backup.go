package main

import (
	"context"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// eventstoreBackup copies the store, as it is at one moment.
type eventstoreBackup struct {
	folder
	To string `arg:"" help:"Folder to make." type:"path"`
}

// Run makes the copy.
func (c *eventstoreBackup) Run(ctx context.Context) error {
	return c.keep(false, func(k node.Keeper) error {
		err := k.Backup(ctx, c.To)
		if err == nil {
			say("backup in %s; copy it elsewhere: on the same disk it shares files with the store", c.To)
		}
		return err
	})
}
