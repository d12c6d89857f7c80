package main

import (
	"bytes"
	"context"
	"fmt"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// metrics are what a server tells Prometheus, by name.
type metrics map[string]*dto.MetricFamily

// read asks the server for its metrics.
func (s *server) read(ctx context.Context) (metrics, error) {
	text, err := get(ctx, s.metrics, "")
	if err != nil {
		return nil, err
	}
	return parseMetrics(text)
}

func parseMetrics(text []byte) (metrics, error) {
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("read metrics: %w", err)
	}
	return families, nil
}

// heap is what a program has allocated so far.
type heap struct{ bytes, objects float64 }

// heapOf reads what the Go runtime tells; zero when it does not.
func heapOf(m metrics) heap {
	return heap{counter(m, "go_memstats_alloc_bytes_total"), counter(m, "go_memstats_mallocs_total")}
}

// counter is one that stands alone under its name.
func counter(m metrics, name string) float64 {
	all := m[name].GetMetric()
	if len(all) == 0 {
		return 0
	}
	return all[0].GetCounter().GetValue()
}
