package main

import (
	"context"

	"github.com/visure-anagrafiche/visure/cmd/visure-bench/load"
)

// loadCommand sends requests, in a process of its own: the plan of each load is a
// line of its input.
type loadCommand struct{}

// Run carries out plans until there is no more.
func (loadCommand) Run(ctx context.Context) error { return work(ctx, load.Run) }
