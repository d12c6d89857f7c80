package edge

import (
	"context"
	"slices"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// journalling bounds an entry that is made after its request was answered.
const journalling = 5 * time.Second

// JournalRead enters a read of personal data in the caller's journal, before it
// is answered: what cannot be entered must not be shown. Shown are the ids of what a list
// showed; none for the object of the request itself.
func (e *Edge) JournalRead(ctx context.Context, shown ...string) error {
	x := Of(ctx)
	read := domain.AccessRecorded{
		Action: x.Action, Object: x.Object, Outcome: "ok", Asked: domain.Asked{Comune: x.Asked.Comune}, Address: x.from(), Purpose: x.purpose(),
	}
	if len(shown) == 0 {
		return commands.RecordAccess(ctx, e.Commands, Meta(ctx), read)
	}
	var entries []domain.AccessRecorded
	for ids := range slices.Chunk(shown, domain.MaxShown) {
		read.Shown = ids
		entries = append(entries, read)
	}
	return commands.RecordAccess(ctx, e.Commands, Meta(ctx), entries...)
}
