package commands_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// deliberate is a store in which the reading of a stream takes a second.
type deliberate struct {
	commands.Store
	mu      sync.Mutex
	streams []string
}

func (s *deliberate) Load(ctx context.Context, stream string, after int64, each func(domain.Recorded)) (int64, error) {
	time.Sleep(time.Second)
	s.mu.Lock()
	s.streams = append(s.streams, domain.CategoryOf(stream))
	s.mu.Unlock()
	return s.Store.Load(ctx, stream, after, each)
}

// Whom a person may ask, and under what, is known when the person is.
func TestWhatIsNotRememberedIsReadAtOnceAndOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown()
		store := &deliberate{Store: w}
		h := w.handlerOver(store)
		began := time.Now()
		id := domain.VisuraID(w.newID())
		if _, err := commands.Handle(t.Context(), h, id.Stream(), domain.Meta{By: mario}, ask); err != nil {
			t.Fatal(err)
		}
		slices.Sort(store.streams)
		if took, want := time.Since(began), []string{"comune", "convenzione", "profile", "utente"}; took != 2*time.Second || !slices.Equal(store.streams, want) {
			t.Errorf("%v were read in %s", store.streams, took)
		}
		if facts := w.stream(string(id.Stream()))[0].Meta.Facts; len(facts) != 4 {
			t.Errorf("it rests on %v", facts)
		}
		began = time.Now()
		if err := request(t, h); err != nil || time.Since(began) != 0 {
			t.Errorf("the next takes %s, %v", time.Since(began), err)
		}
	})
}
