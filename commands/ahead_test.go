package commands_test

import (
	"testing"
	"testing/synctest"
	"time"

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
