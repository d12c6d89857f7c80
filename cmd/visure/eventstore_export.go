package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// eventstoreExport writes every event and every group as lines of JSON.
type eventstoreExport struct {
	folder
	To string `arg:"" optional:"" help:"File to make; empty: standard output." type:"path"`
}

// Run writes the export; a file is there when it is whole.
func (c *eventstoreExport) Run(ctx context.Context) error {
	return c.keep(true, func(k node.Keeper) error {
		if c.To == "" {
			return k.Export(ctx, os.Stdout)
		}
		f, err := os.CreateTemp(filepath.Dir(c.To), filepath.Base(c.To)+".partial-")
		if err != nil {
			return err
		}
		if err := errors.Join(k.Export(ctx, f), f.Sync(), f.Close()); err != nil {
			return errors.Join(err, os.Remove(f.Name()))
		}
		return os.Rename(f.Name(), c.To)
	})
}
