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
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// massiveCommand measures single requests, each until its document is there, while a
// request about many people is carried on: turns without and with one, in one run.
type massiveCommand struct {
	Visure  string        `help:"The program to measure." default:"bin/visure" type:"existingfile"`
	Install bool          `help:"Have it install PostgreSQL with apt if it is missing (as root on Debian or Ubuntu)."`
	Data    string        `help:"Folder to start it on, which it writes to; empty: a new one." type:"path"`
	Out     string        `help:"File of the figures." default:"out/bench-massive.json" type:"path"`
	Rows    int           `help:"People of the request about many, as far as there are so many." default:"5000"`
	Rate    int           `help:"Single requests a second." default:"5"`
	Turn    time.Duration `help:"Of each turn." default:"15s"`
	Rounds  int           `help:"Turns of each; the medians count." default:"3"`
}

// desks is how many requests may be under way: few, since the server leaves who says
// nothing for long.
const desks = 8

// massiveFigures are what a run found.
type massiveFigures struct {
	circumstances
	Rows   int     `json:"rows"`
	Rate   int     `json:"requests_per_second"`
	Calm   rate    `json:"calm"`
	Beside rate    `json:"beside_many"`
	Asked  float64 `json:"rows_asked_per_second"` // meanwhile
}

// Run measures a server.
func (c *massiveCommand) Run(ctx context.Context) (err error) {
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
	f := massiveFigures{circumstances: circumstancesNow(), Rate: c.Rate}
	if err := c.measure(ctx, s, sender, &f); err != nil {
		return err
	}
	if err := write(f, c.Out); err != nil {
		return err
	}
	f.show(os.Stdout)
	return nil
}

// measure lets calm and a request about many take turns.
func (c *massiveCommand) measure(ctx context.Context, s *server, sender *worker, f *massiveFigures) error {
	many, err := c.many()
	if err != nil {
		return err
	}
	f.Rows = len(many.Soggetti)
	requests, err := bodies(domain.Comunale)
	if err != nil {
		return err
	}
	turn := func(d time.Duration) (rate, error) {
		plan := issuing(requests)
		plan.Clients, plan.Rate, plan.Duration = desks, c.Rate, d
		return s.send(ctx, sender, plan)
	}
	if _, err := turn(c.Turn / 3); err != nil { // to warm it up
		return err
	}
	var calm, beside []rate
	var asked []float64
	for range c.Rounds {
		one, err := turn(c.Turn)
		if err != nil {
			return err
		}
		calm = append(calm, one)
		n, one, err := s.beside(ctx, many, func() (rate, error) { return turn(c.Turn) })
		if err != nil {
			return err
		}
		beside, asked = append(beside, one), append(asked, float64(n)/c.Turn.Seconds())
	}
	f.Calm, f.Beside, f.Asked = median(calm), median(beside), middle(asked, func(n float64) float64 { return n })
	return nil
}

// many is a request about as many people as are wanted.
func (c *massiveCommand) many() (commands.RequestMassiva, error) {
	many := commands.RequestMassiva{Comune: string(comune), Tipo: string(domain.Residenza), Finalita: "ISEE", NumeroPratica: "2026/004711"}
	known := map[string]bool{}
	for _, p := range subjects() {
		if !known[p.CodiceFiscale] && len(many.Soggetti) < c.Rows {
			known[p.CodiceFiscale], many.Soggetti = true, append(many.Soggetti, commands.SoggettoRichiesto{CodiceFiscale: p.CodiceFiscale})
		}
	}
	if len(many.Soggetti) == 0 {
		return many, errors.New("nobody to ask about")
	}
	return many, nil
}

// beside measures while many people are asked about, and ends that: it returns how many
// rows were asked for meanwhile. A request that was done before the end is none to measure
// beside.
func (s *server) beside(ctx context.Context, many commands.RequestMassiva, measure func() (rate, error)) (asked int, r rate, err error) {
	path := "/api/v1/massive/" + uuid.NewString()
	if err := s.order(ctx, http.MethodPut, path+"?preview=false", many); err != nil {
		return 0, r, err
	}
	if r, err = measure(); err != nil {
		return 0, r, err
	}
	text, err := get(ctx, s.url+path, s.token)
	if err != nil {
		return 0, r, err
	}
	var stands struct {
		Stato   domain.StatoMassiva `json:"stato"`
		Chieste int                 `json:"chieste"`
	}
	if err := json.Unmarshal(text, &stands); err != nil {
		return 0, r, err
	}
	if stands.Stato != domain.StatoInProgress {
		return 0, r, fmt.Errorf("the request about many was %s before the turn ended: %d rows", stands.Stato, stands.Chieste)
	}
	return stands.Chieste, r, s.order(ctx, http.MethodPost, path+"/withdrawal", commands.WithdrawMassiva{})
}

// order sends a command and wants it accepted.
func (s *server) order(ctx context.Context, method, path string, command any) error {
	body, err := json.Marshal(command)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, s.url+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+s.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusAccepted {
		return fmt.Errorf("%s %s: %s", method, path, resp.Status)
	}
	return nil
}
