package commands

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// aheadAtMost bounds how old a look may be that was joined ahead: who has waited for
// something else meanwhile has another.
const aheadAtMost = time.Second

// begun is a look that was joined before it was known what it is for.
type begun struct {
	wait  func(context.Context) (*look, error)
	at    time.Time
	reads bool
	taken atomic.Bool
	over  atomic.Bool
	came  sync.Once
}

type begunKey struct{}

// Ahead joins the next look at the log's end for who has just come, so that it is under
// way while it is found out who that is. What is decided with the context it returns
// within a second rests on that look, on all that was stored before Ahead was called: the
// first decision; if reads, all that is asked for until done is called. Done is to be
// called once they are answered, or have waited for something.
func (h *Handler) Ahead(ctx context.Context, reads bool) (with context.Context, done func()) {
	b := &begun{at: time.Now(), reads: reads}
	b.wait = h.look(b)
	return context.WithValue(ctx, begunKey{}, b), func() { b.over.Store(true) }
}

// begunIn is what was joined by Ahead; nil if nothing was.
func begunIn(ctx context.Context) *begun {
	b, _ := ctx.Value(begunKey{}).(*begun)
	return b
}

// ahead returns what waits for the look that was joined ahead; nil if there is none.
func ahead(ctx context.Context) func(context.Context) (*look, error) {
	b := begunIn(ctx)
	if b == nil || b.taken.Swap(true) && !b.reads || b.over.Load() || time.Since(b.at) > aheadAtMost {
		return nil
	}
	return b.wait
}

// here no longer counts who joined a look ahead as coming: they have a turn, or had no
// need of one.
func (h *Handler) here(b *begun) { b.came.Do(func() { h.coming.Add(-1) }) }
