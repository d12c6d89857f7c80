package main

import (
	"context"
	"math"
	"time"
)

// cost is what one request takes: milliseconds of a core by process, and what the
// server allocates.
type cost struct {
	Server     float64 `json:"server_ms"` // of ours with the event store and the ANPR simulator in it
	PostgreSQL float64 `json:"postgresql_ms"`
	Load       float64 `json:"load_ms"`

	Bytes   float64 `json:"allocated_bytes"`
	Objects float64 `json:"allocated_objects"`
}

// processor is what serving takes.
func (c cost) processor() float64 { return c.Server + c.PostgreSQL }

// account is what a server has used at one moment.
type account struct {
	usage
	heap
	answered histogram // requests, by the server's own clock
}

func (s *server) account(ctx context.Context) (a account, err error) {
	m, err := s.read(ctx)
	if err != nil {
		return a, err
	}
	a.heap, a.answered = heapOf(m), answeredOf(m)
	a.usage, err = usageOf(s.process.Pid)
	return a, err
}

// since is the cost of each of n requests made after an earlier account, with
// what sending them took.
func (a account) since(before account, load time.Duration, n int) cost {
	each := func(d time.Duration) float64 { return milliseconds(d.Seconds() / float64(max(n, 1))) }
	count := func(x float64) float64 { return math.Round(x / float64(max(n, 1))) }
	return cost{
		Server: each(a.server - before.server), PostgreSQL: each(a.postgresql - before.postgresql), Load: each(load),
		Bytes: count(a.bytes - before.bytes), Objects: count(a.objects - before.objects),
	}
}
