package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/admin"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// ConnectionData is a Comune's way to ANPR. Passwords come from files, standard input
// or the terminal, never from flags.
type ConnectionData struct {
	Certificato            string               `help:"PKCS#12 file of the certificate of the Comune's machine." type:"path" placeholder:"FILE"`
	PasswordFile           string               `help:"File of its password; -: standard input; none: it is asked for." placeholder:"FILE"`
	Postazione             string               `help:"PKCS#12 file of the certificate of a workstation; none: the machine's serves." type:"path" placeholder:"FILE"`
	PostazionePasswordFile string               `help:"File of its password; none: it is asked for." placeholder:"FILE"`
	Operatore              domain.CodiceFiscale `help:"Codice fiscale of the officer in whose name ANPR is asked." placeholder:"CODE"`
	Supplente              domain.CodiceFiscale `help:"Codice fiscale of a second officer, who stands in." placeholder:"CODE"`
	Ambiente               string               `help:"ANPR's environment: PROD, TEST or PRE_SUB; none: as it is, PROD at first." enum:",PROD,TEST,PRE_SUB" default:"" placeholder:"NAME"`
	Storico                domain.FonteStorica  `help:"Where historical data come from: 6001 or 3002-walk; none: as it is, 6001 at first." enum:",6001,3002-walk" default:"" placeholder:"SOURCE"`
}

// read reads the files, and asks at the terminal for the passwords that are in none.
func (d ConnectionData) read(comune domain.CodiceISTAT, asks *terminal) (next admin.Connecting, err error) {
	next = admin.Connecting{Comune: comune, Operatore: d.Operatore, Supplente: d.Supplente, TipoInvio: d.Ambiente, Storico: d.Storico}
	if next.Machine, err = readKeys(d.Certificato, d.PasswordFile, asks); err != nil {
		return next, err
	}
	next.Postazione, err = readKeys(d.Postazione, d.PostazionePasswordFile, asks)
	return next, err
}

// readKeys reads a PKCS#12 file and its password; none of no file.
func readKeys(file, passwordFile string, asks *terminal) (k admin.Keys, err error) {
	if file == "" {
		return k, nil
	}
	if k.PKCS12, err = os.ReadFile(file); err != nil {
		return k, fmt.Errorf("il certificato non si legge: %w", err)
	}
	k.Password, err = readPassword(file, passwordFile, asks)
	return k, err
}

func readPassword(of, file string, asks *terminal) (string, error) {
	var text []byte
	var err error
	switch {
	case file == "-":
		text, err = io.ReadAll(io.LimitReader(os.Stdin, 1<<10))
	case file != "":
		text, err = os.ReadFile(file)
	case asks != nil:
		return asks.secret("Password di " + of)
	default:
		return "", fmt.Errorf("manca la password di %s: indicarne il file, o - per leggerla dallo standard input", of)
	}
	if err != nil {
		return "", fmt.Errorf("la password non si legge: %w", err)
	}
	return strings.TrimRight(string(text), "\r\n"), nil
}

type connectComuneCommand struct {
	ISTAT          domain.CodiceISTAT `arg:"" help:"ISTAT code of the Comune."`
	ConnectionData `embed:""`
}

// Run connects it, if the test call succeeds.
func (c *connectComuneCommand) Run(ctx context.Context, a *adminCommand) error {
	next, err := c.read(c.ISTAT, atTerminal())
	if err != nil {
		return err
	}
	report, err := ask(ctx, a.Upkeep, admin.ConnectComune, next)
	if err != nil {
		return err
	}
	return tellConnection(report)
}

type testComuneCommand struct {
	ISTAT domain.CodiceISTAT `arg:"" help:"ISTAT code of the Comune."`
}

// Run tests the version in force.
func (c *testComuneCommand) Run(ctx context.Context, a *adminCommand) error {
	report, err := ask(ctx, a.Upkeep, admin.TestConnection, c.ISTAT)
	if err != nil {
		return err
	}
	return tellConnection(report)
}

// tellConnection says what a test call brought, and how long the certificates are
// good; it fails if the call did.
func tellConnection(r commands.ConnectionReport) error {
	what, todo := r.Test.Outcome.Text()
	if r.Test.Outcome != domain.ConnectionOK {
		if r.Test.Code != "" {
			what += " (" + r.Test.Code + ")"
		}
		return errors.New("la chiamata di prova non è riuscita, e il collegamento resta com'era: " + what + ". " + todo)
	}
	say("ANPR            %s", what)
	if expiry := r.InForce.Expiry(); !expiry.IsZero() {
		say("certificati     validi fino al %s", domain.ItalianTime(expiry).Format("02/01/2006"))
	}
	return nil
}
