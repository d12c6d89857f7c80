package main

import (
	"context"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// newRunner keeps every read model there is.
func (s *stack) newRunner() *engine.Runner {
	return engine.NewRunner(s.pool, esdb.NewFeed(s.client, s.keys, s.log), s.log, projections.All...)
}

func (s *stack) runReadModels(context.Context) error {
	s.report("read models  following the events")
	s.runner = s.newRunner()
	s.background("read models", s.runner.Run)
	return s.metrics.Register(readModelMetrics{s.runner.Health})
}
