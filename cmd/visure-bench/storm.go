package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/visure-anagrafiche/visure/cmd/visure-bench/load"
	"github.com/visure-anagrafiche/visure/domain"
)

// stormCommand measures requests while many people sign in at once: turns without
// and with a storm, in one run.
type stormCommand struct {
	Visure   string        `help:"The program to measure." default:"bin/visure" type:"existingfile"`
	Install  bool          `help:"Have it install PostgreSQL with apt if it is missing (as root on Debian or Ubuntu)."`
	Data     string        `help:"Folder to start it on, which it writes to; empty: a new one." type:"path"`
	Out      string        `help:"File of the figures." default:"out/bench-storm.json" type:"path"`
	Clients  []int         `help:"Clients, each with one request at a time." default:"8,32"`
	SignIns  int           `help:"How many sign in at once." default:"200"`
	Duration time.Duration `help:"Of each turn." default:"6s"`
	Rounds   int           `help:"Turns of each; the medians count." default:"3"`
}

// stormFigures are what a run found.
type stormFigures struct {
	circumstances
	SignIns  int         `json:"sign_ins"`
	Measures []stormPair `json:"measures"`
}

// stormPair are the medians for one number of clients.
type stormPair struct {
	Clients int    `json:"clients"`
	Calm    rate   `json:"calm"`
	Storm   rate   `json:"storm"`
	SignIns signIn `json:"sign_ins"`
}

// signIn is how long people waited for their password to be checked, in
// milliseconds.
type signIn struct {
	P50 float64 `json:"p50_ms"`
	P99 float64 `json:"p99_ms"`
}

// demoAccount is what a demo user signs in with.
type demoAccount struct {
	Codice   string `json:"codice"`
	Password string `json:"password"`
	TOTP     string `json:"totp"` // secret, base 32
}

// accountsFile is where a server leaves what its demo users sign in with.
const accountsFile = "demo-accounts.json"

// Run measures the server.
func (c *stormCommand) Run(ctx context.Context) (err error) {
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
	sender, err := hire(ctx, "load")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sender.stop()) }()
	crowd, err := readCrowd(ours.url, filepath.Join(data, accountsFile))
	if err != nil {
		return err
	}
	f := stormFigures{circumstances: circumstancesNow(), SignIns: c.SignIns}
	if f.Measures, err = c.measure(ctx, sender, ours, crowd); err != nil {
		return err
	}
	if err := write(f, c.Out); err != nil {
		return err
	}
	f.show(os.Stdout)
	return nil
}

// measure lets calm and storm take turns.
func (c *stormCommand) measure(ctx context.Context, sender *worker, s *server, people crowd) (all []stormPair, err error) {
	requests, err := bodies(domain.Nazionale)
	if err != nil {
		return nil, err
	}
	turn := func(clients int, d time.Duration) (rate, error) {
		return s.send(ctx, sender, load.Plan{Bodies: requests, Status: http.StatusAccepted, Clients: clients, Duration: d})
	}
	if _, err := turn(8, c.Duration/3); err != nil { // to warm it up
		return nil, err
	}
	for _, clients := range c.Clients {
		var calm, storm []rate
		var waited []signIn
		for range c.Rounds {
			r, err := turn(clients, c.Duration)
			if err != nil {
				return nil, err
			}
			calm = append(calm, r)
			done := people.signIn(ctx, c.SignIns)
			if r, err = turn(clients, c.Duration); err != nil {
				return nil, err
			}
			took := <-done
			if err := took.err(); err != nil {
				return nil, err
			}
			storm, waited = append(storm, r), append(waited, signIn{took.quantile(.5), took.quantile(.99)})
		}
		all = append(all, stormPair{clients, median(calm), median(storm), signIn{
			middle(waited, func(w signIn) float64 { return w.P50 }), middle(waited, func(w signIn) float64 { return w.P99 }),
		}})
	}
	return all, nil
}

// crowd are people who sign in.
type crowd struct {
	url      string
	accounts []demoAccount
}

func readCrowd(url, file string) (crowd, error) {
	var known map[domain.Role]demoAccount
	if err := readJSON(file, &known); err != nil {
		return crowd{}, fmt.Errorf("read accounts: %w", err)
	}
	c := crowd{url: url}
	for _, a := range known {
		c.accounts = append(c.accounts, a)
	}
	slices.SortFunc(c.accounts, func(a, b demoAccount) int { return cmp.Compare(a.Codice, b.Codice) })
	return c, nil
}

// signIn has so many sign in at once, each from an address of their own, and yields
// how long each took once all have.
func (c crowd) signIn(ctx context.Context, n int) <-chan *collected {
	done := make(chan *collected, 1)
	go func() {
		var took collected
		var all sync.WaitGroup
		for i := range n {
			all.Go(func() {
				began := time.Now()
				err := c.one(ctx, c.accounts[i%len(c.accounts)], fmt.Sprintf("198.51.%d.%d", 100+i/250, 1+i%250))
				took.add(time.Since(began), err)
			})
		}
		all.Wait()
		done <- &took
	}()
	return done
}

// one has a password checked.
func (c crowd) one(ctx context.Context, a demoAccount, from string) error {
	body, err := json.Marshal(map[string]string{"accesso": a.Codice, "password": a.Password})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/api/v1/sessions", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Forwarded-For", from)
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("a sign-in was answered %s", answer.Status)
	}
	return nil
}
