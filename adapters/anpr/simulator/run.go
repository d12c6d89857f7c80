package simulator

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/pki"
)

// Options are those of the command line.
type Options struct {
	People  int           // size of the population
	Seed    uint64        // the same seed gives the same people
	Addr    string        // HTTPS
	Admin   string        // plain HTTP, loopback
	Latency time.Duration // median processing time
	Data    string        // folder of certificates and stored answers
}

// Run serves until ctx ends. On out it writes where the services are and which
// files a Comune needs to call them.
func Run(ctx context.Context, o Options, out io.Writer, log *slog.Logger) error {
	var istat []string
	for _, c := range people.Comuni() {
		istat = append(istat, c.Istat)
	}
	kit, err := pki.OpenKit(filepath.Join(o.Data, "pki"), "", istat...)
	if err != nil {
		return fmt.Errorf("prepare certificates: %w", err)
	}
	s, err := Start(Config{Addr: o.Addr, AdminAddr: o.Admin, People: o.People, Seed: o.Seed, Kit: kit,
		Latency: Latency{Median: o.Latency}, Data: filepath.Join(o.Data, "answers"), Log: log})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "ANPR simulato  %s\n", s.URL())
	if s.AdminURL() != "" {
		fmt.Fprintf(out, "comandi        %s\n", s.AdminURL())
	}
	fmt.Fprintf(out, "autorità       %s\npassword p12   %s\n", kit.CAFile(), kit.Password)
	for _, c := range people.Comuni() {
		fmt.Fprintf(out, "%s %-14s operatore %s  %s\n", c.Istat, c.Name, people.Operator(c.Istat), kit.Machine(c.Istat))
	}
	<-ctx.Done()
	if err := s.Close(); err != nil {
		return fmt.Errorf("stop ANPR simulator: %w", err)
	}
	return nil
}
