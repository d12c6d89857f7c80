package projections

import (
	"context"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

func rebuildAll(t enginetest.T, r *engine.Runner) {
	t.Helper()
	for _, name := range Names() {
		if err := r.Rebuild(context.Background(), name); err != nil {
			t.Fatal(err)
		}
	}
}

// Also when some keys have been destroyed since: what was erased live is what
// does not open on the way back.
func TestARebuiltReadModelEqualsTheLiveOne(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	rapid.Check(t, func(t *rapid.T) {
		l := stories(t)
		enginetest.Clear(t, pool, All...)
		r, stop := enginetest.Run(t, pool, l, All...)
		defer stop()
		enginetest.Await(t, r, l.Head())
		live := enginetest.Dump(t, pool, All...)
		for _, e := range l.All() {
			if id, ok := domain.VisuraOf(e.Stream); ok && e.Event.EventType() == (domain.VisuraErased{}).EventType() {
				l.Forget(id)
			}
		}
		rebuildAll(t, r)
		if diff := cmp.Diff(live, enginetest.Dump(t, pool, All...)); diff != "" {
			t.Fatalf("rebuilt:\n%s", diff)
		}
	})
}

// The writer goes on, readers go on, and nothing is lost or seen half done.
func TestARebuildDisturbsNobody(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), enginetest.NewLog()
	parties(l)
	for n := range 300 {
		issue(l, n)
	}
	r, _ := enginetest.Run(t, pool, l, All...)
	enginetest.Await(t, r, l.Head())
	queries := NewDettaglioQueries(pool, l)
	over := make(chan struct{})
	var others sync.WaitGroup
	others.Go(func() {
		for n := 300; ; n++ {
			select {
			case <-over:
				return
			default:
			}
			enginetest.Await(t, r, issue(l, n))
			// What could be seen once is not gone a moment later.
			if _, err := queries.One(context.Background(), theirs, visuraID(n)); err != nil {
				t.Errorf("visura %d: %v", n, err)
				return
			}
		}
	})
	others.Go(func() {
		for {
			select {
			case <-over:
				return
			default:
			}
			d, err := queries.One(context.Background(), theirs, visuraID(7))
			if err != nil || d.Status != domain.Issued || len(d.Timeline) != 4 {
				t.Errorf("a reader sees %+v, %v", d, err)
				return
			}
		}
	})
	// From another instance, as an operator does.
	elsewhere := enginetest.NewRunner(pool, l, All...)
	rebuildAll(t, elsewhere)
	rebuildAll(t, elsewhere)
	close(over)
	others.Wait()
	enginetest.Await(t, r, l.Head())
	live := enginetest.Dump(t, pool, All...)
	if diff := cmp.Diff(enginetest.Made(t, pgtest.New(t), l.All(), All...), live); diff != "" {
		t.Errorf("afterwards:\n%s", diff)
	}
}
