// Package engine runs read models: it follows the log, writes rows and
// checkpoint in one transaction, rebuilds a read model beside the live one, and
// lets readers wait until one has reached a position. It knows no read model by
// name.
package engine

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// Projection turns events into the rows of one read model. Implementations
// hold no state and are safe for concurrent use.
type Projection interface {
	// Name is the name of the read model and of its checkpoint.
	Name() string
	// Tables names the tables that hold its rows and no others, all in one schema.
	// A rebuild fills copies of them and puts these in their place.
	Tables() []string
	// Categories names the categories of streams it is made of ("visura"): it gets
	// the events of these and no others.
	Categories() []string
	// Apply writes what the events, which come in the order of the log, change of the
	// rows. It names tables without schema and leaves the slice as it is. Events may
	// come again: every row keeps the revision it has reached, and an event that is
	// not newer changes nothing. Events of types it does not know write nothing. An
	// error stops the read model, as does a statement that PostgreSQL refuses
	// permanently.
	Apply(w *Writer, events []domain.Recorded) error
}

// categories returns the categories some read models are made of, each once.
func categories(models []Projection) (all []string) {
	for _, m := range models {
		all = append(all, m.Categories()...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// relevant returns the events of some categories that stand after a position.
func relevant(events []domain.Recorded, categories []string, after domain.Position) []domain.Recorded {
	other := func(r domain.Recorded) bool {
		return r.Position.Compare(after) <= 0 || !slices.Contains(categories, domain.CategoryOf(r.Stream))
	}
	if !slices.ContainsFunc(events, other) {
		return events
	}
	var some []domain.Recorded // of most batches a read model has use for nothing
	for _, r := range events {
		if !other(r) {
			some = append(some, r)
		}
	}
	return some
}
