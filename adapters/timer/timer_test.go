package timer_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
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
	due  map[string]time.Time // by stream
	asks []int
}

func (a *agenda) claim(_ context.Context, now time.Time, limit int) ([]string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var ids []string
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

// process is one that does what a test says.
type process struct {
	name     string
	category string
	advance  func(ctx context.Context, id string, m domain.Meta) error
}

func (p process) Name() string      { return p.name }
func (p process) Category() string  { return p.category }
func (p process) WakesOn() []string { return nil }
func (p process) Advance(ctx context.Context, id string, m domain.Meta) error {
	return p.advance(ctx, id, m)
}

// visure is the process of the visure alone.
func visure(advance func(context.Context, string, domain.Meta) error) []commands.Process {
	return []commands.Process{process{"visura", "visura", advance}}
}

// start runs t until the test stops it, and returns the function that ticks.
func start(t *testing.T, tm timer.Timer) (tick func(), stop func()) {
	t.Helper()
	ticks := make(chan time.Time)
	tm.Ticks = ticks
	if tm.Log == nil {
		tm.Log = slog.New(slog.DiscardHandler)
	}
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
	a := &agenda{due: map[string]time.Time{"visura-later": noon.Add(time.Second)}}
	for i := range 25 {
		a.due[fmt.Sprintf("visura-v%02d", i)] = noon
	}
	got := make(chan string, 100)
	tick, stop := start(t, timer.Timer{
		Claim: a.claim, Now: func() time.Time { return noon }, Limit: 10,
		Processes: visure(func(_ context.Context, id string, m domain.Meta) error {
			if m.By != domain.Sistema {
				t.Errorf("%s is advanced by %v", id, m.By)
			}
			got <- id
			return nil
		}),
	})
	tick()
	tick() // taken only when the first sweep is over
	stop()
	close(got)
	var ids []string
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

func TestEachStreamIsAdvancedByTheProcessOfItsCategory(t *testing.T) {
	a := &agenda{due: map[string]time.Time{"visura-1-a": noon, "caso-2": noon, "ente-3": noon, "visura": noon, "nothing": noon}}
	var mu sync.Mutex
	var seen []string
	note := func(name, category string) process {
		return process{name, category, func(_ context.Context, id string, _ domain.Meta) error {
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, name+" "+id)
			return nil
		}}
	}
	var log bytes.Buffer
	tick, stop := start(t, timer.Timer{
		Claim: a.claim, Now: func() time.Time { return noon }, Parallel: 1, Log: slog.New(slog.NewTextHandler(&log, nil)),
		Processes: []commands.Process{note("caso", "caso"), note("visura", "visura"), note("alarm", "visura")},
	})
	tick()
	tick()
	stop()
	slices.Sort(seen)
	if want := []string{"alarm 1-a", "caso 2", "visura 1-a"}; !slices.Equal(seen, want) {
		t.Errorf("advanced %q, want %q", seen, want)
	}
	for _, nobodys := range []string{"ente-3", "nothing", "visura"} {
		if !strings.Contains(log.String(), "level=ERROR msg=\"no process for what is due\" stream="+nobodys+"\n") {
			t.Errorf("the log does not say that %s is nobody's: %s", nobodys, &log)
		}
	}
	if !strings.Contains(log.String(), "due=5 advanced=2 postponed=0 failed=3") {
		t.Errorf("counted: %s", &log)
	}
}

func TestOneFailureHoldsUpNobody(t *testing.T) {
	a := &agenda{due: map[string]time.Time{"visura-bad": noon, "visura-worse": noon, "visura-postponed": noon, "visura-good": noon}}
	var mu sync.Mutex
	var seen []string
	tick, stop := start(t, timer.Timer{
		Claim: a.claim, Now: func() time.Time { return noon }, Parallel: 1,
		Processes: visure(func(_ context.Context, id string, _ domain.Meta) error {
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
		}),
	})
	tick()
	tick()
	stop()
	if len(seen) != 4 {
		t.Errorf("advanced %v", seen)
	}
}

func TestNoMoreThanParallelAtOnce(t *testing.T) {
	a := &agenda{due: map[string]time.Time{}}
	for i := range 12 {
		a.due[fmt.Sprint("visura-", i)] = noon
	}
	entered, leave := make(chan struct{}), make(chan struct{})
	tick, _ := start(t, timer.Timer{
		Claim: a.claim, Now: func() time.Time { return noon }, Parallel: 4,
		Processes: visure(func(context.Context, string, domain.Meta) error {
			entered <- struct{}{}
			<-leave
			return nil
		}),
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
	a := &agenda{due: map[string]time.Time{"visura-slow": noon, "visura-never": noon}}
	begun, finish := make(chan context.Context, 2), make(chan struct{})
	ticks := make(chan time.Time)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = timer.Timer{
			Claim: a.claim, Now: func() time.Time { return noon }, Parallel: 1, Ticks: ticks,
			Log: slog.New(slog.DiscardHandler),
			Processes: visure(func(ctx context.Context, _ string, _ domain.Meta) error {
				begun <- ctx
				<-finish
				return ctx.Err()
			}),
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
	a := &agenda{due: map[string]time.Time{"visura-stuck": noon}}
	begun := make(chan struct{})
	tick, stop := start(t, timer.Timer{
		Claim: a.claim, Now: func() time.Time { return noon }, Grace: 10 * time.Millisecond,
		Processes: visure(func(ctx context.Context, _ string, _ domain.Meta) error {
			close(begun)
			<-ctx.Done()
			return ctx.Err()
		}),
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
		Claim: func(context.Context, time.Time, int) ([]string, error) {
			calls++
			if calls == 1 {
				return nil, errors.New("no connection")
			}
			return []string{"visura-v"}, nil
		},
		Processes: visure(func(context.Context, string, domain.Meta) error {
			close(done)
			return nil
		}),
	})
	tick()
	tick()
	<-done
}

// Between ticks what is known to fall due is advanced then, what falls due together in
// one sweep, and while nothing is due nothing is asked.
func TestWhatIsKnownToFallDueIsNotLeftToATick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		var due []time.Duration // from the beginning, of what is not advanced yet
		for _, after := range []time.Duration{1300, 1310, 1400, 2000} {
			due = append(due, after*time.Millisecond)
		}
		var late []time.Duration
		asked, claimed := 0, 0
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		tm := timer.Timer{
			Ticks: make(chan time.Time), Log: slog.New(slog.DiscardHandler),
			Next: func(context.Context) (time.Time, bool, error) {
				if asked++; len(due) == 0 {
					return time.Time{}, false, nil
				}
				return begun.Add(due[0]), true, nil
			},
			Claim: func(_ context.Context, at time.Time, _ int) (streams []string, _ error) {
				for claimed++; len(due) > 0 && !begun.Add(due[0]).After(at); due = due[1:] {
					streams, late = append(streams, "visura-"+due[0].String()), append(late, at.Sub(begun.Add(due[0])))
				}
				return streams, nil
			},
			Processes: visure(func(context.Context, string, domain.Meta) error { return nil }),
		}
		go func() { ended <- tm.Run(ctx) }()
		time.Sleep(time.Hour)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if want := []time.Duration{0, 190 * time.Millisecond, 100 * time.Millisecond, 0}; !slices.Equal(late, want) {
			t.Errorf("late by %v, want %v", late, want)
		}
		if claimed != 3 || asked != 4 {
			t.Errorf("%d claims, asked %d times what is next", claimed, asked)
		}
	})
}

func TestWhoCannotSayWhatIsNextIsAskedAgainAtATick(t *testing.T) {
	asked := make(chan struct{}, 10)
	tick, _ := start(t, timer.Timer{
		Claim: (&agenda{}).claim, Now: func() time.Time { return noon },
		Next: func(context.Context) (time.Time, bool, error) {
			asked <- struct{}{}
			return time.Time{}, false, errors.New("no connection")
		},
	})
	<-asked
	tick()
	<-asked
}
