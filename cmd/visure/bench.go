package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/domain"
)

// benchCommands are what can be measured.
type benchCommands struct {
	Emission   benchCommand       `cmd:"" default:"withargs" help:"From the request to the document (what is measured unless told otherwise)."`
	EventStore eventsBenchCommand `cmd:"" name:"eventstore" help:"The event store alone, through the official client."`
}

// benchCommand measures emissions: from the HTTP request to the document
// available, the simulator at zero latency and in the same process.
type benchCommand struct {
	Config   `embed:""`
	Out      string        `help:"File of the figures." default:"out/bench.json" type:"path"`
	Rate     int           `help:"Requests a second while latency is measured." default:"20"`
	Clients  int           `help:"Clients while the sustained rate is measured." default:"32"`
	Duration time.Duration `help:"Of each measurement." default:"20s"`
	Profile  string        `help:"File of a CPU profile of the sustained measurement." type:"path"`
}

// figures are what a run found.
type figures struct {
	At        time.Time     `json:"at"`
	Go        string        `json:"go"`
	Cores     int           `json:"cores"`
	Latency   latencies     `json:"latency"`
	Sustained sustained     `json:"sustained"`
	Steps     []stepFigures `json:"steps"`
}

type latencies struct {
	Rate     int     `json:"requests_per_second"`
	Requests int     `json:"requests"`
	P50      float64 `json:"p50_ms"`
	P95      float64 `json:"p95_ms"`
	P99      float64 `json:"p99_ms"`
	Max      float64 `json:"max_ms"`
}

type sustained struct {
	Clients   int     `json:"clients"`
	Issued    int     `json:"issued"`
	PerSecond float64 `json:"issued_per_second"`
	P50       float64 `json:"p50_ms"`
	P99       float64 `json:"p99_ms"`
}

// Run measures on a stack of its own.
func (c *benchCommand) Run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "visure-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	c.Data, c.Listen = dir, "127.0.0.1:0"
	stopwatch := &stopwatch{}
	c.measure = stopwatch
	demo, err := startDemo(ctx, c.Config, demoOptions{People: 20000, Seed: 1}, say)
	defer demo.close()
	if err != nil {
		return err
	}
	b := &bench{demo: demo, api: newCaller(demo.stack.url, demo.users[0].Token),
		subjects: demo.people.Find(people.FitsResidenza)}
	b.subjects = slices.DeleteFunc(b.subjects, func(p *people.Person) bool { return p.Home.Istat != string(demoComune) })

	f := figures{At: time.Now().UTC(), Go: runtime.Version(), Cores: runtime.NumCPU()}
	if err := b.warm(ctx); err != nil {
		return err
	}
	stopwatch.reset()
	if f.Latency, err = b.latency(ctx, c.Rate, c.Duration); err != nil {
		return err
	}
	f.Steps = stopwatch.figures()
	stop, err := profile(c.Profile)
	if err != nil {
		return err
	}
	f.Sustained, err = b.sustained(ctx, c.Clients, c.Duration)
	stop()
	if err != nil {
		return err
	}
	return f.publish(c.Out)
}

// bench asks for visure di residenza of people of the Comune.
type bench struct {
	demo     *demo
	api      *caller
	subjects []*people.Person
	next     atomic.Int64
}

// emit asks for one and returns how long it took until the document could be
// downloaded.
func (b *bench) emit(ctx context.Context) (time.Duration, error) {
	subject := b.subjects[int(b.next.Add(1))%len(b.subjects)]
	began := time.Now()
	answer, err := b.api.request(ctx, domain.VisuraID(uuid.NewString()), askFor(domain.Residenza, subject.CodiceFiscale), 30*time.Second)
	switch {
	case err != nil:
		return 0, err
	case answer.Visura == nil || answer.Visura.Status != domain.Issued:
		return 0, errors.New("a request was not issued")
	}
	return time.Since(began), nil
}

func (b *bench) warm(ctx context.Context) error {
	for range 50 {
		if _, err := b.emit(ctx); err != nil {
			return err
		}
	}
	return nil
}

// latency sends requests at a fixed rate, whether or not earlier ones have been
// answered.
func (b *bench) latency(ctx context.Context, rate int, d time.Duration) (latencies, error) {
	ticker := time.NewTicker(time.Second / time.Duration(rate))
	defer ticker.Stop()
	var all collected
	var wg sync.WaitGroup
	for range int(d.Seconds() * float64(rate)) {
		<-ticker.C
		wg.Go(func() { all.add(b.emit(ctx)) })
	}
	wg.Wait()
	return latencies{Rate: rate, Requests: len(all.took), P50: all.quantile(.50), P95: all.quantile(.95), P99: all.quantile(.99), Max: all.quantile(1)}, errors.Join(all.errs...)
}

// sustained keeps a number of clients busy, each with one request at a time.
func (b *bench) sustained(ctx context.Context, clients int, d time.Duration) (sustained, error) {
	var all collected
	var wg sync.WaitGroup
	began := time.Now()
	for range clients {
		wg.Go(func() {
			for time.Since(began) < d {
				all.add(b.emit(ctx))
			}
		})
	}
	wg.Wait()
	return sustained{Clients: clients, Issued: len(all.took), PerSecond: float64(len(all.took)) / time.Since(began).Seconds(),
		P50: all.quantile(.50), P99: all.quantile(.99)}, errors.Join(all.errs...)
}

// collected gathers what many clients measure.
type collected struct {
	mu   sync.Mutex
	took []time.Duration
	errs []error
}

func (c *collected) add(took time.Duration, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.errs = append(c.errs, err)
		return
	}
	c.took = append(c.took, took)
}

// quantile returns milliseconds.
func (c *collected) quantile(q float64) float64 {
	if len(c.took) == 0 {
		return 0
	}
	slices.Sort(c.took)
	return float64(c.took[int(q*float64(len(c.took)-1))].Microseconds()) / 1000
}

func (f figures) publish(file string) error {
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(file, append(text, '\n'), 0o644); err != nil {
		return err
	}
	fmt.Printf("%s\n\n", text)
	fmt.Printf("%-44s %10s %10s %10s\n", fmt.Sprintf("emission, %d requests/s, %d cores", f.Latency.Rate, f.Cores), "p50 ms", "p95 ms", "p99 ms")
	fmt.Printf("%-44s %10.1f %10.1f %10.1f\n", "HTTP request to document available", f.Latency.P50, f.Latency.P95, f.Latency.P99)
	for _, s := range f.Steps {
		fmt.Printf("  %-42s %10.1f %10.1f %10.1f\n", s.Name, s.P50, s.P95, s.P99)
	}
	fmt.Printf("%-44s %10.1f\n", fmt.Sprintf("sustained emissions/s, %d clients", f.Sustained.Clients), f.Sustained.PerSecond)
	return nil
}
