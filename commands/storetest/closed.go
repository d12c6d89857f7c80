package storetest

import (
	"context"
	"errors"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Closed is a store every call of which fails: for tests of what is refused before
// a store is asked, and of faults.
type Closed struct{}

var _ commands.Store = Closed{}

var errClosed = errors.New("closed")

// Append implements commands.Store.
func (Closed) Append(context.Context, string, int64, []domain.Event, domain.Meta) (domain.Position, error) {
	return domain.Position{}, errClosed
}

// Load implements commands.Store.
func (Closed) Load(context.Context, string, int64, func(domain.Recorded)) (int64, error) {
	return 0, errClosed
}

// Head implements commands.Store.
func (Closed) Head(context.Context) (domain.Position, error) { return domain.Position{}, errClosed }

// Since implements commands.Store.
func (Closed) Since(_ context.Context, after domain.Position, _ int, _ func(string, uint64) bool, _ func(domain.Recorded)) (domain.Position, bool, error) {
	return after, false, errClosed
}
