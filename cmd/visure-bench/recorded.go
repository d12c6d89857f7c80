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
// officer must confirm them: ours and its peer's in turns, in one run; and if it is
// wished ours while they count in quotas.
type recordedCommand struct {
	Visure   string        `help:"The program to measure." default:"bin/visure" type:"existingfile"`
	Install  bool          `help:"Have it install PostgreSQL with apt if it is missing (as root on Debian or Ubuntu)."`
	Data     string        `help:"Folder to start it on, which it writes to; empty: a new one." type:"path"`
	Out      string        `help:"File of the figures." default:"out/bench-recorded.json" type:"path"`
	Clients  []int         `help:"Clients, each with one request at a time." default:"1,8,32,128"`
	Duration time.Duration `help:"Of each turn." default:"3s"`
	Rounds   int           `help:"Turns of each; the medians count." default:"3"`
	Quotas   bool          `help:"Measure also while the act and the Comune set quotas."`
}

// recordedFigures are what a run found.
type recordedFigures struct {
	circumstances
	Measures []recordedPairs `json:"measures"`
}

// recordedPairs are the medians for one number of clients.
type recordedPairs struct {
	Clients  int   `json:"clients"`
	Ours     rate  `json:"ours"`
	Rationed *rate `json:"ours_with_quotas,omitempty"`
	Peer     rate  `json:"peer"`
}

// Run measures the two servers.
func (c *recordedCommand) Run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "visure-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	data := cmp.Or(c.Data, filepath.Join(dir, "ours"))
	ours, err := demo{c.Visure, data, c.Install, few, true}.start(ctx)
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
	turns := recordedTurns{ours: ours, peer: peer}
	if c.Quotas {
		if turns.quotas, err = ours.ration(ctx, data); err != nil {
			return err
		}
	}
	f := recordedFigures{circumstances: circumstancesNow()}
	if f.Measures, err = c.measure(ctx, sender, turns); err != nil {
		return err
	}
	return f.publish(c.Out)
}

// recordedTurns are what takes turns.
type recordedTurns struct {
	ours, peer *server
	quotas     *rationing // of ours; nil: it has no turn with quotas
}

// turn sends requests to one of them, once the quotas are as they are to be.
type turn func(ctx context.Context, clients int, d time.Duration) (rate, error)

// measure lets them take turns.
func (c *recordedCommand) measure(ctx context.Context, sender *worker, t recordedTurns) (all []recordedPairs, err error) {
	requests, err := bodies(domain.Nazionale)
	if err != nil {
		return nil, err
	}
	at := func(s *server, before func(context.Context) error) turn {
		return func(ctx context.Context, clients int, d time.Duration) (rate, error) {
			if err := before(ctx); err != nil {
				return rate{}, err
			}
			return s.send(ctx, sender, load.Plan{Bodies: requests, Status: http.StatusAccepted, Clients: clients, Duration: d})
		}
	}
	turns := []turn{at(t.ours, t.quotas.off), at(t.peer, func(context.Context) error { return nil })}
	if t.quotas != nil {
		turns = append(turns, at(t.ours, t.quotas.on))
	}
	for _, turn := range turns {
		if _, err := turn(ctx, 8, c.Duration/3); err != nil { // to warm it up
			return nil, err
		}
	}
	for _, clients := range c.Clients {
		rates := make([][]rate, len(turns))
		for range c.Rounds {
			for i, turn := range turns {
				r, err := turn(ctx, clients, c.Duration)
				if err != nil {
					return nil, err
				}
				rates[i] = append(rates[i], r)
			}
		}
		pairs := recordedPairs{Clients: clients, Ours: median(rates[0]), Peer: median(rates[1])}
		if t.quotas != nil {
			rationed := median(rates[2])
			pairs.Rationed = &rationed
		}
		all = append(all, pairs)
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
