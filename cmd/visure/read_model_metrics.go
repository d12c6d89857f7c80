package main

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/visure-anagrafiche/visure/projections/engine"
)

// readModelMetrics are the figures of engine.Health, by read model, as this instance
// knows them.
type readModelMetrics struct{ health func() []engine.Health }

var readModelLabels = []string{"model"}

// Lag counts from when the last event was recorded to when its rows could be read.
var (
	readModelLag     = prometheus.NewDesc("visure_read_model_lag_seconds", "From when the last event written was recorded to when its rows could be read.", readModelLabels, nil)
	readModelStopped = prometheus.NewDesc("visure_read_model_stopped", "1 if an event cannot be applied or read: an operator has to act.", readModelLabels, nil)
	readModelLive    = prometheus.NewDesc("visure_read_model_live", "1 if this instance writes it and is at the end of the log.", readModelLabels, nil)
	readModelEvents  = prometheus.NewDesc("visure_read_model_events_total", "Events this instance has written.", readModelLabels, nil)
	readModelWriting = prometheus.NewDesc("visure_read_model_writing_seconds_total", "Time this instance spent in transactions.", readModelLabels, nil)
)

// Describe implements prometheus.Collector.
func (readModelMetrics) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{readModelLag, readModelStopped, readModelLive, readModelEvents, readModelWriting} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (m readModelMetrics) Collect(out chan<- prometheus.Metric) {
	figure := func(d *prometheus.Desc, kind prometheus.ValueType, value float64, model string) {
		out <- prometheus.MustNewConstMetric(d, kind, value, model)
	}
	for _, h := range m.health() {
		figure(readModelLag, prometheus.GaugeValue, h.Lag.Seconds(), h.Name)
		figure(readModelStopped, prometheus.GaugeValue, oneIf(!h.Well()), h.Name)
		figure(readModelLive, prometheus.GaugeValue, oneIf(h.State == engine.Live), h.Name)
		figure(readModelEvents, prometheus.CounterValue, float64(h.Events), h.Name)
		figure(readModelWriting, prometheus.CounterValue, h.Writing.Seconds(), h.Name)
	}
}

func oneIf(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
