package commands_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// narrowed is a request whose profile is narrowed once its look was joined ahead; then it
// waits, and asks twice.
func narrowed(t *testing.T, reads bool, wait func(done func())) (first, second error) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown().headed()
		h := w.handler()
		if err := request(t, h); err != nil {
			t.Fatal(err)
		}
		ctx, done := h.Ahead(t.Context(), reads)
		defer done()
		synctest.Wait() // for the look to end
		w.enter(string(prof.Stream()), narrower)
		wait(done)
		first, second = requestWith(ctx, h), requestWith(ctx, h)
	})
	return first, second
}

func TestALookJoinedAheadServesWhatItIsForAndNotForLong(t *testing.T) {
	for name, c := range map[string]struct {
		reads         bool
		wait          func(done func())
		first, second domain.Code
	}{
		"one decision":         {false, func(func()) {}, "", domain.Forbidden},
		"whatever is read":     {true, func(func()) {}, "", ""},
		"two seconds later":    {true, func(func()) { time.Sleep(2 * time.Second) }, domain.Forbidden, domain.Forbidden},
		"once that is done":    {true, func(done func()) { done() }, domain.Forbidden, domain.Forbidden},
		"nor for one, if done": {false, func(done func()) { done() }, domain.Forbidden, domain.Forbidden},
	} {
		first, second := narrowed(t, c.reads, c.wait)
		if domain.CodeOf(first) != c.first || domain.CodeOf(second) != c.second {
			t.Errorf("%s: %v, then %v", name, first, second)
		}
	}
}

func TestALookJoinedAheadIsTheOnlyOneOfARequest(t *testing.T) {
	w := newTown().headed()
	store := &counted{Store: w}
	h := w.handlerOver(store)
	if err := request(t, h); err != nil {
		t.Fatal(err)
	}
	*store = counted{Store: w}
	ctx, done := h.Ahead(t.Context(), false)
	defer done()
	if err := requestWith(ctx, h); err != nil {
		t.Fatal(err)
	}
	if store.sinces != 1 {
		t.Errorf("the log was looked at %d times", store.sinces)
	}
}

// letGo is a store at which a look at the log takes until it is let go.
type letGo struct {
	commands.Store
	looks, goes chan struct{}
}

func (s *letGo) Since(ctx context.Context, after domain.Position, most int, wants func(string, uint64) bool, each func(domain.Recorded)) (domain.Position, bool, error) {
	s.looks <- struct{}{}
	<-s.goes
	return s.Store.Since(ctx, after, most, wants, each)
}

func TestALookWaitsForNobodyTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown()
		store := &letGo{w, make(chan struct{}, 100), make(chan struct{}, 100)}
		h := w.handlerOver(store)
		var all sync.WaitGroup
		asking := func(n int) {
			for range n {
				all.Go(func() {
					ctx, done := h.Ahead(t.Context(), false)
					defer done()
					if err := requestWith(ctx, h); err != nil {
						t.Error(err)
					}
				})
			}
			synctest.Wait()
		}
		asking(1)
		store.goes <- struct{}{}
		all.Wait() // what all rest on is remembered
		began := time.Now()
		asking(1)
		asking(15) // who share the next look: all but the one who has this
		for len(store.looks) > 0 {
			<-store.looks
		}
		store.goes <- struct{}{}
		synctest.Wait()
		if len(store.looks) != 1 || !time.Now().Equal(began) {
			t.Errorf("%d looks began %s later", len(store.looks), time.Since(began))
		}
		for range 10 {
			store.goes <- struct{}{}
		}
		all.Wait()
	})
}
