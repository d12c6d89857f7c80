package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
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
