// Package batch lets one call serve all who come while the call before it is under
// way: what group commit is for writes, here for whatever is the same for many.
package batch

import (
	"context"
	"sync"
)

// Queue makes calls of one kind, one at a time. Each serves those who joined it
// before it began, so everybody is served by a call that began after they came. The
// zero value is ready to use; it is safe for concurrent use.
type Queue[B any] struct {
	mu   sync.Mutex
	next *pending[B] // what whoever comes now joins
	busy bool        // a call is under way, or awaits who will join it
}

// pending is a call that has not ended.
type pending[B any] struct {
	batch B
	err   error
	done  chan struct{}
}

// Do joins the next call and returns what it was about, with its error, once it
// has ended; or ctx's error. Join adds what the caller wants of it, one caller at a
// time. Gather, if there is one, may wait for further callers: they can join until it
// returns. Carry makes the call. It is nobody's, and does not end with ctx; those of
// whoever comes first after a rest are used until the queue rests again.
func (q *Queue[B]) Do(ctx context.Context, join, gather func(*B), carry func(*B) error) (*B, error) {
	return q.Join(join, gather, carry)(ctx)
}

// Join is Do in two steps: it joins the next call at once, and what it returns waits for
// the end of that.
func (q *Queue[B]) Join(join, gather func(*B), carry func(*B) error) func(context.Context) (*B, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	mine := q.next
	if mine == nil {
		mine = &pending[B]{done: make(chan struct{})}
		q.next = mine
	}
	join(&mine.batch)
	if !q.busy {
		q.busy = true
		go q.work(gather, carry)
	}
	return mine.wait
}

// wait returns what a call was about, with its error, once it has ended; or ctx's error.
func (p *pending[B]) wait(ctx context.Context) (*B, error) {
	select {
	case <-p.done:
		return &p.batch, p.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// work makes calls for as long as somebody waits for one.
func (q *Queue[B]) work(gather func(*B), carry func(*B) error) {
	for {
		q.mu.Lock()
		mine := q.next
		q.busy = mine != nil
		q.mu.Unlock()
		if mine == nil {
			return
		}
		if gather != nil {
			gather(&mine.batch)
		}
		q.mu.Lock()
		q.next = nil
		q.mu.Unlock()
		mine.err = carry(&mine.batch)
		close(mine.done)
	}
}
