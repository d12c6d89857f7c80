package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/pki"
	"github.com/visure-anagrafiche/visure/domain"
)

// demo is a stack with a demo Comune and a simulated ANPR to ask.
type demo struct {
	simulator *simulator.Server
	people    *people.Population
	stack     *stack
	users     []credential
}

type demoOptions struct {
	People int
	Seed   uint64
}

// startDemo starts everything in one process. Close the demo whatever is
// returned.
func startDemo(ctx context.Context, c Config, o demoOptions, report func(string, ...any)) (*demo, error) {
	d := &demo{}
	report("simulator    of ANPR, making %d people", o.People)
	dir := c.path("anpr-simulator")
	kit, err := pki.OpenKit(filepath.Join(dir, "pki"), "", string(demoComune))
	if err != nil {
		return d, fmt.Errorf("start ANPR simulator: %w", err)
	}
	d.simulator, err = simulator.Start(simulator.Config{
		AdminAddr: "127.0.0.1:0", People: o.People, Seed: o.Seed, Kit: kit, Data: filepath.Join(dir, "answers"), Log: c.log(),
	})
	if err != nil {
		return d, err
	}
	d.people = d.simulator.People()
	if err := deliverKeys(kit, c.keystores()); err != nil {
		return d, err
	}
	c.ANPR.URL, c.ANPR.CA, c.ANPR.Genuine, c.Demo = d.simulator.URL(), kit.CAFile(), false, true
	c.Contact = cmp.Or(c.Contact, "gestore@visure.example")
	if d.stack, err = serve(ctx, c, report); err != nil {
		return d, err
	}
	report("demo         one Comune, one Ente, one convenzione, %d users", len(demoPeople))
	d.users, err = d.stack.settle(ctx)
	return d, err
}

// as speaks to the demo's server as the user who has the role.
func (d *demo) as(role domain.Role) *caller {
	i := slices.IndexFunc(d.users, func(u credential) bool { return u.Role == role })
	return newCaller(d.stack.url, d.users[i].Token)
}

// deliverKeys puts the Comune's certificates where the client looks for them,
// as a Comune does with those it gets from ANPR.
func deliverKeys(kit *pki.Kit, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("deliver keys: %w", err)
	}
	for _, file := range []string{kit.Machine(string(demoComune)), kit.Workstation(string(demoComune))} {
		data, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("deliver keys: %w", err)
		}
		name := filepath.Join(dir, filepath.Base(file))
		if err := os.WriteFile(name, data, 0o600); err != nil {
			return fmt.Errorf("deliver keys: %w", err)
		}
		password := name[:len(name)-len(".p12")] + ".password"
		if err := os.WriteFile(password, []byte(kit.Password), 0o600); err != nil {
			return fmt.Errorf("deliver keys: %w", err)
		}
	}
	return nil
}

// close stops the stack, then the simulator it asks.
func (d *demo) close() {
	if d.stack != nil {
		d.stack.close()
	}
	if d.simulator != nil {
		d.simulator.Close()
	}
}
