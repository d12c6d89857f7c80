package timer_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/visure-anagrafiche/visure/adapters/timer"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// agenda is a table of deadlines whose rows leave when claimed.
type agenda struct {
	mu   sync.Mutex
	due  map[domain.VisuraID]time.Time
	asks []int
}

func (a *agenda) claim(_ context.Context, now time.Time, limit int) ([]domain.VisuraID, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var ids []domain.VisuraID
	for id, at := range a.due {
		if !at.After(now) && len(ids) < limit {
			ids = append(ids, id)
		}
	}
	for _, id := range ids {
		delete(a.due, id)
	}
	a.asks = append(a.asks, len(ids))
	return ids, nil
}

// start runs t until the test stops it, and returns the function that ticks.
func start(t *testing.T, tm timer.Timer) (tick func(), stop func()) {
	t.Helper()
	ticks := make(chan time.Time)
	tm.Ticks, tm.Log = ticks, slog.New(slog.DiscardHandler)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- tm.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run returned %v", err)
		}
	})
	t.Cleanup(stop)
	return func() { ticks <- noon }, stop
}

func TestEveryDueVisuraIsAdvancedAndNoOther(t *testing.T) {
	a := &agenda{due: map[domain.VisuraID]time.Time{"later": noon.Add(time.Second)}}
	for i := range 25 {
		a.due[domain.VisuraID(fmt.Sprintf("v%02d", i))] = noon
	}
	got := make(chan domain.VisuraID, 100)
	tick, stop := start(t, timer.Timer{
		Claim: a.claim, Now: func() time.Time { return noon }, Limit: 10,
		Advance: func(_ context.Context, id domain.VisuraID, env commands.Envelope) error {
			if env.By != domain.Sistema {
				t.Errorf("%s is advanced by %v", id, env.By)
			}
			got <- id
			return nil
		},
	})
	tick()
	tick() // taken only when the first sweep is over
	stop()
	close(got)
	var ids []domain.VisuraID
	for id := range got {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	if len(slices.Compact(ids)) != 25 || slices.Contains(ids, "later") {
		t.Errorf("advanced %v", ids)
	}
	if want := []int{10, 10, 5}; !slices.Equal(a.asks[:3], want) {
		t.Errorf("claims returned %v, want them to go on like %v until one is short", a.asks, want)
	}
}

func TestOneFailureHoldsUpNobody(t *testing.T) {
	a := &agenda{due: map[domain.VisuraID]time.Time{"bad": noon, "worse": noon, "postponed": noon, "good": noon}}
	var mu sync.Mutex
	var seen []domain.VisuraID
	tick, stop := start(t, timer.Timer{
		Claim: a.claim, Now: func() time.Time { return noon }, Parallel: 1,
		Advance: func(_ context.Context, id domain.VisuraID, _ commands.Envelope) error {
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, id)
			switch id {
			case "bad":
				return errors.New("registry is down")
			case "worse":
				panic("ROSSI MARIO")
			case "postponed":
				return &commands.PostponedError{At: noon.Add(time.Hour), Cause: errors.New("later")}
			}
			return nil
		},
	})
	tick()
	tick()
	stop()
	if len(seen) != 4 {
		t.Errorf("advanced %v", seen)
	}
}

func TestNoMoreThanParallelAtOnce(t *testing.T) {
	a := &agenda{due: map[domain.VisuraID]time.Time{}}
	for i := range 12 {
		a.due[domain.VisuraID(fmt.Sprint(i))] = noon
	}
	entered, leave := make(chan struct{}), make(chan struct{})
	tick, _ := start(t, timer.Timer{
		Claim: a.claim, Now: func() time.Time { return noon }, Parallel: 4,
		Advance: func(context.Context, domain.VisuraID, commands.Envelope) error {
			entered <- struct{}{}
			<-leave
			return nil
		},
	})
	tick()
	for range 4 {
		<-entered
	}
	select {
	case <-entered:
		t.Error("a fifth began while four were under way")
	case <-time.After(20 * time.Millisecond):
	}
	close(leave)
	for range 8 {
		<-entered
	}
}

func TestStoppingWaitsForWhatIsUnderWay(t *testing.T) {
	a := &agenda{due: map[domain.VisuraID]time.Time{"slow": noon, "never": noon}}
	begun, finish := make(chan context.Context, 2), make(chan struct{})
	ticks := make(chan time.Time)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = timer.Timer{
			Claim: a.claim, Now: func() time.Time { return noon }, Parallel: 1, Ticks: ticks,
			Log: slog.New(slog.DiscardHandler),
			Advance: func(ctx context.Context, _ domain.VisuraID, _ commands.Envelope) error {
				begun <- ctx
				<-finish
				return ctx.Err()
			},
		}.Run(ctx)
	}()
	ticks <- noon
	work := <-begun
	cancel()
	if work.Err() != nil {
		t.Error("the visura under way was cut off")
	}
	close(finish)
	<-ended
	if len(begun) > 0 {
		t.Error("another one was begun while stopping")
	}
}

func TestStoppingDoesNotWaitForEver(t *testing.T) {
	a := &agenda{due: map[domain.VisuraID]time.Time{"stuck": noon}}
	begun := make(chan struct{})
	tick, stop := start(t, timer.Timer{
		Claim: a.claim, Now: func() time.Time { return noon }, Grace: 10 * time.Millisecond,
		Advance: func(ctx context.Context, _ domain.VisuraID, _ commands.Envelope) error {
			close(begun)
			<-ctx.Done()
			return ctx.Err()
		},
	})
	tick()
	<-begun
	stop()
}

func TestAClaimThatFailsIsTriedAtTheNextTick(t *testing.T) {
	calls := 0
	done := make(chan struct{})
	tick, _ := start(t, timer.Timer{
		Now: func() time.Time { return noon },
		Claim: func(context.Context, time.Time, int) ([]domain.VisuraID, error) {
			calls++
			if calls == 1 {
				return nil, errors.New("no connection")
			}
			return []domain.VisuraID{"v"}, nil
		},
		Advance: func(context.Context, domain.VisuraID, commands.Envelope) error {
			close(done)
			return nil
		},
	})
	tick()
	tick()
	<-done
}
