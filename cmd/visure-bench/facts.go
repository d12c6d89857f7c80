package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// factsCommand measures what it costs that there are ten times as many users,
// Enti, Comuni and agreements: the same requests, by operators of each, at a server
// of each size, in turns.
type factsCommand struct {
	Visure    string        `help:"The program to measure." default:"bin/visure" type:"existingfile"`
	Install   bool          `help:"Have it install PostgreSQL with apt if it is missing (as root on Debian or Ubuntu)."`
	Out       string        `help:"File of the figures." default:"out/bench-facts.json" type:"path"`
	Keep      string        `help:"Folder in which the two histories are made, or are from the last time; without it a temporary one." type:"path"`
	Users     int           `help:"Users of the larger; a tenth as many Enti, a twenty-fifth as many Comuni." default:"200000"`
	Requests  int           `help:"Requests in each history." default:"20000"`
	Operators int           `help:"How many of them ask; of the smaller all who can, if they are fewer." default:"5000"`
	Clients   int           `help:"Clients of requests that are only recorded." default:"32"`
	Rounds    int           `help:"Turns of each; the medians count." default:"5"`
	Duration  time.Duration `help:"Of each turn." default:"3s"`
}

// factsFigures are what a run found.
type factsFigures struct {
	circumstances
	Sizes []sizeFigure `json:"sizes"` // the smaller first
}

// sizeFigure is of the server of one size.
type sizeFigure struct {
	Users     int    `json:"users"`
	Operators int    `json:"operators"` // who asked
	Recorded  rate   `json:"recorded"`
	Issued    rate   `json:"issued"` // one at a time
	Memory    memory `json:"memory"` // after all
}

// Run makes the histories, starts both servers and has each asked in turn.
func (c *factsCommand) Run(ctx context.Context) (err error) {
	dir := c.Keep
	if dir == "" {
		if dir, err = os.MkdirTemp("", "visure-bench-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	sender, err := hire(ctx, "load")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sender.stop()) }()
	var all []*office
	for _, users := range []int{c.Users / 10, c.Users} {
		o, err := c.open(ctx, filepath.Join(dir, strconv.Itoa(users)), users)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, o.server.stop()) }()
		if err := o.warm(ctx, sender); err != nil {
			return err
		}
		all = append(all, o)
	}
	for turn := range 2 * c.Rounds {
		o := all[(turn+turn/2)%2] // each first in turn
		if err := o.measure(ctx, sender, c.Clients, c.Duration); err != nil {
			return err
		}
	}
	f := factsFigures{circumstances: circumstancesNow()}
	for _, o := range all {
		size, err := o.figure()
		if err != nil {
			return err
		}
		f.Sizes = append(f.Sizes, size)
	}
	return f.publish(c.Out)
}

// publish writes the figures to the file and shows them as tables.
func (f factsFigures) publish(file string) error {
	if err := write(f, file); err != nil {
		return err
	}
	f.show(os.Stdout)
	return nil
}
