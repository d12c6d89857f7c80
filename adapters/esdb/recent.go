package esdb

import (
	"errors"
	"fmt"
	"sync"

	"github.com/google/uuid"
)

// ErrDuplicateID is returned for a message that was published to another stream
// before. EventStoreDB would take it, and then lose one of the two: it tracks what
// consumers have in hand by the event's id alone.
var ErrDuplicateID = errors.New("event id is in use in another stream")

// remembered is how many ids a Publisher compares with.
const remembered = 8192

// recent remembers which streams the last ids went to.
type recent struct {
	mu      sync.Mutex
	streams map[uuid.UUID]string
	order   [remembered]uuid.UUID
	next    int
}

// note remembers that an id goes to a stream, and refuses one that went to
// another.
func (r *recent) note(id uuid.UUID, stream string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	known, ok := r.streams[id]
	switch {
	case ok && known != stream:
		return fmt.Errorf("%w: %s", ErrDuplicateID, id)
	case ok:
		return nil
	case r.streams == nil:
		r.streams = make(map[uuid.UUID]string)
	}
	delete(r.streams, r.order[r.next])
	r.order[r.next] = id
	r.next = (r.next + 1) % remembered
	r.streams[id] = stream
	return nil
}
