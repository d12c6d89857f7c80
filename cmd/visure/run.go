package main

import (
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

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
	return demo.stack.waitThenDrain(ctx)
}

// introduce prints where to go, what else there is, and a first request to paste.
func (d *demo) introduce() {
	url := d.stack.url
	fmt.Printf("\nREADY\n\n  %s/accedi\n\nOpen it in a browser: one click on a user signs you in.\n", url)
	fmt.Printf("\nAPI %s/docs   state %s/status   people and faults of the ANPR simulator %s/people\n", url, url, d.simulator.AdminURL())
	fmt.Println("\nTokens for the API (Authorization: Bearer TOKEN)")
	for _, u := range d.users {
		fmt.Printf("  %-9s %-13s %s\n", u.Role, u.Nome+" "+u.Cognome, u.Token)
	}
	fmt.Printf("\nTo sign in without the click: code, password, secret of one-time passwords (also in %s)\n", d.stack.config.path("demo-accounts.json"))
	for _, u := range d.users {
		fmt.Printf("  %-9s %s  %s  %s\n", u.Role, u.Account.Codice, u.Account.Password, u.Account.TOTP)
	}
	fmt.Println("\nPeople of Comune " + string(demoComune) + " to ask about, by type of visura")
	for _, tipo := range documento.Tipi() {
		if p := d.fitting(tipo); p != nil {
			fmt.Printf("  %-24s %s  %s %s\n", tipo, p.CodiceFiscale, p.Surname, p.Name)
		}
	}
	if p := d.elsewhere(); p != nil {
		fmt.Printf("  of another Comune        %s  %s %s: asked for in all Comuni, awaits an officer\n", p.CodiceFiscale, p.Surname, p.Name)
	}
	if p := d.fitting(domain.Residenza); p != nil {
		fmt.Print("\nA first request to the API, to paste into another terminal\n\n" + d.example(p.CodiceFiscale))
	}
	fmt.Println("\nStop with Ctrl-C; the next start finds everything again.")
}

// example asks for a visura and fetches its document, with what every Linux has.
func (d *demo) example(cf string) string {
	return fmt.Sprintf(`  TOKEN=%s
  VISURA=%s/api/v1/visure/$(cat /proc/sys/kernel/random/uuid)
  curl -X PUT $VISURA -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -H "Prefer: wait=10" \
    -d '{"comune":"%s","tipo":"residenza","soggetto":{"codice_fiscale":"%s"},"finalita":"ISEE","numero_pratica":"2026/004711"}'
  curl -o visura.pdf $VISURA/document -H "Authorization: Bearer $TOKEN"
`, d.users[0].Token, d.stack.url, demoComune, cf)
}
