package engine

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestEventsGatherUntilSomebodyWaits(t *testing.T) {
	for name, c := range map[string]struct {
		events int
		come   func(*signals) // after a quarter of the time
		there  bool           // it is so from the beginning
		want   time.Duration
	}{
		"nobody waits":                     {events: crowd, want: lingering},
		"few events":                       {events: crowd - 1, want: 0},
		"a full batch, and more is there":  {events: maxBatch, want: 0},
		"somebody waits":                   {events: crowd, come: wait, there: true, want: 0},
		"somebody watches":                 {events: crowd, come: watch, there: true, want: 0},
		"somebody begins to wait":          {events: crowd, come: wait, want: lingering / 4},
		"somebody begins to watch":         {events: crowd, come: watch, want: lingering / 4},
		"somebody waits for what is there": {events: crowd, come: waitForWhatIsThere, want: lingering},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &leader{Runner: &Runner{signals: newSignals([]Projection{nameless{}})}}
				if c.there {
					c.come(w.signals)
				} else if c.come != nil {
					time.AfterFunc(lingering/4, func() { c.come(w.signals) })
				}
				synctest.Wait()
				began := time.Now()
				w.linger(t.Context(), c.events)
				if took := time.Since(began); took != c.want {
					t.Errorf("it lingers %s, not %s", took, c.want)
				}
				w.signals.advance([]string{""}, domain.Position{Commit: 1})
			})
		})
	}
}

// nameless is a read model of nothing.
type nameless struct{ Projection }

func (nameless) Name() string { return "" }

func wait(s *signals)  { go s.await(context.Background(), "", domain.Position{Commit: 1}) }
func watch(s *signals) { s.watch("visura-a") }

func waitForWhatIsThere(s *signals) { s.await(context.Background(), "", domain.Position{}) }
