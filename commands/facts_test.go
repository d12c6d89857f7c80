package commands_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/anishathalye/porcupine"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// counted is a store that counts the calls made to it.
type counted struct {
	commands.Store
	mu                            sync.Mutex
	loads, appends, heads, sinces int
}

func (c *counted) count(n *int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	*n++
}

func (c *counted) Load(ctx context.Context, stream string, after int64, each func(domain.Recorded)) (int64, error) {
	c.count(&c.loads)
	return c.Store.Load(ctx, stream, after, each)
}

func (c *counted) Append(ctx context.Context, stream string, expected int64, events []domain.Event, m domain.Meta) (domain.Position, error) {
	c.count(&c.appends)
	return c.Store.Append(ctx, stream, expected, events, m)
}

func (c *counted) Head(ctx context.Context) (domain.Position, error) {
	c.count(&c.heads)
	return c.Store.Head(ctx)
}

func (c *counted) Since(ctx context.Context, after domain.Position, categories []string, most int, each func(domain.Recorded)) (domain.Position, bool, error) {
	c.count(&c.sinces)
	return c.Store.Since(ctx, after, categories, most, each)
}

// request asks for a fresh visura.
func request(t testing.TB, h *commands.Handler) error {
	_, err := commands.Handle(t.Context(), h, domain.VisuraID(h.NewID()).Stream(), domain.Meta{By: mario}, ask)
	return err
}

func TestARequestCostsOneAppendAndOneLookAtTheLog(t *testing.T) {
	w := newTown()
	store := &counted{Store: w}
	h := w.handlerOver(store)
	if err := request(t, h); err != nil { // which learns what it rests on
		t.Fatal(err)
	}
	*store = counted{Store: w}
	for range 100 {
		if err := request(t, h); err != nil {
			t.Fatal(err)
		}
	}
	if store.appends != 100 || store.sinces != 100 || store.loads != 0 || store.heads != 0 {
		t.Errorf("100 requests: %d appends, %d looks at the log, %d streams read, %d heads", store.appends, store.sinces, store.loads, store.heads)
	}
}

// distant is a store some milliseconds away.
type distant struct{ counted }

func (d *distant) Since(ctx context.Context, after domain.Position, categories []string, most int, each func(domain.Recorded)) (domain.Position, bool, error) {
	time.Sleep(time.Millisecond)
	return d.counted.Since(ctx, after, categories, most, each)
}

func (d *distant) Append(ctx context.Context, stream string, expected int64, events []domain.Event, m domain.Meta) (domain.Position, error) {
	time.Sleep(4 * time.Millisecond)
	return d.counted.Append(ctx, stream, expected, events, m)
}

func TestWhoComesAloneWaitsForNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown()
		h := w.handlerOver(&distant{counted{Store: w}})
		if err := request(t, h); err != nil {
			t.Fatal(err)
		}
		for range 10 {
			began := time.Now()
			if err := request(t, h); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(began); took != 5*time.Millisecond {
				t.Errorf("a look at the log and an append take %s", took)
			}
		}
	})
}

func TestInACrowdALookAtTheLogIsSharedByMost(t *testing.T) {
	const clients, each = 32, 40
	synctest.Test(t, func(t *testing.T) {
		w := newTown()
		store := &distant{counted{Store: w}}
		h := w.handlerOver(store)
		if err := request(t, h); err != nil {
			t.Fatal(err)
		}
		store.sinces = 0
		var all sync.WaitGroup
		for range clients {
			all.Go(func() {
				for range each {
					began := time.Now()
					if err := request(t, h); err != nil {
						t.Error(err)
					}
					// A look under way, the wait for others, the look, the append.
					if took := time.Since(began); took > (1+20+1+4)*time.Millisecond {
						t.Errorf("a request takes %s", took)
					}
				}
			})
		}
		all.Wait()
		if store.sinces > clients*each/10 {
			t.Errorf("%d requests take %d looks at the log", clients*each, store.sinces)
		}
	})
}

// gated is a store whose log is read when it is let.
type gated struct {
	counted
	entered, leave chan struct{}
}

func (g *gated) Since(ctx context.Context, after domain.Position, categories []string, most int, each func(domain.Recorded)) (domain.Position, bool, error) {
	g.entered <- struct{}{}
	<-g.leave
	return g.counted.Since(ctx, after, categories, most, each)
}

func TestThoseWhoWaitShareOneLookAtTheLog(t *testing.T) {
	const crowd = 64
	synctest.Test(t, func(t *testing.T) {
		w := newTown()
		store := &gated{counted{Store: w}, make(chan struct{}), make(chan struct{})}
		h := w.handlerOver(store)
		if err := request(t, w.handlerOver(&store.counted)); err != nil {
			t.Fatal(err)
		}
		if err := request(t, h); err != nil { // begins at the head, without a look
			t.Fatal(err)
		}
		errs := make(chan error, crowd)
		go func() { errs <- request(t, h) }()
		<-store.entered // the first looks, and the others come meanwhile
		for range crowd - 1 {
			go func() { errs <- request(t, h) }()
		}
		synctest.Wait()
		store.leave <- struct{}{}
		<-store.entered
		store.leave <- struct{}{}
		for range crowd {
			if err := <-errs; err != nil {
				t.Fatal(err)
			}
		}
		if store.sinces != 2 {
			t.Errorf("%d requests looked %d times", crowd, store.sinces)
		}
	})
}

func TestAMemoryFarBehindBeginsAnew(t *testing.T) {
	w := newTown()
	store := &counted{Store: w}
	h := w.handlerOver(store)
	if err := request(t, h); err != nil {
		t.Fatal(err)
	}
	for range 3000 {
		w.enter(string(domain.VisuraID(w.newID()).Stream()), requested)
	}
	narrower := granted(mario).Parties.Profile.ProfileDefined
	narrower.Tipi = []domain.Tipo{domain.Nascita}
	w.enter(string(prof.Stream()), narrower)
	*store = counted{Store: w}
	if err := request(t, h); domain.CodeOf(err) != domain.Forbidden {
		t.Errorf("what was narrowed meanwhile is still granted: %v", err)
	}
	if store.sinces > 2 || store.heads > 2 {
		t.Errorf("it ran after the log: %d looks, %d heads", store.sinces, store.heads)
	}
}

func TestWithoutTheLogNothingIsDecided(t *testing.T) {
	w := newTown()
	h := w.handlerOver(blind{w})
	if err := request(t, h); !errors.Is(err, errCrash) || len(w.history()) != 0 {
		t.Errorf("%v", err)
	}
}

// blind is a store whose log cannot be read.
type blind struct{ *world }

func (blind) Head(context.Context) (domain.Position, error) { return domain.Position{}, errCrash }

// torn is a store in which the last event of a stream cannot be read.
type torn struct {
	commands.Store
	stream string
}

func (s torn) Load(ctx context.Context, stream string, after int64, each func(domain.Recorded)) (int64, error) {
	if stream == s.stream {
		return after, errCrash
	}
	return s.Store.Load(ctx, stream, after, each)
}

func (s torn) Since(ctx context.Context, after domain.Position, categories []string, most int, each func(domain.Recorded)) (domain.Position, bool, error) {
	return s.Store.Since(ctx, after, categories, most, func(r domain.Recorded) {
		if r.Stream == s.stream {
			r = domain.Recorded{Stream: r.Stream, Revision: r.Revision, Position: r.Position}
		}
		each(r)
	})
}

func TestAFactThatCannotBeReadStopsOnlyWhoNeedsIt(t *testing.T) {
	for name, want := range map[string]error{string(prof.Stream()): errCrash, "profile-other": nil} {
		w := newTown()
		store := &torn{Store: w}
		h := w.handlerOver(store)
		if err := request(t, h); err != nil {
			t.Fatal(err)
		}
		store.stream = name
		w.enter(name, granted(mario).Parties.Profile.ProfileDefined)
		if err := request(t, h); !errors.Is(err, want) {
			t.Errorf("after an event in %s: %v, want %v", name, err, want)
		}
	}
}

func TestAFactOfAnyKindOfStreamIsFresh(t *testing.T) {
	w := newTown()
	h := w.handler()
	stream := domain.VisuraID(w.newID()).Stream()
	for _, e := range []domain.Event{requested, domain.VisuraApproved{}} {
		w.enter(string(stream), e)
		got, err := commands.Fact(t.Context(), h, stream)
		if err != nil {
			t.Fatal(err)
		}
		if want := domain.Fold(domain.Visura{}, w.stream(string(stream))); got.Status != want.Status {
			t.Errorf("after %T it is %q, its stream says %q", e, got.Status, want.Status)
		}
	}
}

// A fact is what reading its stream would have shown, or newer, whatever is
// written in between and however far the memory is.
func TestAFactIsAsFreshAsItsStream(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newTown()
		h := w.handler()
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			switch rapid.SampledFrom([]string{"change", "noise", "look"}).Draw(t, "step") {
			case "change":
				p := granted(mario).Parties.Profile.ProfileDefined
				p.Nome = rapid.StringMatching(`[a-z]{3}`).Draw(t, "name")
				w.enter(string(prof.Stream()), p)
			case "noise":
				for range rapid.IntRange(1, 1500).Draw(t, "events") {
					w.enter("other-1", requested)
				}
			case "look":
				got, err := commands.Fact(context.Background(), h, prof.Stream())
				if err != nil {
					t.Fatal(err)
				}
				if want := domain.Fold(domain.Profile{}, w.stream(string(prof.Stream()))); got.Nome != want.Nome {
					t.Fatalf("%q, its stream says %q", got.Nome, want.Nome)
				}
			}
		}
	})
}

// uneven is a store in which calls overtake one another.
type uneven struct{ commands.Store }

func (u uneven) stumble() {
	for range rand.IntN(20) {
		runtime.Gosched()
	}
}

func (u uneven) Load(ctx context.Context, stream string, after int64, each func(domain.Recorded)) (int64, error) {
	u.stumble()
	defer u.stumble()
	return u.Store.Load(ctx, stream, after, each)
}

func (u uneven) Append(ctx context.Context, stream string, expected int64, events []domain.Event, m domain.Meta) (domain.Position, error) {
	u.stumble()
	defer u.stumble()
	return u.Store.Append(ctx, stream, expected, events, m)
}

func (u uneven) Since(ctx context.Context, after domain.Position, categories []string, most int, each func(domain.Recorded)) (domain.Position, bool, error) {
	u.stumble()
	defer u.stumble()
	return u.Store.Since(ctx, after, categories, most, each)
}

// A right is a register that TOPs write and requests read: whatever the
// interleaving, on two servers at once, there is one order of all commands in
// which each request is answered by what was granted when it was made.
func TestGrantsRevocationsAndRequestsAreLinearizable(t *testing.T) {
	model := porcupine.Model{
		Init: func() any { return true },
		Step: func(state, input, output any) (bool, any) {
			if granted, writes := input.(bool); writes {
				return true, granted
			}
			return output.(bool) == state.(bool), state
		},
		DescribeOperation: func(input, output any) string { return fmt.Sprintf("%v → %v", input, output) },
	}
	for range 30 {
		w := newTown()
		w.enter(string(luisa.Utente.Stream()), entry, domain.RoleGiven{Role: domain.RoleTop, Comune: comune})
		servers := []*commands.Handler{w.handlerOver(uneven{w}), w.handlerOver(uneven{w})}
		var mu sync.Mutex
		var history []porcupine.Operation
		began := time.Now()
		record := func(client int, input any, do func() any) {
			call := time.Since(began).Nanoseconds()
			output := do()
			mu.Lock()
			defer mu.Unlock()
			history = append(history, porcupine.Operation{ClientId: client, Input: input, Call: call, Output: output, Return: time.Since(began).Nanoseconds()})
		}
		var clients sync.WaitGroup
		for client := range 6 {
			h := servers[client%2]
			if client < 2 {
				h = servers[0] // two servers writing one profile at once may both be refused
			}
			clients.Go(func() {
				for n := range 8 {
					if client >= 2 {
						record(client, "request", func() any { return request(t, h) == nil })
						continue
					}
					grant := (n+client)%2 == 0
					p := commands.DefineProfile{Comune: comune, Nome: fmt.Sprint(client, n), Tipi: []domain.Tipo{domain.Nascita}}
					if grant {
						p.Tipi = append(p.Tipi, domain.Residenza)
					}
					record(client, grant, func() any {
						if _, err := commands.Handle(t.Context(), h, prof.Stream(), domain.Meta{By: luisa}, p); err != nil {
							t.Errorf("define: %v", err)
						}
						return nil
					})
				}
			})
		}
		clients.Wait()
		if !porcupine.CheckOperations(model, history) {
			t.Fatalf("no order explains %v", history)
		}
	}
}
