package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/admin"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// projectionsCommand says how each read model stands.
type projectionsCommand struct{}

// standing are the states of read models in words.
var standing = map[engine.State]string{
	engine.Standby: "in attesa", engine.CatchingUp: "si mette in pari", engine.Live: "in pari",
	engine.Rebuilding: "si rifà dagli eventi", engine.Stopped: "FERMO",
}

// Run prints one read model a line, and fails if one has stopped.
func (*projectionsCommand) Run(ctx context.Context, a *adminCommand) error {
	all, err := ask(ctx, a.Upkeep, admin.ShowProjections, struct{}{})
	if err != nil {
		return err
	}
	stopped := false
	for _, h := range all {
		fmt.Printf("%-18s %-22s fino a %-24s %10d eventi, ultimo dopo %s\n", h.Name, standing[h.State], h.Reached, h.Events, h.Lag.Round(time.Millisecond))
		if h.Rebuild != nil {
			fmt.Printf("%-18s %s\n", "", progressed(*h.Rebuild))
		}
		if !h.Well() {
			fmt.Printf("%-18s %s\n", "", h.Error)
			stopped = true
		}
	}
	if stopped {
		return errors.New("un elenco è fermo: corretta la causa, «visure admin rebuild»")
	}
	return nil
}

// progressed is how far a read model is that is being made again, in words.
func progressed(p engine.Progress) string {
	said := fmt.Sprintf("rifatto per %d eventi, %.0f al secondo", p.Events, float64(p.Events)/max(p.Took.Seconds(), 0.001))
	if p.Share > 0 {
		said += fmt.Sprintf(", %.0f %%, ancora circa %s", 100*p.Share, p.Left().Round(time.Second))
	}
	return said
}
