package main

import (
	"context"
	"io"
	"os"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// eventstoreImport makes a store of an export.
type eventstoreImport struct {
	folder
	From string `arg:"" optional:"" help:"File of the export; empty: standard input." type:"existingfile"`
}

// Run makes the store.
func (c *eventstoreImport) Run(ctx context.Context) error {
	var from io.Reader = os.Stdin
	if c.From != "" {
		f, err := os.Open(c.From)
		if err != nil {
			return err
		}
		defer f.Close()
		from = f
	}
	lines, err := node.Import(ctx, c.Data, from)
	if err == nil {
		say("imported %d lines", lines)
	}
	return err
}
