package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/alecthomas/kong"

	"github.com/visure-anagrafiche/visure/adapters/admin"
	"github.com/visure-anagrafiche/visure/domain"
)

// initCommand begins an installation.
type initCommand struct {
	Upkeep       `embed:""`
	File         kong.ConfigFlag `help:"File of answers, YAML or JSON: each flag under its name, those of a group together." placeholder:"FILE"`
	Comune       ComuneData      `embed:"" prefix:"comune-"`
	Collegamento ConnectionData  `embed:"" prefix:"collegamento-"`
	Top          TopData         `embed:"" prefix:"top-"`
}

// Help is what --help says besides.
func (*initCommand) Help() string {
	return "The account that runs it is the installation's first administrator. What is not given is asked for on the terminal. " +
		"Run again, it goes on where it stopped and leaves what is done as it is."
}

// Run does what is not done yet, step by step.
func (c *initCommand) Run(ctx context.Context) error {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	i := &beginning{initCommand: c, done: func() {}, asks: atTerminal()}
	defer func() { i.done() }()
	for _, step := range []func(context.Context) error{i.installation, i.comune, i.connection, i.top, i.rest} {
		if err := i.carryOut(ctx, step); err != nil {
			return err
		}
	}
	return nil
}

// beginning is an installation that is being begun.
type beginning struct {
	*initCommand
	client *admin.Client
	done   func()    // to be called when client is not needed any more
	asks   *terminal // nil: nobody sits at one
	shown  admin.Shown
}

// carryOut has a step done by who is there. That may be another tool, which ends in
// between: then the step is done by the next.
func (i *beginning) carryOut(ctx context.Context, step func(context.Context) error) error {
	for {
		if i.client == nil {
			client, done, err := i.reach(ctx)
			if err != nil {
				return err
			}
			i.client, i.done = client, done
		}
		err := step(ctx)
		if !errors.Is(err, admin.ErrNotRunning) {
			return err
		}
		i.done()
		i.client, i.done = nil, func() {}
	}
}

func (i *beginning) installation(ctx context.Context) error {
	id, err := admin.Initialise.Ask(ctx, i.client, struct{}{})
	if err == nil {
		say("installazione   %s, nella cartella %s", id, i.Data)
	}
	return err
}

// comune enters the Comune, if one is named.
func (i *beginning) comune(ctx context.Context) (err error) {
	c := &i.initCommand.Comune
	if err := i.asks.fill(question{"Codice ISTAT del Comune (vuoto: nessuno per ora)", &c.ISTAT, false}); err != nil || c.ISTAT == "" {
		return err
	}
	if i.shown, err = i.look(ctx); err != nil {
		return err
	}
	if i.shown.Nome != "" {
		say("Comune          %s %s, già registrato", c.ISTAT, i.shown.Nome)
		return nil
	}
	err = i.asks.fill(
		question{"Nome del Comune", &c.Nome, true}, question{"Sigla della provincia", &c.Provincia, true},
		question{"PEC del Comune (vuoto: nessuna)", &c.PEC, false}, question{"Santo patrono, MM-GG (vuoto: nessuno)", &c.SantoPatrono, false})
	if err != nil {
		return err
	}
	if _, err := admin.AddComune.Ask(ctx, i.client, c.register()); err != nil {
		return err
	}
	say("Comune          %s %s, registrato", c.ISTAT, c.Nome)
	i.shown, err = i.look(ctx)
	return err
}

// look returns the Comune as it is; the zero Shown if it was not entered.
func (i *beginning) look(ctx context.Context) (admin.Shown, error) {
	shown, err := admin.ShowComuni.Ask(ctx, i.client, i.initCommand.Comune.ISTAT)
	if domain.CodeOf(err) == domain.NotFound {
		return admin.Shown{}, nil
	}
	if err != nil {
		return admin.Shown{}, err
	}
	return shown[0], nil
}

// top names the first TOP, if the Comune has none.
func (i *beginning) top(ctx context.Context) error {
	t := &i.initCommand.Top
	switch istat := i.initCommand.Comune.ISTAT; {
	case istat == "" && t.CodiceFiscale != "":
		return errors.New("il TOP vuole il Comune: indicarlo con --comune-istat")
	case istat == "":
		return nil
	}
	if i.shown.Tops == 0 {
		if err := i.askTop(t); err != nil {
			return err
		}
	}
	if t.CodiceFiscale == "" {
		return nil
	}
	naming := t.naming(i.initCommand.Comune.ISTAT)
	naming.First = true
	named, err := admin.NameTop.Ask(ctx, i.client, naming)
	switch {
	case err != nil:
		return err
	case named.Utente == "":
		say("TOP             il Comune ne ha già uno")
		return nil
	}
	say("TOP             %s, utente %s", named.Codice, named.Utente)
	showLink(named)
	return nil
}

func (i *beginning) askTop(t *TopData) error {
	err := i.asks.fill(question{"Codice fiscale del responsabile (TOP) del Comune (vuoto: nessuno per ora)", &t.CodiceFiscale, false})
	if err != nil || t.CodiceFiscale == "" {
		return err
	}
	return i.asks.fill(question{"Cognome", &t.Cognome, true}, question{"Nome", &t.Nome, true},
		question{"Indirizzo di posta elettronica (vuoto: nessuno)", &t.Email, false}, question{"Atto di nomina (vuoto: nessuno)", &t.Atto, false})
}

// rest says what is still missing.
func (i *beginning) rest(ctx context.Context) error {
	health, err := admin.ShowHealth.Ask(ctx, i.client, struct{}{})
	for _, m := range health.Missing {
		say("manca           %s", m)
	}
	return err
}
