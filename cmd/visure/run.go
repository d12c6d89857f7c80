package main

import (
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/domain"
)

// serveCommand runs the server against the configured ANPR.
type serveCommand struct {
	Config `embed:""`
}

// Run serves until the context ends.
func (c *serveCommand) Run(ctx context.Context) error {
	s, err := serve(ctx, c.Config, say)
	defer s.close()
	if err != nil {
		return err
	}
	say("server       %s", s.url)
	return s.wait(ctx)
}

// runCommand runs the server with a demo Comune and the ANPR simulator in one
// process.
type runCommand struct {
	Config `embed:""`
	People int    `help:"Size of the simulator's population." default:"20000"`
	Seed   uint64 `help:"Seed of the simulator's population." default:"1"`
}

// Run serves until the context ends; a second run finds its data again.
func (c *runCommand) Run(ctx context.Context) error {
	demo, err := startDemo(ctx, c.Config, demoOptions{People: c.People, Seed: c.Seed}, say)
	defer demo.close()
	if err != nil {
		return err
	}
	demo.introduce()
	err = demo.stack.wait(ctx)
	say("\nstopping")
	return err
}

// introduce prints where to go and as whom.
func (d *demo) introduce() {
	fmt.Printf("\nAPI             %s/api/v1   documentation %s/docs   state %s/status\n", d.stack.url, d.stack.url, d.stack.url)
	fmt.Printf("ANPR simulator  %s   admin %s\n\n", d.registry.URL(), d.registry.AdminURL())
	fmt.Println("Users (Authorization: Bearer TOKEN)")
	for _, u := range d.users {
		fmt.Printf("  %-8s %-15s %-9s %s\n", u.Codice, u.Nome+" "+u.Cognome, u.Role, u.Token)
	}
	fmt.Println("\nPeople to ask about (Comune " + string(demoComune) + ")")
	for _, voce := range domain.Voci() {
		if p := d.fitting(voce.Tipo); p != nil {
			fmt.Printf("  %-24s %s\n", voce.Tipo, p.CodiceFiscale)
		}
	}
	fmt.Println("\nStop with Ctrl-C; the next start finds everything again.")
}
