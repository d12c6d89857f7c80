package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// eventstoreCommand measures the event store through the official client. The
// embedded node keeps its events in a folder beside the figures: what is
// acknowledged is synced to that disk.
type eventstoreCommand struct {
	Out      string        `help:"File of the figures." default:"out/bench-eventstore.json" type:"path"`
	Duration time.Duration `help:"Of each measurement." default:"4s"`
	Backlog  int           `help:"Events there are to read, in appends of 200." default:"200000"`
	Profile  string        `help:"Folder of CPU profiles, one a measurement; with Go installed, the table says how the time was shared between client and node." type:"path"`
	Server   string        `name:"esdb" help:"EventStoreDB to measure instead of the embedded node (esdb://...). Its $$all must hold little else." placeholder:"URL"`
}

// eventstoreFigures are what a run found.
type eventstoreFigures struct {
	circumstances
	Measures  []eventRate `json:"measures"`
	MemoryMiB float64     `json:"memory_mib"`          // of the whole program, after all
	ReopenMS  float64     `json:"reopen_ms,omitempty"` // the time the node takes to open it all again
}

// eventRate is one measurement.
type eventRate struct {
	Name      string   `json:"name"`
	PerSecond float64  `json:"per_second"` // of what the name counts
	P50       float64  `json:"p50_ms,omitempty"`
	P99       float64  `json:"p99_ms,omitempty"`
	Mark      float64  `json:"mark,omitempty"` // to be reached
	MarkP99   float64  `json:"mark_p99_ms,omitempty"`
	CPU       cpuShare `json:"cpu,omitzero"`
}

// Run measures everything in one run.
func (c *eventstoreCommand) Run(ctx context.Context) error {
	folder := filepath.Dir(c.Out)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(folder, "events-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	connection, stop, err := c.server(dir)
	if err != nil {
		return err
	}
	client, err := officialClient(connection)
	if err != nil {
		stop()
		return err
	}
	f := eventstoreFigures{circumstances: circumstancesNow()}
	b := &eventsBench{client: client, backlog: c.Backlog}
	for _, m := range b.measures() {
		rate, err := c.measure(ctx, m)
		if err != nil {
			stop()
			return fmt.Errorf("%s: %w", m.name, err)
		}
		f.Measures = append(f.Measures, rate)
	}
	f.MemoryMiB = residentMiB()
	_ = client.Close()
	stop()
	if c.Server == "" {
		if f.ReopenMS, err = reopen(dir); err != nil {
			return err
		}
	}
	return f.publish(c.Out)
}

// server starts the node, under a label by which profiles know it, unless
// another server is to be measured.
func (c *eventstoreCommand) server(dir string) (connection string, stop func(), err error) {
	if c.Server != "" {
		return c.Server, func() {}, nil
	}
	pprof.Do(context.Background(), pprof.Labels("side", "node"), func(context.Context) {
		var n *node.Node
		if n, err = node.Open(node.Options{Dir: dir}); err != nil {
			return
		}
		stop = func() { _ = n.Close() }
		if err = n.Start("127.0.0.1:0"); err != nil {
			stop()
			return
		}
		connection = n.ConnectionString()
	})
	return connection, stop, err
}

func officialClient(connection string) (*es.Client, error) {
	config, err := es.ParseConnectionString(connection)
	if err != nil {
		return nil, err
	}
	config.Logger = es.NoopLogging()
	return es.NewClient(config)
}

// measure carries out one measurement, profiled if that is wished.
func (c *eventstoreCommand) measure(ctx context.Context, m measurement) (rate eventRate, err error) {
	if m.prepare != nil {
		if err := m.prepare(ctx); err != nil {
			return rate, err
		}
	}
	runtime.GC()
	file := ""
	if c.Profile != "" {
		if err := os.MkdirAll(c.Profile, 0o755); err != nil {
			return rate, err
		}
		file = filepath.Join(c.Profile, strings.NewReplacer(" ", "-", ",", "", "$", "").Replace(m.name)+".pprof")
	}
	stop, err := profile(file)
	if err != nil {
		return rate, err
	}
	all := &collected{}
	began := time.Now()
	var n int
	pprof.Do(ctx, pprof.Labels("side", "client"), func(ctx context.Context) {
		n, err = m.run(ctx, c.Duration, all)
	})
	took := time.Since(began)
	stop()
	rate = eventRate{Name: m.name, PerSecond: float64(n) / took.Seconds(), P50: all.quantile(.50), P99: all.quantile(.99),
		Mark: m.mark, MarkP99: m.markP99, CPU: sharesOf(ctx, file, took)}
	return rate, err
}

// reopen opens what a closed node left, and returns the milliseconds that took.
func reopen(dir string) (float64, error) {
	began := time.Now()
	n, err := node.Open(node.Options{Dir: dir})
	if err != nil {
		return 0, err
	}
	took := time.Since(began)
	return float64(took.Microseconds()) / 1000, n.Close()
}

// publish writes the figures to the file and shows them as a table.
func (f eventstoreFigures) publish(file string) error {
	if err := write(f, file); err != nil {
		return err
	}
	fmt.Printf("%-52s %10s %10s %8s %8s %8s %4s  %s\n", fmt.Sprintf("event store, official client, %d cores", f.Cores),
		"per second", "mark", "p50 ms", "p99 ms", "mark", "met", "CPU: client / node / runtime")
	for _, m := range f.Measures {
		fmt.Printf("%-52s %10.0f %10s %8s %8s %8s %4s  %s\n", m.Name, m.PerSecond, number(m.Mark, 0), number(m.P50, 2), number(m.P99, 2), number(m.MarkP99, 1),
			yes(m.PerSecond >= m.Mark && (m.MarkP99 == 0 || m.P99 <= m.MarkP99)), m.CPU)
	}
	fmt.Printf("%-52s %10.0f\n", "memory of the program, MiB", f.MemoryMiB)
	if f.ReopenMS > 0 {
		fmt.Printf("%-52s %10.0f\n", "opening it all again, ms", f.ReopenMS)
	}
	return nil
}

// profile writes a CPU profile until the function it returns is called; with no
// file there is none.
func profile(file string) (stop func(), err error) {
	if file == "" {
		return func() {}, nil
	}
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, err
	}
	return func() { pprof.StopCPUProfile(); f.Close() }, nil
}

// number leaves out what was not measured.
func number(n float64, decimals int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%.*f", decimals, n)
}
