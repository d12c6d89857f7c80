package main

import (
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/adapters/admin"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// topCommand names who administers a Comune.
type topCommand struct {
	Name      nameTopCommand      `cmd:"" help:"Make a person a TOP of a Comune and print the link by which they come in."`
	Remove    removeTopCommand    `cmd:"" help:"End that. The last TOP stays."`
	List      listTopsCommand     `cmd:"" help:"List the TOPs of a Comune."`
	Reinstate reinstateTopCommand `cmd:"" help:"End that a person is suspended at a Comune."`
}

// PersonData is who a person is.
type PersonData struct {
	CodiceFiscale domain.CodiceFiscale `help:"Codice fiscale of the person." placeholder:"CODE"`
	Cognome       string               `help:"Surname." placeholder:"NAME"`
	Nome          string               `help:"Name." placeholder:"NAME"`
	Email         string               `help:"Mail address." placeholder:"ADDRESS"`
}

// register is what enters the person.
func (d PersonData) register() commands.RegisterUtente {
	return commands.RegisterUtente{CodiceFiscale: d.CodiceFiscale, Cognome: d.Cognome, Nome: d.Nome, Email: d.Email}
}

// TopData is a person and the act that appoints them.
type TopData struct {
	PersonData `embed:""`
	Mansione   string      `help:"Duty of the person." default:"Responsabile dell'Anagrafe"`
	Atto       string      `help:"Act of appointment." placeholder:"TEXT"`
	DataAtto   domain.Date `help:"Day of the act, YYYY-MM-DD." placeholder:"DATE"`
}

// naming is what makes the person a TOP.
func (d TopData) naming(comune domain.CodiceISTAT) admin.Naming {
	return admin.Naming{
		Comune: comune, Person: d.register(),
		Atto: commands.AppointUtente{Mansione: d.Mansione, Atto: d.Atto, Data: d.DataAtto},
	}
}

type nameTopCommand struct {
	Comune   domain.CodiceISTAT `arg:"" help:"ISTAT code of the Comune."`
	TopData  `embed:""`
	Delivery `embed:""`
}

// Run prints the link, once, on standard output.
func (c *nameTopCommand) Run(ctx context.Context, a *adminCommand) error {
	naming := c.naming(c.Comune)
	naming.Relink, naming.Mail = c.Relink, c.Mail
	named, err := ask(ctx, a.Upkeep, admin.NameTop, naming)
	if err != nil {
		return err
	}
	say("l'utente %s (%s) è TOP del Comune %s", named.Codice, named.Utente, c.Comune)
	showLink(named)
	return nil
}

// Delivery is how a person gets the link by which they come in.
type Delivery struct {
	Mail   bool `help:"Send the link to the person's address instead of printing it."`
	Relink bool `help:"Make another link also for who has a password already."`
}

// showLink prints the link by which a person comes in, if there is one.
func showLink(named admin.Named) {
	if named.Mailed {
		say("il collegamento per impostare la password è stato spedito al suo indirizzo")
	}
	if named.Link != "" {
		say("il collegamento seguente vale una volta sola e per poco tempo: consegnarlo alla persona")
		fmt.Println(named.Link)
	}
}

// HolderArgs name a person at a Comune.
type HolderArgs struct {
	Comune domain.CodiceISTAT `arg:"" help:"ISTAT code of the Comune."`
	Utente domain.UtenteID    `arg:"" help:"Id of the user."`
	Motivo string             `help:"Why." placeholder:"TEXT"`
}

func (h HolderArgs) holder() admin.Holder {
	return admin.Holder{Comune: h.Comune, Utente: h.Utente, Motivo: h.Motivo}
}

type removeTopCommand struct {
	HolderArgs `embed:""`
}

// Run removes one.
func (c *removeTopCommand) Run(ctx context.Context, a *adminCommand) error {
	if _, err := ask(ctx, a.Upkeep, admin.RemoveTop, c.holder()); err != nil {
		return err
	}
	say("l'utente %s non è TOP del Comune %s", c.Utente, c.Comune)
	return nil
}

type reinstateTopCommand struct {
	HolderArgs `embed:""`
}

// Run reinstates one.
func (c *reinstateTopCommand) Run(ctx context.Context, a *adminCommand) error {
	if _, err := ask(ctx, a.Upkeep, admin.ReinstateTop, c.holder()); err != nil {
		return err
	}
	say("l'utente %s non è sospeso presso il Comune %s", c.Utente, c.Comune)
	return nil
}

type listTopsCommand struct {
	Comune domain.CodiceISTAT `arg:"" help:"ISTAT code of the Comune."`
}

// Run prints one TOP a line.
func (c *listTopsCommand) Run(ctx context.Context, a *adminCommand) error {
	tops, err := ask(ctx, a.Upkeep, admin.ListTops, c.Comune)
	for _, top := range tops {
		suspended := ""
		if top.Suspended {
			suspended = "  sospeso"
		}
		fmt.Printf("%s  %s  %s %s%s\n", top.Utente, top.Utente.Codice(), top.Cognome, top.Nome, suspended)
	}
	return err
}
