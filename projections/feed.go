package projections

import (
	"context"
	"errors"

	"github.com/visure-anagrafiche/visure/domain"
)

// Feed is the log of all events in their one order.
type Feed interface {
	// Follow hands deliver everything that stands after a position (the zero
	// Position: from the beginning), in order, one call at a time, first what is
	// stored and then what is being stored, until ctx ends. Nothing is left out
	// and nothing comes twice within one call.
	//
	// It always returns an error: ctx.Err() once ctx has ended, the error of
	// deliver as it is, one that wraps ErrUnreadable, or whatever broke the feed.
	// All but ErrUnreadable may be mended by calling again from the last position
	// delivered. A slow deliver holds the feed back; it loses nothing.
	Follow(ctx context.Context, after domain.Position, deliver func(Delivery) error) error
}

// Delivery is one of three things a feed has to say.
//
//   - an event: Event is set, Position is the event's;
//   - a checkpoint: only Position is set. Whatever stands at or before it has
//     been delivered or is none of the reader's business, so that reading may
//     start there next time;
//   - caught up: CaughtUp is set, and Position too if it is known. All that was
//     stored when the mark was made has been delivered, so there is no point in
//     waiting for company before writing. The mark comes once whenever the end
//     of the log has been reached after falling behind, also when the log has
//     nothing at all. Rebuilding rests on it.
type Delivery struct {
	Event    *domain.Recorded
	Position domain.Position
	CaughtUp bool
}

// ErrUnreadable is wrapped by the error of a Follow that met a stored event of
// unknown type, or whose data cannot be read. Everything before it has been
// delivered. It is never skipped: whoever follows stops and raises an alarm. A
// personal field whose key was destroyed is not unreadable, it is zero.
var ErrUnreadable = errors.New("unreadable event")
