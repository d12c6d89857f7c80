package engine

import (
	"context"
	"errors"

	"github.com/visure-anagrafiche/visure/domain"
)

// Feed is the log of all events in their one order.
type Feed interface {
	// Follow calls deliver with every event of the categories that stands after a
	// position (the zero Position: from the beginning), in order, one call at a
	// time, first those that are stored and then those that come, until ctx ends.
	// Within one Follow none is left out and none comes twice.
	//
	// It always returns an error: ctx.Err() once ctx has ended, the error of
	// deliver as it is, one that wraps ErrUnreadable, or the cause that ended the
	// feed. After any but ErrUnreadable it may be called again from the last
	// position delivered. A slow deliver slows the feed; nothing is lost.
	Follow(ctx context.Context, categories []string, after domain.Position, deliver func(Delivery) error) error
}

// Delivery is one of three things.
//
//   - an event: Event is set, Position is the event's;
//   - a checkpoint: only Position is set. Every event of the categories at or
//     before it has been delivered, so that reading may start there next time;
//   - caught up: CaughtUp is set, and Position too if it is known. Every event
//     stored when the mark was made has been delivered. The mark comes once each
//     time the end of the log is reached, also of an empty one. A rebuild ends at
//     it.
type Delivery struct {
	Event    *domain.Recorded
	Position domain.Position
	CaughtUp bool
}

// ErrUnreadable is wrapped by the error of a Follow that met a stored event of
// unknown type, or whose data cannot be read. Every event before it has been
// delivered. It is never skipped: the follower stops and raises an alarm. A
// sealed field whose key was destroyed is not unreadable, it is zero.
var ErrUnreadable = errors.New("unreadable event")
