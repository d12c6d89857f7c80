package main

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/visure-anagrafiche/visure/cmd/visure-bench/floor"
	"github.com/visure-anagrafiche/visure/domain"
)

// emissionCommand measures emissions: from the HTTP request to the document
// available. The server is the real program in a process of its own, with the
// ANPR simulator at zero latency in it.
type emissionCommand struct {
	Visure   string        `help:"The program to measure." default:"bin/visure" type:"existingfile"`
	Install  bool          `help:"Have it install PostgreSQL with apt if it is missing (as root on Debian or Ubuntu)."`
	Data     string        `help:"Folder to start it on, which it writes to; empty: a new one." type:"path"`
	Out      string        `help:"File of the figures." default:"out/bench.json" type:"path"`
	Rate     int           `help:"Requests a second while latency is measured." default:"20"`
	Latency  time.Duration `help:"How long latency is measured." default:"20s"`
	Clients  []int         `help:"Clients while the sustained rate is measured, each with one request at a time." default:"1,8,32,128"`
	Duration time.Duration `help:"Of each turn." default:"3s"`
	Rounds   int           `help:"Turns of each number of clients, and of the floor; the medians count." default:"3"`
	Idle     time.Duration `help:"How long the server rests before its memory is read." default:"3s"`
}

// emissionFigures are what a run found.
type emissionFigures struct {
	circumstances
	Rest      rest            `json:"rest"`
	Rate      int             `json:"requests_per_second"`
	Latency   rate            `json:"latency"` // at that rate
	Steps     []stepFigures   `json:"steps"`
	Sustained []emissionRates `json:"sustained"`
}

// emissionRates are what a number of clients gets, and what as many make with the
// parts alone: the medians.
type emissionRates struct {
	Clients int       `json:"clients"`
	Ours    rate      `json:"ours"`
	Floor   floorRate `json:"floor"`
}

// Run measures a server, in turns with the floor.
func (c *emissionCommand) Run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "visure-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	f := emissionFigures{circumstances: circumstancesNow(), Rate: c.Rate}
	d := demo{c.Visure, cmp.Or(c.Data, filepath.Join(dir, "ours")), c.Install, populationSize, false}
	if f.Rest, err = d.rest(ctx, c.Idle); err != nil {
		return err
	}
	s, err := d.start(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	t := turns{server: s}
	if t.sender, err = hire(ctx, "load"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.sender.stop()) }()
	if t.floor, err = hire(ctx, "floor"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.floor.stop()) }()
	if t.requests, err = bodies(domain.Comunale); err != nil {
		return err
	}
	if err := c.measure(ctx, t, &f); err != nil {
		return err
	}
	return f.publish(c.Out)
}

// measure finds first the latency, and then what clients get who ask as fast as
// they can, in turns with the floor.
func (c *emissionCommand) measure(ctx context.Context, t turns, f *emissionFigures) error {
	if _, err := t.ours(ctx, 8, 0, c.Duration/4); err != nil { // to warm it up
		return err
	}
	if _, err := t.alone(8, c.Duration/4); err != nil { // which takes a second to get ready
		return err
	}
	before, err := t.server.read(ctx)
	if err != nil {
		return err
	}
	if f.Latency, err = t.ours(ctx, underWay, c.Rate, c.Latency); err != nil {
		return err
	}
	after, err := t.server.read(ctx)
	if err != nil {
		return err
	}
	f.Steps = stepsOf(after).since(stepsOf(before))
	for _, clients := range c.Clients {
		var ours []rate
		var alone []floorRate
		for range c.Rounds {
			r, err := t.ours(ctx, clients, 0, c.Duration)
			if err != nil {
				return err
			}
			p, err := t.alone(clients, c.Duration)
			if err != nil {
				return err
			}
			ours, alone = append(ours, r), append(alone, p)
		}
		f.Sustained = append(f.Sustained, emissionRates{clients, median(ours), medianFloor(alone)})
	}
	return nil
}

// turns are those who take turns.
type turns struct {
	server        *server
	sender, floor *worker
	requests      []string
}

// ours has clients ask for documents, and wait for them.
func (t turns) ours(ctx context.Context, clients, perSecond int, d time.Duration) (rate, error) {
	plan := issuing(t.requests)
	plan.Clients, plan.Rate, plan.Duration = clients, perSecond, d
	return t.server.send(ctx, t.sender, plan)
}

// alone has as many make documents with the parts alone.
func (t turns) alone(makers int, d time.Duration) (floorRate, error) {
	var r floor.Result
	err := t.floor.do(floor.Plan{Makers: makers, Duration: d}, &r)
	return floorRateOf(r), err
}

// underWay is how many requests may be under way while latency is measured; beyond
// that they wait, and the wait counts.
const underWay = 64

// publish writes the figures to the file and shows them as tables.
func (f emissionFigures) publish(file string) error {
	if err := write(f, file); err != nil {
		return err
	}
	f.show(os.Stdout)
	return nil
}
