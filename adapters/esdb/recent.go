package esdb

import (
	"errors"
	"fmt"
	"sync"

	"github.com/google/uuid"
)

// ErrDuplicateID is returned for a message that was published to another stream
// of its category before. EventStoreDB would take it, and its group on the category
// could lose one of the two: what consumers have in hand is tracked by the event's
// id alone.
var ErrDuplicateID = errors.New("event id is in use in another stream of the category")

// remembered is how many ids a Publisher compares with.
const remembered = 8192

// recent remembers which streams the last ids went to.
type recent struct {
	mu      sync.Mutex
	streams map[used]string
	order   [remembered]used
	next    int
}

// used is an id within a topic.
type used struct {
	topic string
	id    uuid.UUID
}

// note remembers that an id goes to a stream, and refuses one that went to
// another of the topic.
func (r *recent) note(topic string, id uuid.UUID, stream string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	u := used{topic, id}
	known, ok := r.streams[u]
	switch {
	case ok && known != stream:
		return fmt.Errorf("%w: %s", ErrDuplicateID, id)
	case ok:
		return nil
	case r.streams == nil:
		r.streams = make(map[used]string)
	}
	delete(r.streams, r.order[r.next])
	r.order[r.next] = u
	r.next = (r.next + 1) % remembered
	r.streams[u] = stream
	return nil
}
