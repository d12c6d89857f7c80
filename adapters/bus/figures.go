package bus

import (
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/prometheus/client_golang/prometheus"
)

type figures struct {
	seconds  *prometheus.HistogramVec
	inFlight prometheus.Gauge
}

func newFigures(registry prometheus.Registerer) (*figures, error) {
	f := &figures{
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "visure_process_seconds",
			Help:    "Time to handle one event in a process, by outcome: done, postponed, parked, failed, interrupted.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60},
		}, []string{"outcome"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "visure_process_in_flight",
			Help: "Events being handled by processes.",
		}),
	}
	for _, c := range []prometheus.Collector{f.seconds, f.inFlight} {
		if err := registry.Register(c); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (f *figures) measure(next message.HandlerFunc) message.HandlerFunc {
	return func(m *message.Message) ([]*message.Message, error) {
		begun := time.Now()
		f.inFlight.Inc()
		defer f.inFlight.Dec()
		out, err := next(m)
		f.seconds.WithLabelValues(outcome(err)).Observe(time.Since(begun).Seconds())
		return out, err
	}
}
