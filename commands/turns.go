package commands

import (
	"context"
	"sync"

	"github.com/visure-anagrafiche/visure/domain"
)

// turns lets one advance of a visura at a time into this process. Without it a
// reminder that comes while ANPR is slow would ask a second time; that does no
// harm, but ANPR counts it. The zero value is ready to use.
type turns struct {
	mu   sync.Mutex
	busy map[domain.VisuraID]chan struct{}
}

// take waits for the visura's turn and returns what ends it, or ctx's error.
func (t *turns) take(ctx context.Context, id domain.VisuraID) (done func(), err error) {
	for {
		t.mu.Lock()
		other, taken := t.busy[id]
		if !taken {
			mine := make(chan struct{})
			if t.busy == nil {
				t.busy = map[domain.VisuraID]chan struct{}{}
			}
			t.busy[id] = mine
			t.mu.Unlock()
			return func() { t.end(id, mine) }, nil
		}
		t.mu.Unlock()
		select {
		case <-other:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (t *turns) end(id domain.VisuraID, mine chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.busy, id)
	close(mine)
}
