package esdb

import "context"

// Keys are the data keys personal data is sealed under, one a stream, of 32 bytes
// each. Implementations are safe for concurrent use and keep unwrapped keys in
// memory, since they are asked for every page of events.
type Keys interface {
	// Key returns the key of that name. A key that was destroyed is
	// commands.ErrErased; any other error, an unknown name included, says that it
	// cannot be had.
	Key(ctx context.Context, name string) ([]byte, error)
	// Lookup returns the keys of several names, which may repeat, with one query at
	// most. Those that were destroyed are left out; an unknown name is an error.
	Lookup(ctx context.Context, names []string) (map[string][]byte, error)
	// Draw returns a key that nobody was given before or will be again, durably made,
	// and its name.
	Draw(ctx context.Context) (name string, key []byte, err error)
}
