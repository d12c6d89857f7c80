package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// serveMetrics lets Prometheus read metrics at /metrics of an address, and if so
// wanted profiles be taken at /debug/pprof; nothing else. It returns how to stop,
// which lets open requests finish.
func serveMetrics(addr string, metrics *prometheus.Registry, profiles bool, failed chan<- error) (stop func(), err error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: figures(metrics, profiles), ReadHeaderTimeout: 10 * time.Second, WriteTimeout: 2 * time.Minute}
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

// figures is what is served. The command line is left out of the profiles: the
// database's password may stand in it.
func figures(metrics *prometheus.Registry, profiles bool) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{Registry: metrics}))
	if profiles {
		mux.HandleFunc("GET /debug/pprof/", pprof.Index)
		mux.HandleFunc("GET /debug/pprof/cmdline", http.NotFound)
		mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
		mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	}
	return mux
}

func (s *stack) runMetrics(context.Context) error {
	if s.config.Metrics == "" {
		return nil
	}
	if err := s.metrics.Register(collectors.NewGoCollector()); err != nil {
		return err
	}
	stop, err := serveMetrics(s.config.Metrics, s.metrics, s.config.Pprof, s.failed)
	if err == nil {
		s.onClose(stop)
	}
	return err
}
