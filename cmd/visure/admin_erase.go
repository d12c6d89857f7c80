package main

import (
	"context"

	"github.com/visure-anagrafiche/visure/adapters/admin"
	"github.com/visure-anagrafiche/visure/domain"
)

// eraseCommand destroys a visura's data key and document.
type eraseCommand struct {
	Visura string `arg:"" help:"Id of the visura."`
	Basis  string `help:"Retention rule or order, as a code; it stays in the history for ever, so name nobody." required:"" placeholder:"CODE"`
}

// Help is what --help says besides.
func (*eraseCommand) Help() string {
	return "There is no way back: the data key and the document are destroyed, and backups of the database made before hold the key still. " +
		"Only a request that has ended can be erased; its history stays, without the person."
}

// Run destroys first and records last, so that what the history calls erased
// is; run again, it finishes what was interrupted.
func (c *eraseCommand) Run(ctx context.Context, a *adminCommand) error {
	id, err := domain.ParseVisuraID(c.Visura)
	if err != nil {
		return err
	}
	if _, err := ask(ctx, a.Upkeep, admin.EraseVisura, admin.Erasure{Visura: id, Basis: c.Basis}); err != nil {
		return err
	}
	say("visura %s cancellata: la chiave dei dati e il documento sono distrutti", id)
	return nil
}
