package main

import (
	"cmp"
	"slices"
)

// rate is what a server gives to some clients.
type rate struct {
	Requests  int     `json:"requests"`
	PerSecond float64 `json:"per_second"`
	P50       float64 `json:"p50_ms"`
	P95       float64 `json:"p95_ms"`
	P99       float64 `json:"p99_ms"`
	Max       float64 `json:"max_ms"`
	ServerP99 float64 `json:"server_p99_ms,omitempty"` // by the server's own clock

	Cost     cost    `json:"cost_of_one"`
	CaughtUp float64 `json:"read_models_caught_up_ms,omitempty"` // after the last answer
}

// median is the rate in the middle of several, each figure by itself.
func median(all []rate) rate {
	of := func(figure func(rate) float64) float64 { return middle(all, figure) }
	return rate{
		Requests:  int(of(func(r rate) float64 { return float64(r.Requests) })),
		PerSecond: of(func(r rate) float64 { return r.PerSecond }),
		P50:       of(func(r rate) float64 { return r.P50 }),
		P95:       of(func(r rate) float64 { return r.P95 }),
		P99:       of(func(r rate) float64 { return r.P99 }),
		Max:       of(func(r rate) float64 { return r.Max }),
		ServerP99: of(func(r rate) float64 { return r.ServerP99 }),
		CaughtUp:  of(func(r rate) float64 { return r.CaughtUp }),
		Cost: cost{
			Server:     of(func(r rate) float64 { return r.Cost.Server }),
			PostgreSQL: of(func(r rate) float64 { return r.Cost.PostgreSQL }),
			Load:       of(func(r rate) float64 { return r.Cost.Load }),
			Bytes:      of(func(r rate) float64 { return r.Cost.Bytes }),
			Objects:    of(func(r rate) float64 { return r.Cost.Objects }),
		},
	}
}

// middle is the median of one figure.
func middle[R any](all []R, figure func(R) float64) float64 {
	sorted := slices.SortedFunc(slices.Values(all), func(a, b R) int { return cmp.Compare(figure(a), figure(b)) })
	n := len(sorted)
	if n == 0 {
		return 0
	}
	return (figure(sorted[(n-1)/2]) + figure(sorted[n/2])) / 2
}
