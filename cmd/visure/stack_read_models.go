package main

import (
	"context"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// newRunner keeps every read model there is.
func (s *stack) newRunner() *engine.Runner {
	return engine.NewRunner(s.pool, s.newFeed(), s.log, projections.All...)
}

// newFeed is the log of all events in their one order.
func (s *stack) newFeed() engine.Feed { return esdb.NewFeed(s.client, s.keys, s.log) }

func (s *stack) runReadModels(context.Context) error {
	s.report("read models  following the events")
	s.runner = s.newRunner()
	s.background("read models", s.runner.Run)
	return s.metrics.Register(readModelMetrics{s.runner.Health})
}
