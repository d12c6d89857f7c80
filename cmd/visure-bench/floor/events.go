package floor

import (
	"bytes"
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
	"github.com/visure-anagrafiche/visure/domain"
)

// size is an event as far as the journal cares: what it is called, and how many
// bytes it has.
type size struct {
	event          domain.Event
	data, metadata int
}

// The events of an emission, in two appends, of the sizes that they have in the
// golden files of the codec.
var (
	requested = []size{{domain.VisuraRequested{}, 724, 736}, {domain.VisuraApproved{}, 66, 736}, {domain.QueryStarted{}, 96, 736}}
	issued    = []size{{domain.VisuraIssued{}, 502, 736}}
)

// append writes events after the first so many of a visura's stream.
func (f *Floor) append(ctx context.Context, id domain.VisuraID, after int, events []size) error {
	a := journal.Append{Stream: string(id.Stream()), Expected: journal.Expected(after - 1)}
	for _, e := range events {
		a.Events = append(a.Events, journal.Proposed{
			ID: uuid.New(), Type: e.event.EventType(), JSON: true,
			Data: bytes.Repeat([]byte{'d'}, e.data), Metadata: bytes.Repeat([]byte{'m'}, e.metadata),
		})
	}
	if _, err := f.journal.Append(ctx, a); err != nil {
		return fmt.Errorf("append: %w", err)
	}
	return nil
}
