package engine_test

import (
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

func TestARebuildSaysHowFarItIs(t *testing.T) {
	t.Parallel()
	pool, l := database(t), enginetest.NewLog()
	for n := range 500 {
		issue(l, n+1)
	}
	r, stop := enginetest.Run(t, pool, l, models...)
	enginetest.Await(t, r, l.Head())
	stop()
	read, arrived, goOn := 0, make(chan struct{}), make(chan struct{})
	l.Before(func(domain.Recorded) error {
		if read++; read == 1600 { // more than wait to be written: some are
			close(arrived)
			<-goOn
		}
		return nil
	})
	done := make(chan error, 1)
	go func() { done <- r.Rebuild(t.Context(), elenco.Name()) }()
	<-arrived
	p := r.Health()[0].Rebuild
	if p == nil || p.Events < 500 || p.Events >= 1600 || p.Share <= 0 || p.Share >= 1 || p.Left() <= 0 {
		t.Errorf("meanwhile it says %+v", p)
	}
	close(goOn)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	stored, err := enginetest.NewRunner(pool, l, models...).Stored(t.Context())
	if err != nil || stored[0].Rebuild != nil || stored[0].Position != l.Head() || stored[0].Name != elenco.Name() {
		t.Errorf("afterwards an instance that does not run says %+v, %v", stored[0], err)
	}
}

func TestWhatIsLeftIsNotGuessed(t *testing.T) {
	for share, want := range map[float64]time.Duration{0: 0, 0.25: 30 * time.Second, 1: 0} {
		if got := (engine.Progress{Took: 10 * time.Second, Share: share}).Left(); got != want {
			t.Errorf("after %v of it: %s, want %s", share, got, want)
		}
	}
}
