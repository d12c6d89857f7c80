package main

import (
	"context"
	"time"

	"go.opentelemetry.io/otel"

	"github.com/visure-anagrafiche/visure/adapters/bus"
	"github.com/visure-anagrafiche/visure/adapters/esdb"
)

// runProcesses runs the processes that events wake, unless another server does.
func (s *stack) runProcesses(context.Context) error {
	if s.config.Workers == 0 {
		s.report("processes    left to another server")
		return nil
	}
	s.report("processes    %d visure at once", s.config.Workers)
	subscriber, err := esdb.NewSubscriber(s.client, esdb.SubscriberConfig{Group: "process-v1", DrainTimeout: s.config.Drain}, s.log)
	if err != nil {
		return err
	}
	if err := subscriber.Register(s.metrics); err != nil {
		return err
	}
	router, err := bus.New(bus.Config{
		Subscriber: subscriber, Processes: s.processes, Rare: s.rare, Park: esdb.Park, Metrics: s.metrics, Log: s.log,
		Workers: s.config.Workers, CloseTimeout: s.config.Drain + 5*time.Second, Trace: bus.Trace(otel.GetTracerProvider()),
	})
	if err != nil {
		return err
	}
	s.background("processes", router.Run)
	return nil
}
