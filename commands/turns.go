package commands

import (
	"context"
	"sync"
)

// turns serialises, within this process, callers that name the same stream. The
// zero value is ready to use.
type turns struct {
	mu   sync.Mutex
	busy map[string]chan struct{}
}

// take waits for a turn at the stream and returns what ends it, or ctx's error.
func (t *turns) take(ctx context.Context, stream string) (done func(), err error) {
	for {
		t.mu.Lock()
		other, taken := t.busy[stream]
		if !taken {
			mine := make(chan struct{})
			if t.busy == nil {
				t.busy = map[string]chan struct{}{}
			}
			t.busy[stream] = mine
			t.mu.Unlock()
			return func() { t.end(stream, mine) }, nil
		}
		t.mu.Unlock()
		select {
		case <-other:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// await waits until whoever has a turn at the stream now has ended it.
func (t *turns) await(ctx context.Context, stream string) error {
	done, err := t.take(ctx, stream)
	if err == nil {
		done()
	}
	return err
}

// taken returns how many have a turn.
func (t *turns) taken() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.busy)
}

func (t *turns) end(stream string, mine chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.busy, stream)
	close(mine)
}
