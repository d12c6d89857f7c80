package commands

import (
	"context"
	"sync/atomic"
	"time"
)

// aheadAtMost bounds how old a look may be that was joined ahead: who has waited for
// something else meanwhile has another.
const aheadAtMost = time.Second

// begun is a look that was joined before it was known what it is for.
type begun struct {
	wait   func(context.Context) (*look, error)
	at     time.Time
	ended  atomic.Bool
	coming *atomic.Int64 // how many such there are
}

type begunKey struct{}

// Ahead joins the next look at the log's end for who has just come, so that it is under
// way while it is found out who that is. What is decided first with the context it
// returns, within a second, rests on that look: on all that was stored before Ahead was
// called. Done is to be called once they are answered.
func (h *Handler) Ahead(ctx context.Context) (with context.Context, done func()) {
	h.coming.Add(1)
	b := &begun{wait: h.look(), at: time.Now(), coming: &h.coming}
	return context.WithValue(ctx, begunKey{}, b), func() { b.end() }
}

// ahead returns what waits for the look that was joined ahead, once; nil if there is none.
func ahead(ctx context.Context) func(context.Context) (*look, error) {
	b, ok := ctx.Value(begunKey{}).(*begun)
	if !ok || !b.end() || time.Since(b.at) > aheadAtMost {
		return nil
	}
	return b.wait
}

// end says that the look is no longer ahead, and whether it was until now.
func (b *begun) end() bool {
	was := b.ended.CompareAndSwap(false, true)
	if was {
		b.coming.Add(-1)
	}
	return was
}
