package commands

import (
	"context"
	"fmt"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// A Process is a function of an aggregate's state that somebody must wake: the
// bus on an event, the timer on a due row. Implementations are safe for
// concurrent use.
type Process interface {
	// Name tells the process from others of its category: "emission". It is part of
	// what is kept of its progress: a new name begins with the whole history.
	Name() string
	// Category is the category of the streams it carries on: "visura".
	Category() string
	// WakesOn names the event types after which there may be something to do. What
	// follows from time alone is the timer's.
	WakesOn() []string
	// Advance takes the steps the aggregate waits for until there is none. What is
	// to be done follows from the state at the stream's head, so a call too many,
	// too early or twice at once does no harm. It answers a *PostponedError when the
	// aggregate can only go on later, and any other error when trying again soon may
	// help; m ties what it causes to what woke it, its actor is the system.
	Advance(ctx context.Context, id string, m domain.Meta) error
}

// PostponedError says that an aggregate cannot go on now. The timer calls Advance
// again at At or later, so the caller may acknowledge the event.
type PostponedError struct {
	At    time.Time
	Cause error
}

func (e *PostponedError) Error() string {
	return fmt.Sprintf("postponed to %s: %v", e.At.Format(time.RFC3339), e.Cause)
}

func (e *PostponedError) Unwrap() error { return e.Cause }
