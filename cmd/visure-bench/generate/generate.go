package generate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// Options say what to make. All but Log are required.
type Options struct {
	Data     string // the folder, which has no events yet
	Requests int
	Comuni   int
	Enti     int
	Users    int       // at least one an Ente, two a Comune, and some
	From, To time.Time // of the first request, and of everything's end
	Seed     uint64    // the same makes the same history, but for what keys and chance of the folder make
	Tokens   int       // operators who get a bearer token
	Report   func(format string, args ...any)
	Log      *slog.Logger
}

// validate refuses what makes no world.
func (o Options) validate() error {
	switch {
	case o.Comuni < 20 || o.Comuni > 8000:
		return errors.New("from 20 to 8,000 Comuni can be made")
	case o.Enti < 1 || o.Users < 2*o.Enti+2*o.Comuni:
		return errors.New("there must be an Ente, and twice as many users as Enti and Comuni")
	case o.Requests < 1 || o.Tokens < 0:
		return errors.New("there must be a request")
	case !o.To.After(o.From):
		return errors.New("the period must end after it begins")
	}
	return nil
}

// Figures are what was made, and how fast.
type Figures struct {
	Requests, Appends, Events int64
	Status                    map[domain.Status]int // of the requests admitted
	Refused                   int
	Parties, All              time.Duration
	Grants                    []Grant // with the tokens asked for
}

// Run makes the history and says what it made.
func Run(ctx context.Context, o Options) (f Figures, err error) {
	if err := o.validate(); err != nil {
		return f, err
	}
	began := time.Now()
	to, err := openFolder(ctx, o.Data, o.Log)
	defer to.close()
	if err != nil {
		return f, err
	}
	if err := to.empty(ctx); err != nil {
		return f, err
	}
	out := newWriter(ctx, to.store, to.keys.Destroy)
	w := newWorld(o, to.keys, out)
	err = w.settle(ctx)
	f.Parties = time.Since(began)
	o.Report("parties      %d users, %d Enti, %d Comuni, %d agreements in %s", len(w.utenti), len(w.enti), len(w.comuni), len(w.convenzioni), f.Parties.Round(time.Second))
	if err == nil {
		err = w.requests(ctx, &f)
	}
	if err == nil {
		err = w.instruct(ctx)
	}
	if err := errors.Join(err, out.finish()); err != nil {
		return f, err
	}
	if err := to.carriedOn(); err != nil {
		return f, err
	}
	if err := to.openAccounts(ctx, w.parties.utenti); err != nil {
		return f, err
	}
	f.Requests, f.Appends, f.Events, f.All = int64(o.Requests), out.appends.Load(), out.events.Load(), time.Since(began)
	f.Grants, err = to.tokens.issue(ctx, w, o.Tokens)
	return f, err
}

// requests tells what became of each request, and writes it in the order of time.
func (w *world) requests(ctx context.Context, f *Figures) error {
	f.Status = map[domain.Status]int{}
	agenda, told, reported := &agenda{}, 0, time.Now()
	r := rand.New(rand.NewPCG(w.Seed, 2))
	flush := func(until time.Time) error {
		for {
			c, ok := agenda.before(until)
			if !ok {
				return nil
			}
			if err := w.out.write(ctx, c); err != nil {
				return err
			}
		}
	}
	err := eachDay(r, w.From, w.To, w.Requests, func(day []time.Time) error {
		for _, at := range day {
			if err := flush(at); err != nil {
				return err
			}
			status, err := w.tell(agenda, r, at)
			if err != nil {
				return err
			}
			f.Status[status]++
			told++
		}
		if time.Since(reported) > 20*time.Second {
			reported = time.Now()
			w.Report("requests     %d of %d", told, w.Requests)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("request %d: %w", told+1, err)
	}
	f.Refused = f.Status[domain.Absent]
	delete(f.Status, domain.Absent)
	return flush(w.To.Add(time.Hour))
}
