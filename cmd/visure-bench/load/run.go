package load

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/visure-anagrafiche/visure/cmd/visure-bench/measure"
	"github.com/visure-anagrafiche/visure/domain"
)

// Run carries a plan out. It fails if one answer was not what the plan wants.
func Run(ctx context.Context, plan Plan) (Result, error) {
	if len(plan.Bodies)+len(plan.Pages) == 0 || plan.Clients < 1 {
		return Result{}, errors.New("the plan has no bodies nor pages, or no clients")
	}
	if len(plan.Tokens) > 0 && len(plan.Tokens) != len(plan.Bodies) {
		return Result{}, errors.New("the plan has bodies without a token")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var number atomic.Int64
	clients := make([]*client, plan.Clients)
	for i := range clients {
		var err error
		if clients[i], err = dial(ctx, &plan, &number); err != nil {
			return Result{}, err
		}
	}
	spent, began := measure.Processor(), time.Now()
	due := schedule(ctx, plan, began)
	took, errs := make([][]time.Duration, len(clients)), make([]error, len(clients))
	var all sync.WaitGroup
	for i, c := range clients {
		all.Go(func() {
			if took[i], errs[i] = c.work(due, began.Add(plan.Duration)); errs[i] != nil {
				cancel() // one answer that is wrong makes the figures worthless
			}
		})
	}
	all.Wait()
	r := Result{Seconds: time.Since(began).Seconds(), Processor: (measure.Processor() - spent).Seconds()}
	return r.gather(clients, took), errors.Join(errs...)
}

// work sends what is due, or without a schedule one request after the other, and
// returns how long each took.
func (c *client) work(due <-chan time.Time, end time.Time) (took []time.Duration, err error) {
	took = make([]time.Duration, 0, 1<<12)
	for {
		began := time.Now()
		if due == nil && !began.Before(end) {
			return took, nil
		}
		if due != nil {
			at, more := <-due
			if !more {
				return took, nil
			}
			began = at
		}
		if err := c.send(); err != nil {
			return took, err
		}
		took = append(took, time.Since(began))
	}
}

// schedule yields the moments at which requests are due, each when it has come;
// nil when the plan has no rate.
func schedule(ctx context.Context, plan Plan, began time.Time) <-chan time.Time {
	if plan.Rate == 0 {
		return nil
	}
	n := int(plan.Duration.Seconds() * float64(plan.Rate))
	due := make(chan time.Time, n) // holds all, so that none waits for a client
	go func() {
		defer close(due)
		for i := range n {
			at := began.Add(time.Duration(i) * time.Second / time.Duration(plan.Rate))
			select {
			case <-time.After(time.Until(at)):
				due <- at
			case <-ctx.Done():
				return
			}
		}
	}()
	return due
}

// gather adds up what the clients found.
func (r Result) gather(clients []*client, took [][]time.Duration) Result {
	var all []time.Duration
	var position domain.Position
	for i, c := range clients {
		all = append(all, took[i]...)
		if position.Compare(c.position) < 0 {
			position = c.position
		}
	}
	if r.Requests = len(all); position != (domain.Position{}) {
		r.Position = position.String()
	}
	r.P50, r.P95, r.P99, r.Max = measure.Quantile(all, .50), measure.Quantile(all, .95), measure.Quantile(all, .99), measure.Quantile(all, 1)
	return r
}
