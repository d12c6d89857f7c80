package main

import (
	"context"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// eventstoreScavenge removes for ever what was truncated, aged or deleted.
type eventstoreScavenge struct{ folder }

// Run removes what no read shows.
func (c *eventstoreScavenge) Run(ctx context.Context) error {
	return c.keep(false, func(k node.Keeper) error {
		s, err := k.Scavenge(ctx)
		say("removed %d events of %d streams, %d bytes before compression", s.Events, s.Streams, s.Bytes)
		return err
	})
}
