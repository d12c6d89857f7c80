package main

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/visure-anagrafiche/visure/cmd/visure-bench/floor"
)

// floorCommand makes documents with the parts alone, in a process of its own: the
// plan of each turn is a line of its input.
type floorCommand struct{}

// Run carries out plans until there is no more.
func (floorCommand) Run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "visure-bench-floor-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	f, err := floor.Open(floor.Options{Dir: dir, Comune: comune, People: populationSize, Seed: populationSeed})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return work(ctx, f.Run)
}

// floorRate is what the parts of an emission give alone.
type floorRate struct {
	PerSecond float64 `json:"per_second"`
	P50       float64 `json:"p50_ms"`
	P99       float64 `json:"p99_ms"`
	Processor float64 `json:"processor_ms"` // of one document, all in one process

	// What a document takes, parts that wait for a core with their waiting.
	Registry float64 `json:"registry_ms"`
	Render   float64 `json:"render_ms"`
	Archive  float64 `json:"archive_ms"`
	Appends  float64 `json:"appends_ms"`
}

func floorRateOf(r floor.Result) floorRate {
	ms := func(d time.Duration) float64 { return milliseconds(d.Seconds()) }
	n := float64(max(r.Documents, 1))
	return floorRate{
		PerSecond: n / r.Seconds, P50: r.P50, P99: r.P99, Processor: milliseconds(r.Processor / n),
		Registry: ms(r.Mean.Registry), Render: ms(r.Mean.Render), Archive: ms(r.Mean.Archive), Appends: ms(r.Mean.Appends),
	}
}

// medianFloor is the one in the middle of several, each figure by itself.
func medianFloor(all []floorRate) floorRate {
	of := func(figure func(floorRate) float64) float64 { return middle(all, figure) }
	return floorRate{
		PerSecond: of(func(r floorRate) float64 { return r.PerSecond }),
		P50:       of(func(r floorRate) float64 { return r.P50 }),
		P99:       of(func(r floorRate) float64 { return r.P99 }),
		Processor: of(func(r floorRate) float64 { return r.Processor }),
		Registry:  of(func(r floorRate) float64 { return r.Registry }),
		Render:    of(func(r floorRate) float64 { return r.Render }),
		Archive:   of(func(r floorRate) float64 { return r.Archive }),
		Appends:   of(func(r floorRate) float64 { return r.Appends }),
	}
}
