package journal

import (
	"errors"
	"fmt"
)

var (
	// ErrClosed is the error of every call after Close.
	ErrClosed = errors.New("journal is closed")
	// ErrInUse says that the directory is open already, in this process or another.
	ErrInUse = errors.New("directory is in use by another process")
	// ErrReadOnly is the error of writes after one has failed on the disk, with its
	// cause, and of a journal opened read only. Reads continue. Opening the journal
	// again ends the state.
	ErrReadOnly = errors.New("journal is read-only")
	// ErrNotFound says that a stream has no events, or was soft-deleted and not
	// re-opened.
	ErrNotFound = errors.New("stream not found")
	// ErrPosition says that a read of the log starts inside a record, or backwards
	// beyond the end.
	ErrPosition = errors.New("position is not at the border of a record")
)

// Deleted refuses every use of a tombstoned stream, and writes to a soft-deleted one
// that expect StreamExists.
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

// Invalid refuses a write: to a name that cannot be a stream, or of an event that an
// import cannot take.
type Invalid struct{ Reason string }

func (e *Invalid) Error() string { return e.Reason }
