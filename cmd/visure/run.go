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

// duties says in a few words what a demo user may do.
var duties = map[domain.Role]string{
	domain.RoleStandard: "asks and downloads",
	domain.RoleAdmin:    "sees all of the Ente, asks too",
	domain.RoleTop:      "heads the Anagrafe: decides too",
	domain.RoleAnagrafe: "approves or rejects",
	domain.RoleAuditor:  "reads, persons masked",
}

// introduce prints where to go, as whom, and a first request to paste.
func (d *demo) introduce() {
	url := d.stack.url
	fmt.Printf("\nREADY\n\n  API             %s/api/v1\n  documentation   %s/docs\n  state           %s/status\n  verification    %s/verifica\n", url, url, url, url)
	fmt.Printf("  ANPR simulator  %s   its people and faults: %s/people\n", d.simulator.URL(), d.simulator.AdminURL())
	fmt.Println("\nUsers (Authorization: Bearer TOKEN)")
	for _, u := range d.users {
		fmt.Printf("  %-14s %-13s %-9s %-34s %s\n", u.Utente.Codice(), u.Nome+" "+u.Cognome, u.Role, duties[u.Role], u.Token)
	}
	fmt.Printf("\nThe same users sign in at %s/accedi with code, password and the one-time passwords of a secret\n", url)
	for _, u := range d.users {
		fmt.Printf("  %-14s %-9s password %s   TOTP secret %s\n", u.Account.Codice, u.Role, u.Account.Password, u.Account.TOTP)
	}
	fmt.Println("\nPeople of Comune " + string(demoComune) + " to ask about, by type of visura")
	for _, tipo := range documento.Tipi() {
		if p := d.fitting(tipo); p != nil {
			fmt.Printf("  %-24s %s  %s %s\n", tipo, p.CodiceFiscale, p.Surname, p.Name)
		}
	}
	if p := d.fitting(domain.Residenza); p != nil {
		fmt.Print("\nA first request, to paste into another terminal\n\n" + d.example(p.CodiceFiscale))
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
