package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/pki"
)

// simulateCommand stands in for outside systems.
type simulateCommand struct {
	ANPR simulateANPRCommand `cmd:"" name:"anpr" help:"Run the ANPR simulator: HTTPS, its own certificates and people."`
}

type simulateANPRCommand struct {
	Addr     string        `help:"Address of the services (HTTPS)." default:"127.0.0.1:8443"`
	Admin    string        `help:"Address of the administration (HTTP): scripts, call log." default:"127.0.0.1:8444"`
	People   int           `help:"Size of the population." default:"20000"`
	Seed     uint64        `help:"The same seed gives the same people." default:"1"`
	Latency  time.Duration `help:"Median time an answer takes."`
	Data     string        `help:"Folder of certificates and stored answers." default:"data/anpr-simulator" type:"path"`
	LogLevel slog.Level    `help:"debug, info, warn or error." default:"info"`
}

// Run simulates until the context ends.
func (c *simulateANPRCommand) Run(ctx context.Context) error {
	log := Stores{LogLevel: c.LogLevel}.log()
	return simulator.Run(ctx, simulator.Options{
		People: c.People, Seed: c.Seed, Addr: c.Addr, Admin: c.Admin, Latency: c.Latency, Data: c.Data,
	}, os.Stdout, log)
}

// demo is a stack with a demo Comune and a registry to ask.
type demo struct {
	registry *simulator.Server
	people   *people.Population
	stack    *stack
	users    []credential
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
	d.registry, err = simulator.Start(simulator.Config{
		AdminAddr: "127.0.0.1:0", People: o.People, Seed: o.Seed, Kit: kit, Data: filepath.Join(dir, "answers"), Log: c.log(),
	})
	if err != nil {
		return d, err
	}
	d.people = d.registry.People()
	if err := deliverKeys(kit, c.keystores()); err != nil {
		return d, err
	}
	c.ANPR.URL, c.ANPR.CA = d.registry.URL(), kit.CAFile()
	if d.stack, err = serve(ctx, c, report); err != nil {
		return d, err
	}
	report("demo         one Comune, one Ente, one convenzione, %d users", len(demoPeople))
	d.users, err = d.stack.settle(ctx)
	return d, err
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

// close stops the stack, then the registry it asks.
func (d *demo) close() {
	if d.stack != nil {
		d.stack.close()
	}
	if d.registry != nil {
		d.registry.Close()
	}
}
