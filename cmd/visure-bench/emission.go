package main

import (
	"context"
	"errors"
	"net/http"
	"os"
	"runtime"
	"time"

	"github.com/visure-anagrafiche/visure/cmd/visure-bench/load"
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
	Latency  time.Duration `help:"How long latency is measured." default:"20s"`
	Clients  []int         `help:"Clients while the sustained rate is measured, each with one request at a time." default:"1,8,32,128"`
	Duration time.Duration `help:"Of each turn." default:"4s"`
}

// emissionFigures are what a run found.
type emissionFigures struct {
	At        time.Time       `json:"at"`
	Go        string          `json:"go"`
	Cores     int             `json:"cores"`
	Rate      int             `json:"requests_per_second"`
	Latency   rate            `json:"latency"` // at that rate
	Steps     []stepFigures   `json:"steps"`
	Sustained []emissionRates `json:"sustained"`
}

// emissionRates are what a number of clients gets.
type emissionRates struct {
	Clients int  `json:"clients"`
	Ours    rate `json:"ours"`
}

// Run measures a server on a folder of its own.
func (c *emissionCommand) Run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "visure-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s, err := startServer(ctx, c.Visure, dir, c.Install)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	sender, err := hire(ctx, "load")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sender.stop()) }()
	f := emissionFigures{At: time.Now().UTC(), Go: runtime.Version(), Cores: runtime.NumCPU(), Rate: c.Rate}
	if err := c.measure(ctx, sender, s, &f); err != nil {
		return err
	}
	return f.publish(c.Out)
}

// measure finds first the latency, and then what clients get who ask as fast as
// they can.
func (c *emissionCommand) measure(ctx context.Context, sender *worker, s *server, f *emissionFigures) error {
	requests, err := bodies(domain.Comunale)
	if err != nil {
		return err
	}
	turn := func(clients, perSecond int, d time.Duration) (rate, error) {
		return s.send(ctx, sender, load.Plan{Bodies: requests, Prefer: "wait=30", Status: http.StatusOK, Says: `"status":"issued"`,
			Clients: clients, Rate: perSecond, Duration: d})
	}
	if _, err := turn(8, 0, c.Duration/4); err != nil { // to warm it up
		return err
	}
	before, err := s.read(ctx)
	if err != nil {
		return err
	}
	if f.Latency, err = turn(open, c.Rate, c.Latency); err != nil {
		return err
	}
	after, err := s.read(ctx)
	if err != nil {
		return err
	}
	f.Steps = stepsOf(after).since(stepsOf(before))
	for _, clients := range c.Clients {
		r, err := turn(clients, 0, c.Duration)
		if err != nil {
			return err
		}
		f.Sustained = append(f.Sustained, emissionRates{clients, r})
	}
	return nil
}

// open is how many requests may be under way while latency is measured; beyond
// that they wait, and the wait counts.
const open = 64

// publish writes the figures to the file and shows them as tables.
func (f emissionFigures) publish(file string) error {
	if err := write(f, file); err != nil {
		return err
	}
	f.show(os.Stdout)
	return nil
}
