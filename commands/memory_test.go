package commands_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

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

func (s torn) Since(ctx context.Context, after domain.Position, most int, wants func(string, uint64) bool, each func(domain.Recorded)) (domain.Position, bool, error) {
	return s.Store.Since(ctx, after, most, wants, func(r domain.Recorded) {
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
		w.enter(name, desk)
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
		w := newTown().headed()
		h := w.handler()
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			switch rapid.SampledFrom([]string{"change here", "change", "noise", "look"}).Draw(t, "step") {
			case "change here":
				p := commands.DefineProfile{Comune: comune, Nome: rapid.StringMatching(`[a-z]{3}`).Draw(t, "name"), Tipi: []domain.TipoConcesso{{Tipo: domain.Nascita}}}
				if _, err := commands.Handle(context.Background(), h, prof.Stream(), domain.Meta{By: luisa}, p); err != nil {
					t.Fatal(err)
				}
			case "change":
				p := desk
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

// late is a store whose answers come late: meanwhile others go on.
type late struct {
	commands.Store
	meanwhile func(call, stream string)
}

func (l *late) Load(ctx context.Context, stream string, after int64, each func(domain.Recorded)) (int64, error) {
	last, err := l.Store.Load(ctx, stream, after, each)
	l.meanwhile("read", stream)
	return last, err
}

func (l *late) Append(ctx context.Context, stream string, expected int64, events []domain.Event, m domain.Meta) (domain.Position, error) {
	pos, err := l.Store.Append(ctx, stream, expected, events, m)
	if err == nil {
		l.meanwhile("written", stream)
	}
	return pos, err
}

// What comes late of a stream, read or written, is out of date if meanwhile
// another server has written and a look has passed it.
func TestWhatComesLateIsNotTakenForTheHead(t *testing.T) {
	define := commands.DefineProfile{Comune: comune, Nome: "uno", Tipi: []domain.TipoConcesso{{Tipo: domain.Nascita}, {Tipo: domain.Residenza}}}
	for name, do := range map[string]func(*commands.Handler) error{
		"read": func(h *commands.Handler) error { return request(t, h) },
		"written": func(h *commands.Handler) error {
			_, err := commands.Handle(t.Context(), h, prof.Stream(), domain.Meta{By: luisa}, define)
			return err
		},
	} {
		w := newTown().headed()
		store := &late{Store: w, meanwhile: func(_, _ string) {}}
		h := w.handlerOver(store)
		look := func() {
			if _, err := commands.Fact(t.Context(), h, luisa.Utente.Stream()); err != nil {
				t.Error(err)
			}
		}
		look() // begins the memory
		var once sync.Once
		store.meanwhile = func(call, stream string) {
			if call != name || stream != string(prof.Stream()) {
				return
			}
			once.Do(func() {
				w.enter(stream, narrower)
				look()
			})
		}
		if err := do(h); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := request(t, h); domain.CodeOf(err) != domain.Forbidden {
			t.Errorf("%s: what was narrowed meanwhile is still granted: %v", name, err)
		}
	}
}

// Whoever listed first and asked then is remembered as who asks, not as one of the
// visure that pass by.
func TestWhoAsksIsRememberedThoughManyVisurePassBy(t *testing.T) {
	w := newTown()
	other := mario
	other.Utente = domain.UtenteID(w.newID())
	for _, r := range w.stream(string(mario.Utente.Stream())) {
		w.enter(string(other.Utente.Stream()), r.Event)
	}
	store := &counted{Store: w}
	h := w.handlerOver(store)
	list := func() {
		if _, err := commands.Fact(t.Context(), h, mario.Utente.Stream()); err != nil {
			t.Fatal(err)
		}
	}
	list()
	if err := request(t, h); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 100 { // at once, so that they share looks at the log
		all.Go(func() {
			for range 90 {
				if _, err := commands.Handle(t.Context(), h, domain.VisuraID(w.newID()).Stream(), domain.Meta{By: other}, ask); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	*store = counted{Store: w}
	list()
	if len(store.loaded) > 0 {
		t.Errorf("read again: %v", store.loaded)
	}
}
