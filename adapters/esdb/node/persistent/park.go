package persistent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/group"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// parkedMetadata is the user metadata of a parked link.
type parkedMetadata struct {
	Added    string `json:"added"`
	Reason   string `json:"reason"`
	Revision uint64 `json:"subscriptionEventNumber,omitempty"`
}

// addedFormat is ISO 8601 with seven decimals and the offset.
const addedFormat = "2006-01-02T15:04:05.0000000-07:00"

// park appends links to the parked stream, in order. The machine finishes a message
// only when its link is durable.
func (g *runner) park(parks []group.Park) {
	for _, p := range parks {
		link, err := parkedLink(g.config.key(), p, time.Now())
		g.save("parked message", func() error {
			if err != nil {
				return err
			}
			return g.appendParked(link)
		}, func(err error) {
			if err != nil {
				g.machine.ParkFailed(time.Now(), p)
				return
			}
			g.machine.Parked(time.Now(), p)
		})
	}
}

// parkedLink is the link to a message. Its id is derived from the message, so that
// parking it again after a crash does not append it twice.
func parkedLink(key Key, p group.Park, now time.Time) (journal.Proposed, error) {
	from := p.Event.Payload.(*sourced)
	original := from.original()
	metadata, err := json.Marshal(parkedMetadata{now.Format(addedFormat), p.Reason, original.Revision})
	if err != nil {
		return journal.Proposed{}, fmt.Errorf("encode parked message: %w", err)
	}
	id := uuid.NewSHA1(original.ID, fmt.Appendf(nil, "%s %d", key.parkedStream(), original.Position))
	return journal.Proposed{ID: id, Type: journal.TypeLink, Data: from.linkData(), Metadata: metadata}, nil
}

func (g *runner) appendParked(link journal.Proposed) error {
	parked := journal.Append{Stream: g.config.key().parkedStream(), Expected: journal.Any, Events: []journal.Proposed{link}}
	written, err := g.journal.Append(context.Background(), parked)
	if err != nil || written.Position != 0 {
		return err
	}
	// The message was parked and replayed before: this is a new link to it.
	parked.Events[0].ID = uuid.New()
	_, err = g.journal.Append(context.Background(), parked)
	return err
}

// parkedRange returns the first revision of the parked stream not replayed yet, and
// the revision after the last.
func parkedRange(j *journal.Journal, key Key) (first, end uint64, err error) {
	var page journal.Page
	err = j.ReadStream(&page, journal.StreamRead{Stream: key.parkedStream(), Most: 1})
	var deleted *journal.Deleted
	switch {
	case errors.Is(err, journal.ErrNotFound), errors.As(err, &deleted):
		return 0, 0, nil
	case err != nil:
		return 0, 0, err
	}
	end = uint64(page.Last + 1)
	if len(page.Events) == 0 {
		return end, end, nil
	}
	return page.Events[0].Revision, end, nil
}
