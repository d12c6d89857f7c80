package journal

import (
	"errors"
	"fmt"
)

var (
	// ErrClosed answers every call after Close.
	ErrClosed = errors.New("journal is closed")
	// ErrInUse says that the directory is open in another journal.
	ErrInUse = errors.New("directory is in use by another process")
	// ErrReadOnly answers writes after the disk refused one, or when the journal was
	// opened so; it wraps the cause.
	// Reads go on. Only opening the journal again, with a sound disk, ends it.
	ErrReadOnly = errors.New("journal is read-only")
	// ErrNotFound says that a stream has no events to speak of: it never had any,
	// or it was soft-deleted and not re-opened.
	ErrNotFound = errors.New("stream not found")
	// ErrPosition says that a read of the log starts inside a record, or
	// backwards from beyond the end.
	ErrPosition = errors.New("position is not at the border of a record")
)

// Deleted refuses any use of a tombstoned stream, and the few writes that a
// soft-deleted one does not take.
type Deleted struct{ Stream string }

func (e *Deleted) Error() string { return fmt.Sprintf("stream %q is deleted", e.Stream) }

// WrongVersion refuses a write whose expectation did not hold. Current is the
// last revision, -1 when the stream has no events.
type WrongVersion struct {
	Stream   string
	Expected Expected
	Current  int64
}

func (e *WrongVersion) Error() string {
	return fmt.Sprintf("stream %q is at revision %d, not at %d", e.Stream, e.Current, e.Expected)
}

// Invalid refuses a write to a name that cannot be a stream.
type Invalid struct{ Reason string }

func (e *Invalid) Error() string { return e.Reason }
