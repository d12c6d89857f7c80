package main

import (
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// httpSeconds are the upper ends of the buckets in which times of answers are counted: fine
// where pages are to be.
var httpSeconds = []float64{.001, .002, .003, .005, .0075, .01, .0125, .015, .02, .025, .03, .04, .05, .075, .1, .15, .25, .5, 1, 2.5, 5, 10, 20, 45}

// timeHTTP returns what learns how long requests take, by route and kind of status (2xx);
// nil without metrics. An answer that was asked to wait is counted with its wait.
func (s *stack) timeHTTP() (func(route string, status int, took time.Duration), error) {
	if s.config.Metrics == "" {
		return nil, nil
	}
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "visure_http_seconds", Help: "Time until a request was answered, by route and kind of status.", Buckets: httpSeconds,
	}, []string{"route", "status"})
	return func(route string, status int, took time.Duration) {
		seconds.WithLabelValues(route, fmt.Sprintf("%dxx", status/100)).Observe(took.Seconds())
	}, s.metrics.Register(seconds)
}
