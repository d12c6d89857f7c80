package generate

import (
	"context"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
)

// instruct has the operators whose last acceptance of instructions is more than a year
// old by now accept them, so that they can ask when the history is gone on with.
func (w *world) instruct(ctx context.Context) error {
	now := time.Now()
	for _, grants := range w.grants {
		for _, g := range grants {
			a := w.parties.utenti[g.operator]
			if a.state.Instructed(w.parties.comuni[g.comune].state, now) {
				continue
			}
			before := a.revision
			d, err := act(&w.parties, a, newMeta(w.random, g.actor(), now), commands.AcceptInstructions{Comune: g.comune})
			if err != nil {
				return err
			}
			if err := w.out.write(ctx, chunk{stream: string(a.stream), expected: before, decided: []esdb.Decided{d}}); err != nil {
				return err
			}
		}
	}
	return nil
}
