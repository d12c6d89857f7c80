package main

import (
	"context"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// eventstoreVerify reads and compares everything.
type eventstoreVerify struct{ folder }

// Run says what was found sound, or returns the first fault.
func (c *eventstoreVerify) Run(ctx context.Context) error {
	return c.keep(true, func(k node.Keeper) error {
		v, err := k.Verify(ctx)
		if err == nil {
			say("sound: %d events in %d streams; the log ends at %d", v.Events, v.Streams, v.End)
		}
		return err
	})
}
