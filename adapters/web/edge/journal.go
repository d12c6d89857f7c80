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
	return e.Journal(ctx, shown...)()
}

// Journal begins what JournalRead does and returns what waits for its end, for who has the
// answer to make meanwhile: nothing may be answered before that returned nil. It is called
// once at most.
func (e *Edge) Journal(ctx context.Context, shown ...string) (entered func() error) {
	x, meta := Of(ctx), Meta(ctx)
	read := domain.AccessRecorded{
		Action: x.Action, Object: x.Object, Outcome: "ok", Asked: domain.Asked{Comune: x.Asked.Comune}, Address: x.from(), Purpose: x.purpose(), Filters: x.Filters,
	}
	var entries []domain.AccessRecorded
	for ids := range slices.Chunk(shown, domain.MaxShown) {
		read.Shown = ids
		entries = append(entries, read)
	}
	if len(shown) == 0 {
		entries = append(entries, read)
	}
	done := make(chan error, 1)
	go func() { done <- commands.RecordAccess(ctx, e.Commands, meta, entries...) }()
	return func() error { return <-done }
}
