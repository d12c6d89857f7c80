package engine

import (
	"context"
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
)

// reluctant is a feed that takes a moment to end.
type reluctant struct{ begun, asked, leave chan struct{} }

func (r reluctant) Follow(ctx context.Context, _ []string, _ domain.Position, _ func(Delivery) error) error {
	close(r.begun)
	<-ctx.Done()
	close(r.asked)
	<-r.leave
	return ctx.Err()
}

func TestNobodyReadsForWhoHasLeft(t *testing.T) {
	t.Parallel()
	feed := reluctant{make(chan struct{}), make(chan struct{}), make(chan struct{})}
	_, stop := follow(t.Context(), feed, []string{"visura"}, domain.Position{})
	<-feed.begun
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		stop()
	}()
	<-feed.asked
	select {
	case <-stopped:
		t.Error("left while the feed was still reading")
	default:
	}
	close(feed.leave)
	<-stopped
}
