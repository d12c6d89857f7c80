package main

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/visure-anagrafiche/visure/cmd/visure-bench/load"
	"github.com/visure-anagrafiche/visure/domain"
)

// recordedCommand measures requests that only have to be recorded, since an
// officer must confirm them: ours and its peer's in turns, in one run.
type recordedCommand struct {
	Visure   string        `help:"The program to measure." default:"bin/visure" type:"existingfile"`
	Install  bool          `help:"Have it install PostgreSQL with apt if it is missing (as root on Debian or Ubuntu)."`
	Data     string        `help:"Folder to start it on, which it writes to; empty: a new one." type:"path"`
	Out      string        `help:"File of the figures." default:"out/bench-recorded.json" type:"path"`
	Clients  []int         `help:"Clients, each with one request at a time." default:"1,8,32,128"`
	Duration time.Duration `help:"Of each turn." default:"3s"`
	Rounds   int           `help:"Turns of each; the medians count." default:"3"`
}

// recordedFigures are what a run found.
type recordedFigures struct {
	circumstances
	Measures []recordedPairs `json:"measures"`
}

// recordedPairs are the medians for one number of clients.
type recordedPairs struct {
	Clients int  `json:"clients"`
	Ours    rate `json:"ours"`
	Peer    rate `json:"peer"`
}

// Run measures the two servers.
func (c *recordedCommand) Run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "visure-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ours, err := demo{c.Visure, cmp.Or(c.Data, filepath.Join(dir, "ours")), c.Install, few, true}.start(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ours.stop()) }()
	peer, err := startPeer(ctx, filepath.Join(dir, "peer"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, peer.stop()) }()
	sender, err := hire(ctx, "load")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sender.stop()) }()
	f := recordedFigures{circumstances: circumstancesNow()}
	if f.Measures, err = c.measure(ctx, sender, ours, peer); err != nil {
		return err
	}
	return f.publish(c.Out)
}

// measure lets the two take turns.
func (c *recordedCommand) measure(ctx context.Context, sender *worker, ours, peer *server) (all []recordedPairs, err error) {
	requests, err := bodies(domain.Nazionale)
	if err != nil {
		return nil, err
	}
	turn := func(s *server, clients int, d time.Duration) (rate, error) {
		return s.send(ctx, sender, load.Plan{Bodies: requests, Status: http.StatusAccepted, Clients: clients, Duration: d})
	}
	for _, s := range []*server{ours, peer} {
		if _, err := turn(s, 8, c.Duration/3); err != nil { // to warm it up
			return nil, err
		}
	}
	for _, clients := range c.Clients {
		var of, beside []rate
		for range c.Rounds {
			for _, t := range []struct {
				*server
				rates *[]rate
			}{{ours, &of}, {peer, &beside}} {
				r, err := turn(t.server, clients, c.Duration)
				if err != nil {
					return nil, err
				}
				*t.rates = append(*t.rates, r)
			}
		}
		all = append(all, recordedPairs{clients, median(of), median(beside)})
	}
	return all, nil
}

// publish writes the figures to the file and shows them as tables.
func (f recordedFigures) publish(file string) error {
	if err := write(f, file); err != nil {
		return err
	}
	f.show(os.Stdout)
	return nil
}
