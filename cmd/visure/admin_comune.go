package main

import (
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/adapters/admin"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// comuneCommand enters Comuni.
type comuneCommand struct {
	Add     addComuneCommand     `cmd:"" help:"Enter a Comune, or record what changed of it."`
	Connect connectComuneCommand `cmd:"" help:"Give a Comune its way to ANPR, or another one, after a test call."`
	Test    testComuneCommand    `cmd:"" help:"Make a test call to ANPR for a Comune."`
	Show    showComuneCommand    `cmd:"" help:"Show one Comune, or all."`
	Release releaseComuneCommand `cmd:"" help:"End that a Comune wants a second person for a kind of grant, when it asks for that."`
}

// ComuneData is what is recorded of a Comune.
type ComuneData struct {
	ISTAT        domain.CodiceISTAT `name:"istat" help:"ISTAT code of the Comune, six digits." placeholder:"CODE"`
	Nome         string             `help:"Its name, as in Bagnacavallo." placeholder:"NAME"`
	Provincia    string             `help:"Code of its province, two letters." placeholder:"XX"`
	Ufficio      string             `help:"Its office, as printed in the heading of documents." default:"Ufficio Anagrafe"`
	PEC          string             `name:"pec" help:"Its certified mail address." placeholder:"ADDRESS"`
	OreSilenzio  int                `help:"Office hours after which silence confirms, where it does." default:"12"`
	SantoPatrono string             `help:"Day of its patron saint, MM-DD: no office hours then." placeholder:"MM-DD"`
}

// register is what enters the Comune.
func (d ComuneData) register() commands.RegisterComune {
	return commands.RegisterComune{
		ISTAT: d.ISTAT, Nome: d.Nome, Provincia: d.Provincia, Ufficio: d.Ufficio, PEC: d.PEC,
		OreSilenzio: d.OreSilenzio, SantoPatrono: d.SantoPatrono,
	}
}

type addComuneCommand struct {
	ComuneData `embed:""`
}

// Run enters it.
func (c *addComuneCommand) Run(ctx context.Context, a *adminCommand) error {
	if _, err := ask(ctx, a.Upkeep, admin.AddComune, c.register()); err != nil {
		return err
	}
	say("il Comune %s è registrato", c.ISTAT)
	return nil
}

type showComuneCommand struct {
	ISTAT domain.CodiceISTAT `arg:"" optional:"" help:"ISTAT code of the Comune; without it, all."`
}

// Run prints one Comune a line.
func (c *showComuneCommand) Run(ctx context.Context, a *adminCommand) error {
	comuni, err := ask(ctx, a.Upkeep, admin.ShowComuni, c.ISTAT)
	for _, s := range comuni {
		connected := "non collegato ad ANPR"
		if s.Connected {
			connected = "collegato ad ANPR"
		}
		fmt.Printf("%s  %-30s %s  %s, TOP: %d\n", s.ISTAT, s.Nome, s.Provincia, connected, s.Tops)
	}
	return err
}

type releaseComuneCommand struct {
	ISTAT domain.CodiceISTAT  `arg:"" help:"ISTAT code of the Comune."`
	Kind  domain.QuattroOcchi `arg:"" help:"Kind of grant: ${enum}." enum:"nazionale,storiche,parentela"`
}

// Run ends it.
func (c *releaseComuneCommand) Run(ctx context.Context, a *adminCommand) error {
	q := admin.Release{Comune: c.ISTAT, ReleaseQuattroOcchi: commands.ReleaseQuattroOcchi{Kind: c.Kind}}
	if _, err := ask(ctx, a.Upkeep, admin.ReleaseQuattroOcchi, q); err != nil {
		return err
	}
	say("il Comune %s non vuole più una seconda persona per: %s", c.ISTAT, c.Kind)
	return nil
}
