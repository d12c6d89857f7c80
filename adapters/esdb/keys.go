package esdb

import "context"

// Keys are the data keys personal data is sealed under, one a stream, of 32
// bytes each. Implementations are safe for concurrent use and are asked on the
// hot path: they remember what they have unwrapped.
type Keys interface {
	// Key returns the key of that name. A key that was destroyed is
	// commands.ErrErased; any other error, an unknown name included, says that it
	// cannot be had.
	Key(ctx context.Context, name string) ([]byte, error)
	// Create returns the key of that name, durably made if there was none. A key
	// that was destroyed is commands.ErrErased: it is never made again.
	Create(ctx context.Context, name string) ([]byte, error)
}
