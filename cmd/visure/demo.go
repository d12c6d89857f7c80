package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// demoCommand asks for one visura of each type through the HTTP API and writes
// the documents. It succeeds only if all were issued.
type demoCommand struct {
	Config `embed:""`
	Out    string `help:"Folder of the documents." default:"out" type:"path"`
	People int    `help:"Size of the simulator's population." default:"20000"`
	Seed   uint64 `help:"Seed of the simulator's population." default:"1"`
}

// Help is what --help says besides.
func (*demoCommand) Help() string {
	return "The demo has a folder and an address of its own, whatever --data and --listen say, and leaves nothing but the documents."
}

// Run starts the stack in a folder of its own and asks.
func (c *demoCommand) Run(ctx context.Context) (err error) {
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "visure-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	c.Data, c.Listen = dir, "127.0.0.1:0"

	demo, err := startDemo(ctx, c.Config, demoOptions{People: c.People, Seed: c.Seed}, say)
	defer demo.close()
	if err != nil {
		return err
	}
	api := demo.as(domain.RoleStandard)
	fmt.Printf("%-24s %-20s %-32s %-14s %8s\n", "type", "number", "subject", "state", "ms")
	var failed []error
	for _, tipo := range documento.Tipi() {
		if err := c.one(ctx, demo, api, tipo); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", tipo, err))
		}
	}
	if len(failed) > 0 {
		return errors.Join(failed...)
	}
	fmt.Printf("\n%d documents in %s\n", len(documento.Tipi()), c.Out)
	return nil
}

// one asks for one type about the first person it fits and writes the document.
func (c *demoCommand) one(ctx context.Context, demo *demo, api *caller, tipo domain.Tipo) error {
	subject := demo.fitting(tipo)
	if subject == nil {
		return errors.New("the population has nobody it fits")
	}
	id := domain.VisuraID(uuid.NewString())
	began := time.Now()
	answer, err := api.request(ctx, id, askFor(tipo, subject.CodiceFiscale), 30*time.Second)
	took := time.Since(began)
	if err != nil {
		return err
	}
	if answer.Visura == nil {
		return errors.New("no outcome in time")
	}
	numero, name := "", subject.Surname+" "+subject.Name
	if answer.Visura.Document != nil {
		numero = string(answer.Visura.Document.Numero)
	}
	fmt.Printf("%-24s %-20s %-32.32s %-14s %8.1f\n", tipo, numero, name, answer.Visura.Status, took.Seconds()*1000)
	if answer.Visura.Status != domain.Issued {
		return fmt.Errorf("ended as %s", answer.Visura.Status)
	}
	pdf, err := api.document(ctx, id)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(c.Out, string(tipo)+".pdf"), pdf, 0o644)
}

// telling are the people for whom a kind of visura has most to show.
var telling = map[domain.Tipo]people.Feature{
	domain.StatoLibero:         people.Divorced,
	domain.ResidenzaStorica:    people.Moved,
	domain.CittadinanzaStorica: people.AcquiredCitizenship,
}

// fitting is somebody of the demo's Comune for whom a visura can be issued; nil
// when there is nobody.
func (d *demo) fitting(tipo domain.Tipo) *people.Person {
	fits := people.ByTipo[string(tipo)]
	if p := d.people.First(string(demoComune), fits|telling[tipo]); p != nil {
		return p
	}
	return d.people.First(string(demoComune), fits)
}

// elsewhere is somebody of another Comune for whom a visura of residence can be issued; nil
// when there is nobody.
func (d *demo) elsewhere() *people.Person {
	if all := d.people.Elsewhere(string(demoComune), people.FitsResidenza); len(all) > 0 {
		return all[0]
	}
	return nil
}

// askFor is a request as the demo's operator makes it.
func askFor(tipo domain.Tipo, cf string) commands.RequestVisura {
	return commands.RequestVisura{
		Comune: string(demoComune), Tipo: string(tipo), Finalita: "ISEE", NumeroPratica: "2026/004711",
		Soggetto: commands.SoggettoRichiesto{CodiceFiscale: cf},
	}
}
