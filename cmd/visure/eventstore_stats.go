package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// eventstoreStats counts events and streams, and says how far groups are.
type eventstoreStats struct {
	folder
	JSON bool `name:"json" help:"Print JSON."`
}

// Run prints the figures.
func (c *eventstoreStats) Run(ctx context.Context) error {
	return c.keep(true, func(k node.Keeper) error {
		s, err := k.Stats(ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(os.Stdout).Encode(s)
		}
		return printStats(os.Stdout, s)
	})
}

// printStats writes the figures of an event store as tables.
func printStats(to io.Writer, s node.Stats) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "category\tstreams\tevents\tbytes\t\n")
	for _, c := range s.Categories {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t\n", c.Name, c.Streams, c.Events, c.Bytes)
	}
	fmt.Fprintf(w, "all\t%d\t%d\t%d\t\n", s.Streams, s.Events, s.Bytes)
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(to, "\nthe log ends at %d\n", s.End)
	if len(s.Groups) == 0 {
		return nil
	}
	fmt.Fprintf(w, "\ngroup\tcheckpoint\tlag\tparked\t\n")
	for _, g := range s.Groups {
		checkpoint := "none"
		if g.Checkpoint != nil {
			checkpoint = fmt.Sprint(*g.Checkpoint)
		}
		fmt.Fprintf(w, "%s::%s\t%s\t%d\t%d\t\n", g.Stream, g.Group, checkpoint, g.Lag, g.Parked)
	}
	return w.Flush()
}
