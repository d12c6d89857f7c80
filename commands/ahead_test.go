package commands_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// narrowed is a request whose profile is narrowed once its look was joined ahead; then it
// waits, and asks twice.
func narrowed(t *testing.T, wait time.Duration) (first, second error) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown().headed()
		h := w.handler()
		if err := request(t, h); err != nil {
			t.Fatal(err)
		}
		ctx, done := h.Ahead(t.Context())
		defer done()
		synctest.Wait() // for the look to end
		w.enter(string(prof.Stream()), narrower)
		time.Sleep(wait)
		first, second = requestWith(ctx, h), requestWith(ctx, h)
	})
	return first, second
}

func TestALookJoinedAheadServesOnceAndNotForLong(t *testing.T) {
	if first, second := narrowed(t, 0); first != nil || domain.CodeOf(second) != domain.Forbidden {
		t.Errorf("at once: %v, then %v", first, second)
	}
	if first, _ := narrowed(t, 2*time.Second); domain.CodeOf(first) != domain.Forbidden {
		t.Errorf("two seconds later: %v", first)
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
	ctx, done := h.Ahead(t.Context())
	defer done()
	if err := requestWith(ctx, h); err != nil {
		t.Fatal(err)
	}
	if store.sinces != 1 {
		t.Errorf("the log was looked at %d times", store.sinces)
	}
}
