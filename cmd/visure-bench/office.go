package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/visure-anagrafiche/visure/cmd/visure-bench/generate"
	"github.com/visure-anagrafiche/visure/cmd/visure-bench/load"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// office is a server on a generated history, and its operators, who ask in turn.
type office struct {
	server           *server
	users, operators int

	record, issue    load.Plan // what waits for an officer, and what is issued at once
	recorded, issued []rate    // what was measured
}

// open makes a history, unless it is there, and starts a server on it.
func (c *factsCommand) open(ctx context.Context, dir string, users int) (*office, error) {
	file := filepath.Join(dir, "generated-tokens.json")
	if _, err := os.Stat(file); err != nil {
		made := generateCommand{Data: dir, Requests: c.Requests, Comuni: users / 25, Enti: users / 10, Users: users, Seed: 1, Tokens: 4*c.Operators + 1000, Out: file}
		if err := made.Run(ctx); err != nil {
			return nil, err
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var grants []generate.Grant
	if err := json.Unmarshal(text, &grants); err != nil {
		return nil, fmt.Errorf("read tokens: %w", err)
	}
	o := &office{users: users}
	if err := o.plan(grants, c.Operators); err != nil {
		return nil, err
	}
	o.server, err = demo{c.Visure, dir, c.Install, populationSize, false}.start(ctx)
	return o, err
}

// plan has each operator ask about somebody: those whose nationwide requests wait
// for an officer, at most so many, and those of the Comune the simulator serves.
func (o *office) plan(grants []generate.Grant, most int) error {
	o.record = load.Plan{Status: http.StatusAccepted}
	o.issue = issuing(nil)
	people := subjects()
	for i, g := range grants {
		cf := people[i%len(people)].CodiceFiscale
		waits := g.Conferma == domain.Manuale || g.Conferma == domain.SilenzioAssenso
		if waits && len(o.record.Bodies) < most {
			if err := ask(&o.record, g, domain.Nazionale, cf); err != nil {
				return err
			}
		}
		if g.Comune == comune {
			if err := ask(&o.issue, g, domain.Comunale, cf); err != nil {
				return err
			}
		}
	}
	if o.operators = len(o.record.Bodies); o.operators == 0 || len(o.issue.Bodies) == 0 {
		return fmt.Errorf("of %d operators with tokens %d wait for an officer, %d are of Comune %s", len(grants), o.operators, len(o.issue.Bodies), comune)
	}
	return nil
}

// ask adds a request to a plan.
func ask(plan *load.Plan, g generate.Grant, ambito domain.Ambito, cf string) error {
	body, err := json.Marshal(commands.RequestVisura{
		Comune: string(g.Comune), Tipo: string(g.Tipo), Ambito: string(ambito), Finalita: g.Finalita, NumeroPratica: "2026/004711",
		Soggetto: commands.SoggettoRichiesto{CodiceFiscale: cf},
	})
	if err != nil {
		return fmt.Errorf("make a request: %w", err)
	}
	plan.Bodies, plan.Tokens = append(plan.Bodies, string(body)), append(plan.Tokens, g.Token)
	return nil
}

// warm waits until the read models are up to date, and has requests made until
// what can be remembered of the operators is.
func (o *office) warm(ctx context.Context, sender *worker) error {
	const each = time.Second
	for asked := 0; asked < o.operators; {
		r, err := o.send(ctx, sender, &o.record, 8, each)
		if err != nil {
			return err
		}
		asked += r.Requests
	}
	_, err := o.send(ctx, sender, &o.issue, 1, each)
	return err
}

// measure has both kinds of requests made.
func (o *office) measure(ctx context.Context, sender *worker, clients int, d time.Duration) error {
	recorded, err := o.send(ctx, sender, &o.record, clients, d)
	if err != nil {
		return err
	}
	issued, err := o.send(ctx, sender, &o.issue, 1, d)
	o.recorded, o.issued = append(o.recorded, recorded), append(o.issued, issued)
	return err
}

// send carries a plan out, going on with who is next.
func (o *office) send(ctx context.Context, sender *worker, plan *load.Plan, clients int, d time.Duration) (rate, error) {
	plan.Clients, plan.Duration = clients, d
	r, err := o.server.send(ctx, sender, *plan)
	plan.First += r.Requests
	return r, err
}

// figure is what was found.
func (o *office) figure() (sizeFigure, error) {
	m, err := memoryOf(o.server.process.Pid)
	if m.Server == 0 {
		err = errors.Join(err, errors.New("the system does not tell what memory the server holds"))
	}
	return sizeFigure{Users: o.users, Operators: o.operators, Recorded: median(o.recorded), Issued: median(o.issued), Memory: m}, err
}
