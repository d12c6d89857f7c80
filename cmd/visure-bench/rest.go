package main

import (
	"context"
	"errors"
	"time"
)

// rest is a server before anybody asks it anything.
type rest struct {
	FirstMS float64 `json:"first_start_ms"` // until it was ready; in an empty folder, if nothing else is wished
	StartMS float64 `json:"start_ms"`       // on what the first start left
	Memory  memory  `json:"memory"`
}

// few are so few people that the simulator's memory of them hardly counts.
const few = 2000

// rest starts a server twice and lets it rest to see what memory it holds.
func (d demo) rest(ctx context.Context, idle time.Duration) (r rest, err error) {
	d.people = few
	s, err := d.start(ctx)
	if err != nil {
		return r, err
	}
	r.FirstMS = milliseconds(s.started.Seconds())
	if err := s.stop(); err != nil {
		return r, err
	}
	if s, err = d.start(ctx); err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	r.StartMS = milliseconds(s.started.Seconds())
	select {
	case <-time.After(idle):
	case <-ctx.Done():
		return r, ctx.Err()
	}
	r.Memory, err = memoryOf(s.process.Pid)
	return r, err
}
