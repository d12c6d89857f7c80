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

// counted is a store that counts the calls made to it.
type counted struct {
	commands.Store
	mu                            sync.Mutex
	loads, appends, heads, sinces int
	loaded                        []string // categories
}

func (c *counted) count(n *int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	*n++
}

func (c *counted) Load(ctx context.Context, stream string, after int64, each func(domain.Recorded)) (int64, error) {
	c.count(&c.loads)
	c.mu.Lock()
	c.loaded = append(c.loaded, domain.CategoryOf(stream))
	c.mu.Unlock()
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

func (c *counted) Since(ctx context.Context, after domain.Position, most int, wants func(string, uint64) bool, each func(domain.Recorded)) (domain.Position, bool, error) {
	c.count(&c.sinces)
	return c.Store.Since(ctx, after, most, wants, each)
}

// request asks for a fresh visura.
func request(t testing.TB, h *commands.Handler) error { return requestWith(t.Context(), h) }

func requestWith(ctx context.Context, h *commands.Handler) error {
	_, err := commands.Handle(ctx, h, domain.VisuraID(h.NewID()).Stream(), domain.Meta{By: mario}, ask)
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

func TestAnEmissionReadsNoStream(t *testing.T) {
	w := newTown()
	w.enter(string(mario.Ente.Stream()), domain.EnteRegistered{Denominazione: "INPS"})
	store := &counted{Store: w}
	p := w.process()
	p.Handler = w.handlerOver(store)
	for n := range 10 {
		id := domain.VisuraID(w.newID())
		if _, err := commands.Handle(t.Context(), p.Handler, id.Stream(), domain.Meta{By: mario}, ask); err != nil {
			t.Fatal(err)
		}
		if err := p.Advance(t.Context(), string(id), domain.Meta{}); err != nil {
			t.Fatal(err)
		}
		if n == 0 { // which learns what all rest on
			*store = counted{Store: w}
		}
	}
	if store.appends != 18 || store.sinces != 18 || store.loads != 0 || len(w.kept) != 10 {
		t.Errorf("9 emissions: %d appends, %d looks at the log, %d streams read; %d documents", store.appends, store.sinces, store.loads, len(w.kept))
	}
}

// hasty is a store that wakes others by what was written before it answers.
type hasty struct {
	counted
	wake func(stream string)
}

func (h *hasty) Append(ctx context.Context, stream string, expected int64, events []domain.Event, m domain.Meta) (domain.Position, error) {
	pos, err := h.counted.Append(ctx, stream, expected, events, m)
	h.wake(stream)
	return pos, err
}

func TestADeliveryMayOvertakeTheAnswerOfTheAppend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown()
		w.enter(string(mario.Ente.Stream()), domain.EnteRegistered{Denominazione: "INPS"})
		store := &hasty{counted: counted{Store: w}}
		p := w.process()
		p.Handler = w.handlerOver(store)
		var woken sync.WaitGroup
		store.wake = func(stream string) {
			store.wake = func(string) {}
			woken.Go(func() {
				if err := p.Advance(t.Context(), stream[len("visura-"):], domain.Meta{}); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		if _, err := commands.Handle(t.Context(), p.Handler, visura.Stream(), domain.Meta{By: mario}, ask); err != nil {
			t.Fatal(err)
		}
		woken.Wait()
		// The parties were read when they were first needed, and the visura never.
		slices.Sort(store.loaded)
		if want := []string{"comune", "convenzione", "ente", "profile", "utente"}; !slices.Equal(store.loaded, want) || len(w.kept) != 1 {
			t.Errorf("read %v, want %v; %d documents", store.loaded, want, len(w.kept))
		}
	})
}

// distant is a store some milliseconds away.
type distant struct{ counted }

func (d *distant) Since(ctx context.Context, after domain.Position, most int, wants func(string, uint64) bool, each func(domain.Recorded)) (domain.Position, bool, error) {
	time.Sleep(time.Millisecond)
	return d.counted.Since(ctx, after, most, wants, each)
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

func (g *gated) Since(ctx context.Context, after domain.Position, most int, wants func(string, uint64) bool, each func(domain.Recorded)) (domain.Position, bool, error) {
	g.entered <- struct{}{}
	<-g.leave
	return g.counted.Since(ctx, after, most, wants, each)
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
