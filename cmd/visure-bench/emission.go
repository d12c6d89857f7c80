package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/adapters/web/api"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// emissionCommand measures emissions: from the HTTP request to the document
// available. The server is the real program in a process of its own, with the
// ANPR simulator at zero latency in it.
type emissionCommand struct {
	Visure   string        `help:"The program to measure." default:"bin/visure" type:"existingfile"`
	Install  bool          `help:"Have it install PostgreSQL with apt if it is missing (as root on Debian or Ubuntu)."`
	Out      string        `help:"File of the figures." default:"out/bench.json" type:"path"`
	Rate     int           `help:"Requests a second while latency is measured." default:"20"`
	Clients  int           `help:"Clients while the sustained rate is measured." default:"32"`
	Duration time.Duration `help:"Of each measurement." default:"20s"`
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

	Processor processorTime `json:"processor"`
}

type sustained struct {
	Clients   int     `json:"clients"`
	Issued    int     `json:"issued"`
	PerSecond float64 `json:"issued_per_second"`
	P50       float64 `json:"p50_ms"`
	P99       float64 `json:"p99_ms"`

	Processor processorTime `json:"processor"`
}

// Run measures a server on a folder of its own.
func (c *emissionCommand) Run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "visure-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	server, err := startServer(ctx, c.Visure, dir, c.Install)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	b := newBench(server)
	f := figures{At: time.Now().UTC(), Go: runtime.Version(), Cores: runtime.NumCPU()}
	if err := b.warm(ctx); err != nil {
		return err
	}
	before, err := server.read(ctx)
	if err != nil {
		return err
	}
	if f.Latency, err = b.latency(ctx, c.Rate, c.Duration); err != nil {
		return err
	}
	after, err := server.read(ctx)
	if err != nil {
		return err
	}
	f.Steps = after.since(before)
	if f.Sustained, err = b.sustained(ctx, c.Clients, c.Duration); err != nil {
		return err
	}
	return f.publish(c.Out)
}

// bench asks for visure di residenza of people of the demo's Comune.
type bench struct {
	server   *server
	client   *http.Client
	subjects []*people.Person
	next     atomic.Int64
}

// comune is the demo's.
const comune = "039002"

// newBench returns a bench that may have many requests open at once. It knows
// whom to ask about from making the server's population again.
func newBench(s *server) *bench {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	return &bench{
		server: s, client: &http.Client{Transport: transport, Timeout: time.Minute},
		subjects: people.People(populationSeed, populationSize).Select(comune, people.FitsResidenza, 0),
	}
}

// emit asks for one and returns how long it took until the document could be
// downloaded.
func (b *bench) emit(ctx context.Context) (time.Duration, error) {
	subject := b.subjects[int(b.next.Add(1))%len(b.subjects)]
	began := time.Now()
	answer, err := b.ask(ctx, subject)
	switch {
	case err != nil:
		return 0, err
	case answer.Visura == nil || answer.Visura.Status != domain.Issued:
		return 0, errors.New("a request was not issued")
	}
	return time.Since(began), nil
}

// ask sends one request and waits for its outcome.
func (b *bench) ask(ctx context.Context, subject *people.Person) (answer api.Requested, err error) {
	body, err := json.Marshal(commands.RequestVisura{
		Comune: comune, Tipo: string(domain.Residenza), Finalita: "ISEE", NumeroPratica: "2026/004711",
		Soggetto: commands.SoggettoRichiesto{CodiceFiscale: subject.CodiceFiscale},
	})
	if err != nil {
		return answer, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, b.server.url+"/api/v1/visure/"+uuid.NewString(), bytes.NewReader(body))
	if err != nil {
		return answer, err
	}
	req.Header.Set("Authorization", "Bearer "+b.server.token)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Prefer", "wait=30")
	resp, err := b.client.Do(req)
	if err != nil {
		return answer, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer, err
	}
	if resp.StatusCode >= 300 {
		return answer, fmt.Errorf("request a visura: %s: %s", resp.Status, text)
	}
	return answer, json.Unmarshal(text, &answer)
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
	all, spent, err := b.spending(func(all *collected) {
		var wg sync.WaitGroup
		for range int(d.Seconds() * float64(rate)) {
			if <-ticker.C; ctx.Err() != nil {
				break
			}
			wg.Go(func() { all.add(b.emit(ctx)) })
		}
		wg.Wait()
	})
	return latencies{Rate: rate, Requests: len(all.took), P50: all.quantile(.50), P95: all.quantile(.95), P99: all.quantile(.99), Max: all.quantile(1),
		Processor: spent}, err
}

// sustained keeps a number of clients busy, each with one request at a time.
func (b *bench) sustained(ctx context.Context, clients int, d time.Duration) (sustained, error) {
	began := time.Now()
	var took time.Duration
	all, spent, err := b.spending(func(all *collected) {
		var wg sync.WaitGroup
		for range clients {
			wg.Go(func() {
				for time.Since(began) < d && ctx.Err() == nil {
					all.add(b.emit(ctx))
				}
			})
		}
		wg.Wait()
		took = time.Since(began)
	})
	return sustained{Clients: clients, Issued: len(all.took), PerSecond: float64(len(all.took)) / took.Seconds(),
		P50: all.quantile(.50), P99: all.quantile(.99), Processor: spent}, err
}

// spending carries out a measurement and says what processor time it took.
func (b *bench) spending(measure func(*collected)) (*collected, processorTime, error) {
	all := &collected{}
	before, err := usageOf(b.server.cmd.Process.Pid)
	if err != nil {
		return all, processorTime{}, err
	}
	measure(all)
	after, err := usageOf(b.server.cmd.Process.Pid)
	if err != nil {
		return all, processorTime{}, err
	}
	return all, after.since(before, len(all.took)), all.err()
}

// publish writes the figures to the file and shows them as a table.
func (f figures) publish(file string) error {
	if err := publish(f, file); err != nil {
		return err
	}
	fmt.Printf("%-44s %10s %10s %10s\n", fmt.Sprintf("emission, %d requests/s, %d cores", f.Latency.Rate, f.Cores), "p50 ms", "p95 ms", "p99 ms")
	fmt.Printf("%-44s %10.1f %10.1f %10.1f\n", "HTTP request to document available", f.Latency.P50, f.Latency.P95, f.Latency.P99)
	for _, s := range f.Steps {
		fmt.Printf("  %-42s %10.1f %10.1f %10.1f\n", s.Name, s.P50, s.P95, s.P99)
	}
	fmt.Printf("%-44s %10.1f\n", fmt.Sprintf("sustained emissions/s, %d clients", f.Sustained.Clients), f.Sustained.PerSecond)
	fmt.Printf("%-44s %10s %10s %10s\n", "processor time of a document, ms", "server", "PostgreSQL", "load")
	for _, m := range []struct {
		name string
		processorTime
	}{{fmt.Sprintf("%d requests/s", f.Latency.Rate), f.Latency.Processor}, {fmt.Sprintf("%d clients", f.Sustained.Clients), f.Sustained.Processor}} {
		fmt.Printf("  %-42s %10.1f %10.1f %10.1f\n", m.name, m.Server, m.PostgreSQL, m.Load)
	}
	return nil
}
