package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/cmd/visure-bench/generate"
	"github.com/visure-anagrafiche/visure/cmd/visure-bench/load"
	"github.com/visure-anagrafiche/visure/cmd/visure-bench/measure"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// silenceCommand measures how ends of terms are recorded: those of a minute as they
// come, and those of an outage all at once; and what requests made meanwhile wait.
type silenceCommand struct {
	Visure  string        `help:"The program to measure." default:"bin/visure" type:"existingfile"`
	Install bool          `help:"Have it install PostgreSQL with apt if it is missing (as root on Debian or Ubuntu)."`
	Data    string        `help:"Folder to start it on, which it writes to; empty: a new one." type:"path"`
	Out     string        `help:"File of the figures." default:"out/bench-silence.json" type:"path"`
	Waiting int           `help:"Requests whose terms ended while the server was away." default:"100000"`
	Minute  int           `help:"Requests whose terms end one after the other." default:"1000"`
	Spread  time.Duration `help:"How long those take." default:"1m"`
	Rate    int           `help:"Requests a second, while those that are made meanwhile are timed." default:"20"`
	Turn    time.Duration `help:"How long they are timed while nothing ends, and while all does." default:"20s"`
}

// silenceFigures are what a run found.
type silenceFigures struct {
	circumstances
	Rate   int            `json:"requests_per_second"`
	Calm   rate           `json:"calm"` // requests while nothing ends
	Minute silenceMeasure `json:"minute"`
	Outage silenceMeasure `json:"outage"`
}

// silenceMeasure is what was found while terms ended.
type silenceMeasure struct {
	Terms     int     `json:"terms"`
	Approved  int     `json:"approved"`
	Twice     int     `json:"approved_twice"`
	PerSecond float64 `json:"approvals_per_second"` // from the first to the last
	P50       float64 `json:"lateness_p50_ms"`      // recorded after it took effect
	P99       float64 `json:"lateness_p99_ms"`
	Issued    int     `json:"issued_meanwhile"` // documents
	Requests  rate    `json:"requests_meanwhile"`
}

// Run measures a server, twice stopped so that requests can be added.
func (c *silenceCommand) Run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "visure-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	sender, err := hire(ctx, "load")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sender.stop()) }()
	r := &silenceRun{silenceCommand: c, sender: sender, data: cmp.Or(c.Data, filepath.Join(dir, "ours")), log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))}
	if r.requests, err = bodies(domain.Nazionale); err != nil {
		return err
	}
	f := silenceFigures{circumstances: circumstancesNow(), Rate: c.Rate}
	if err := r.minute(ctx, &f); err != nil {
		return err
	}
	if err := r.outage(ctx, &f); err != nil {
		return err
	}
	if err := write(f, c.Out); err != nil {
		return err
	}
	f.show(os.Stdout)
	return nil
}

// silenceRun is one run.
type silenceRun struct {
	*silenceCommand
	sender   *worker
	data     string
	log      *slog.Logger
	requests []string
	token    string          // of the operator
	read     domain.Position // as far as outcomes were counted
}

// serving does something with a server on the data, and stops it. An idle one only
// takes requests.
func (r *silenceRun) serving(ctx context.Context, idle bool, do func(*server) error) error {
	s, err := demo{r.Visure, r.data, r.Install, populationSize, idle}.start(ctx)
	if err != nil {
		return err
	}
	r.token = s.token
	return errors.Join(do(s), s.stop())
}

// ask has requests made at the rate, for a time.
func (r *silenceRun) ask(ctx context.Context, s *server, d time.Duration) (rate, error) {
	return s.send(ctx, r.sender, load.Plan{Bodies: r.requests, Status: http.StatusAccepted, Clients: underWay, Rate: r.Rate, Duration: d})
}

// minute has requests made while nothing ends, and then while terms end one after the
// other.
func (r *silenceRun) minute(ctx context.Context, f *silenceFigures) error {
	if err := r.serving(ctx, true, func(*server) error { return nil }); err != nil { // enters who asks
		return err
	}
	// By then the server is up, and has been timed.
	lead := 2*r.Turn + 30*time.Second
	begin := time.Now().Add(lead)
	if err := r.wait(ctx, r.Minute, func(i int) time.Time { return begin.Add(r.Spread * time.Duration(i) / time.Duration(r.Minute)) }); err != nil {
		return err
	}
	err := r.serving(ctx, false, func(s *server) (err error) {
		if _, err = r.ask(ctx, s, r.Turn/2); err != nil { // to warm it up
			return err
		}
		if f.Calm, err = r.ask(ctx, s, r.Turn); err != nil {
			return err
		}
		if late := time.Since(begin); late > 0 {
			return fmt.Errorf("the server was ready %s too late", late)
		}
		select {
		case <-time.After(time.Until(begin)):
		case <-ctx.Done():
			return ctx.Err()
		}
		if f.Minute.Requests, err = r.ask(ctx, s, r.Spread); err != nil {
			return err
		}
		return r.ended(ctx, s)
	})
	if err != nil {
		return err
	}
	return r.count(ctx, r.Minute, &f.Minute)
}

// outage has requests made while everything ends whose term ended before the server
// was there.
func (r *silenceRun) outage(ctx context.Context, f *silenceFigures) error {
	due := time.Now().Add(-5 * time.Hour)
	if err := r.wait(ctx, r.Waiting, func(int) time.Time { return due }); err != nil {
		return err
	}
	if err := r.serving(ctx, true, func(s *server) error { // until the read models say who waits
		_, err := r.ask(ctx, s, time.Second)
		return err
	}); err != nil {
		return err
	}
	err := r.serving(ctx, false, func(s *server) (err error) {
		if f.Outage.Requests, err = r.ask(ctx, s, r.Turn); err != nil {
			return err
		}
		return r.ended(ctx, s)
	})
	if err != nil {
		return err
	}
	return r.count(ctx, r.Waiting, &f.Outage)
}

// wait adds requests that wait, about people who live elsewhere.
func (r *silenceRun) wait(ctx context.Context, n int, due func(int) time.Time) error {
	w := generate.Waits{
		Data: r.data, Token: r.token, Requests: n, Due: due, Log: r.log,
		Request: commands.RequestVisura{
			Comune: string(comune), Tipo: string(domain.Residenza), Ambito: string(domain.Nazionale), Finalita: "ISEE", NumeroPratica: "2026/004711",
		},
	}
	for _, p := range people.People(populationSeed, populationSize).Elsewhere(string(comune), people.FitsResidenza) {
		w.Subjects = append(w.Subjects, domain.CodiceFiscale(p.CodiceFiscale))
	}
	return generate.Wait(ctx, w)
}

// ended returns once no request waits any more.
func (r *silenceRun) ended(ctx context.Context, s *server) error {
	for {
		text, err := get(ctx, s.url+"/api/v1/visure?limit=1&status="+string(domain.Awaiting), s.token)
		if err != nil {
			return err
		}
		var page struct {
			Items []json.RawMessage `json:"items"`
		}
		if err := json.Unmarshal(text, &page); err != nil {
			return err
		}
		if len(page.Items) == 0 {
			return nil
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// count reads what was recorded since it was read last.
func (r *silenceRun) count(ctx context.Context, terms int, m *silenceMeasure) error {
	found, end, err := generate.Approved(ctx, r.data, r.read, r.log)
	if err != nil {
		return err
	}
	r.read = end
	m.Terms, m.Approved, m.Twice, m.Issued = terms, len(found.Approvals), found.Twice, found.Issued
	if m.Approved == 0 {
		return errors.New("silence approved nothing")
	}
	byTime := func(a, b generate.Approval) int { return a.Recorded.Compare(b.Recorded) }
	first, last := slices.MinFunc(found.Approvals, byTime), slices.MaxFunc(found.Approvals, byTime)
	m.PerSecond = ratio(float64(m.Approved), last.Recorded.Sub(first.Recorded).Seconds())
	var late []time.Duration
	for _, a := range found.Approvals {
		late = append(late, a.Recorded.Sub(a.Effective))
	}
	m.P50, m.P99 = measure.Quantile(late, .5), measure.Quantile(late, .99)
	return nil
}
