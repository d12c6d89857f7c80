package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// serveMetrics lets Prometheus read metrics at /metrics of an address, and
// nothing else. It returns how to stop, which lets open requests finish.
func serveMetrics(addr string, metrics *prometheus.Registry, failed chan<- error) (stop func(), err error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{Registry: metrics}))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second}
	go func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			failed <- fmt.Errorf("metrics: %w", err)
		}
	}()
	say("metrics      http://%s/metrics", l.Addr())
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if server.Shutdown(ctx) != nil {
			server.Close()
		}
	}, nil
}

func (s *stack) runMetrics(context.Context) error {
	if s.config.Metrics == "" {
		return nil
	}
	stop, err := serveMetrics(s.config.Metrics, s.metrics, s.failed)
	if err == nil {
		s.onClose(stop)
	}
	return err
}
