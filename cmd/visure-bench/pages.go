package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/cmd/visure-bench/load"
)

// pagesCommand measures pages: each is read so often a second, whether or not those
// before were answered, by a user of the demo who has signed in; then all of them in turn.
type pagesCommand struct {
	Visure   string        `help:"The program to measure." default:"bin/visure" type:"existingfile"`
	Install  bool          `help:"Have it install PostgreSQL with apt if it is missing (as root on Debian or Ubuntu)."`
	Data     string        `help:"Folder to start it on, which it writes to; empty: a new one." type:"path"`
	Out      string        `help:"File of the figures." default:"out/bench-pages.json" type:"path"`
	Rate     int           `help:"Pages a second." default:"100"`
	Requests time.Duration `help:"How long requests are made before, which lists then show." default:"3s"`
	Duration time.Duration `help:"Of each turn." default:"5s"`
	Rounds   int           `help:"Turns of each page; the medians count." default:"3"`
}

// pagesFigures are what a run found.
type pagesFigures struct {
	circumstances
	Rate     int           `json:"pages_per_second"`
	Measures []pageFigures `json:"measures"`
}

// pageFigures are the medians of one page, or of several in turn.
type pageFigures struct {
	Page string `json:"page"`
	Read rate   `json:"read"`
}

// operator is what the sign-in page calls who asks for visure.
const operator = "Operatore"

// readPages are the pages, each read in the role that works with it most.
var readPages = []struct {
	name, path string
	as         string // a role, as the sign-in page calls it; empty: nobody has signed in
}{
	{"Nuova richiesta", "/nuova", operator},
	{"Le mie richieste", "/richieste", operator},
	{"Le mie richieste, filtrate", "/richieste?stato=issued&tipo=residenza", operator},
	{"Dettaglio", "/visure/{visura}", operator},
	{"Il mio profilo", "/profilo", operator},
	{"Utenti", "/utenti", "Anagrafe (TOP)"},
	{"Enti", "/enti", "Anagrafe (TOP)"},
	{"Profili", "/profili", "Anagrafe (TOP)"},
	{"Collegamento ANPR", "/anpr", "Anagrafe (TOP)"},
	{"Verifica", "/verifica", ""},
	{"Accessibilità", "/accessibilita", ""},
	{"Accedi", "/accedi", ""},
}

// mostOfAPage is what the server may take for a page, in milliseconds, of a hundred all
// but one.
const mostOfAPage = 15

// Run measures the server.
func (c *pagesCommand) Run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "visure-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s, err := demo{c.Visure, cmp.Or(c.Data, filepath.Join(dir, "ours")), c.Install, populationSize, false}.start(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	sender, err := hire(ctx, "load")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sender.stop()) }()
	f := pagesFigures{circumstances: circumstancesNow(), Rate: c.Rate}
	if f.Measures, err = c.measure(ctx, sender, s); err != nil {
		return err
	}
	if err := write(f, c.Out); err != nil {
		return err
	}
	f.show(os.Stdout)
	return nil
}

// measure has something asked for first, so that there is something to read.
func (c *pagesCommand) measure(ctx context.Context, sender *worker, s *server) (all []pageFigures, err error) {
	if err := s.fill(ctx, sender, c.Requests); err != nil {
		return nil, err
	}
	visura, err := s.newest(ctx)
	if err != nil {
		return nil, err
	}
	cookies := map[string]string{}
	var names []string
	for _, page := range readPages {
		if _, ok := cookies[page.as]; !ok {
			if cookies[page.as], err = s.clickOn(ctx, page.as); err != nil {
				return nil, err
			}
		}
		path := strings.ReplaceAll(page.path, "{visura}", visura)
		plan := load.Plan{Pages: []string{path}, Cookies: cookies[page.as], Status: http.StatusOK, Clients: underWay, Rate: c.Rate}
		read, err := c.turns(ctx, sender, s, plan)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", page.name, err)
		}
		all = append(all, pageFigures{page.name, read})
		if page.as == operator {
			names = append(names, path)
		}
	}
	plan := load.Plan{Pages: names, Cookies: cookies[operator], Status: http.StatusOK, Clients: underWay, Rate: c.Rate}
	read, err := c.turns(ctx, sender, s, plan)
	return append(all, pageFigures{"an operator's, in turn", read}), err
}

// turns reads pages in several turns, after one that warms them up.
func (c *pagesCommand) turns(ctx context.Context, sender *worker, s *server, plan load.Plan) (rate, error) {
	plan.Duration = c.Duration / 5
	if _, err := s.send(ctx, sender, plan); err != nil {
		return rate{}, err
	}
	plan.Duration = c.Duration
	var all []rate
	for range c.Rounds {
		r, err := s.send(ctx, sender, plan)
		if err != nil {
			return rate{}, err
		}
		all = append(all, r)
	}
	return median(all), nil
}

// newest returns the id of the operator's last visura.
func (s *server) newest(ctx context.Context) (string, error) {
	text, err := get(ctx, s.url+"/api/v1/visure?limit=1", s.token)
	if err != nil {
		return "", err
	}
	var list struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	if err := json.Unmarshal(text, &list); err != nil || len(list.Items) == 0 {
		return "", fmt.Errorf("no visura is listed: %w", err)
	}
	return list.Items[0].ID, nil
}
