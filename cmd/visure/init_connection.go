package main

import (
	"context"
	"errors"

	"github.com/visure-anagrafiche/visure/adapters/admin"
	"github.com/visure-anagrafiche/visure/domain"
)

// connection gives the Comune its way to ANPR, if it has none and the certificate is
// at hand.
func (i *beginning) connection(ctx context.Context) error {
	istat, d := i.initCommand.Comune.ISTAT, &i.Collegamento
	switch {
	case istat == "" && d.Certificato != "":
		return errors.New("il collegamento vuole il Comune: indicarlo con --comune-istat")
	case istat == "":
		return nil
	case i.shown.Connected:
		say("ANPR            il Comune è già collegato")
		return nil
	}
	err := i.asks.fill(question{"File PKCS#12 del certificato ANPR della macchina (vuoto: il collegamento si fa dopo)", &d.Certificato, false})
	if err != nil || d.Certificato == "" {
		return err
	}
	if err := i.asks.fill(question{"Codice fiscale dell'operatore abilitato in ANPR", &d.Operatore, true}); err != nil {
		return err
	}
	next, err := d.read(istat, i.asks)
	if err != nil {
		return err
	}
	next.First = true // who begins the installation beside us may be faster
	report, err := admin.ConnectComune.Ask(ctx, i.client, next)
	if domain.CodeOf(err) == domain.Conflict {
		return i.connectedMeanwhile(ctx, err)
	}
	if err != nil {
		return err
	}
	return tellConnection(report)
}

// connectedMeanwhile is nil if the Comune has its way to ANPR by now: who begins the
// installation beside us was faster. Otherwise the refusal stands.
func (i *beginning) connectedMeanwhile(ctx context.Context, refusal error) (err error) {
	if i.shown, err = i.look(ctx); err != nil {
		return err
	}
	if !i.shown.Connected {
		return refusal
	}
	say("ANPR            il Comune è già collegato")
	return nil
}
