package floor

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/visure-anagrafiche/visure/cmd/visure-bench/measure"
)

// Plan says how many make documents at once, one after the other, and how long.
type Plan struct {
	Makers   int
	Duration time.Duration
}

// Parts are how long the parts of one document took.
type Parts struct {
	Appends  time.Duration // both
	Registry time.Duration // the exchange, with the checks of both sides
	Render   time.Duration // composing with it
	Archive  time.Duration
}

// Result is what came of a plan.
type Result struct {
	Documents int
	Seconds   float64
	P50, P99  float64 // milliseconds
	Processor float64 // seconds of a core, of all in this process
	Mean      Parts
}

// Run carries a plan out.
func (f *Floor) Run(ctx context.Context, plan Plan) (Result, error) {
	spent, began := measure.Processor(), time.Now()
	var number atomic.Int64
	all := make([]made, plan.Makers)
	var makers sync.WaitGroup
	for i := range all {
		makers.Go(func() {
			for all[i].err == nil && time.Since(began) < plan.Duration {
				one := time.Now()
				parts, err := f.document(ctx, int(number.Add(1)))
				all[i].add(time.Since(one), parts, err)
			}
		})
	}
	makers.Wait()
	r := Result{Seconds: time.Since(began).Seconds(), Processor: (measure.Processor() - spent).Seconds()}
	return r.gather(all)
}

// made is what one maker has made.
type made struct {
	took []time.Duration
	sum  Parts
	err  error
}

func (m *made) add(took time.Duration, p Parts, err error) {
	if m.err = err; err != nil {
		return
	}
	m.took = append(m.took, took)
	m.sum = m.sum.plus(p)
}

func (r Result) gather(all []made) (Result, error) {
	var took []time.Duration
	var sum Parts
	var errs []error
	for _, m := range all {
		took, sum, errs = append(took, m.took...), sum.plus(m.sum), append(errs, m.err)
	}
	r.Documents, r.P50, r.P99 = len(took), measure.Quantile(took, .50), measure.Quantile(took, .99)
	n := time.Duration(max(len(took), 1))
	r.Mean = Parts{sum.Appends / n, sum.Registry / n, sum.Render / n, sum.Archive / n}
	return r, errors.Join(errs...)
}

func (p Parts) plus(q Parts) Parts {
	return Parts{p.Appends + q.Appends, p.Registry + q.Registry, p.Render + q.Render, p.Archive + q.Archive}
}
