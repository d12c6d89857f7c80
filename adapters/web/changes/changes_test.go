package changes_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/web/changes"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// log is a read model of changes.
type log struct {
	mu    sync.Mutex
	all   []projections.Novita
	read  int // how often
	moved chan struct{}
}

func newLog() *log { return &log{moved: make(chan struct{}, 1)} }

func (l *log) after(_ context.Context, position domain.Position, most int) (found []projections.Novita, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.read++
	for _, n := range l.all {
		if n.Position.Compare(position) > 0 {
			found = append(found, n)
		}
	}
	return found[max(len(found)-most, 0):], nil
}

func (l *log) moves() (<-chan struct{}, func()) { return l.moved, func() {} }

// happens adds changes of a visura of somebody, at once.
func (l *log) happens(n int, whose domain.Object) {
	l.mu.Lock()
	for range n {
		place := uint64(len(l.all) + 1)
		l.all = append(l.all, projections.Novita{
			ID: domain.VisuraID(fmt.Sprint(place)), Type: "visura.issued.v1", Whose: whose, Position: domain.Position{Commit: place, Prepare: place},
		})
	}
	l.mu.Unlock()
	select {
	case l.moved <- struct{}{}:
	default:
	}
}

var (
	mario = domain.Object{Requester: "mario", Ente: "asl", Comune: "039002"}
	luisa = domain.Object{Requester: "luisa", Ente: "inps", Comune: "039002"}
)

// own is the reach of who asks for an Ente.
func own(whose domain.Object) domain.Reach {
	return domain.Reach{Reads: true, Columns: []domain.Column{
		{Name: domain.ColumnRequester, Values: []string{string(whose.Requester)}}, {Name: domain.ColumnEnte, Values: []string{string(whose.Ente)}},
		{Name: domain.ColumnComune, Values: []string{string(whose.Comune)}},
	}}
}

func listen(t *testing.T, c *changes.Changes, whose domain.Object, mark string) (l *changes.Listener, known bool) {
	t.Helper()
	l, known, err := c.Listen(t.Context(), domain.Actor{Utente: whose.Requester}, own(whose), mark)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l, known
}

// heard is what a listener hears until it is no longer behind.
func heard(l *changes.Listener, reach domain.Reach) (ids []domain.VisuraID, lost bool) {
	for l.Behind() {
		n, ok, gone := l.Next(reach)
		if lost = lost || gone; ok {
			ids = append(ids, n.ID)
		}
	}
	return ids, lost
}

// hears waits until a listener has heard so many.
func hears(t *testing.T, l *changes.Listener, whose domain.Object, want int) (ids []domain.VisuraID) {
	t.Helper()
	for {
		more, lost := heard(l, own(whose))
		if ids = append(ids, more...); lost || len(ids) > want {
			t.Fatalf("heard %v, lost %t, want %d", ids, lost, want)
		}
		if len(ids) == want {
			return ids
		}
		select {
		case <-l.Woken():
		case <-time.After(10 * time.Second):
			t.Fatalf("heard %v, want %d", ids, want)
		}
	}
}

func few(l *log) *changes.Changes {
	return changes.New(changes.Bounds{Kept: 8, All: 3, Person: 2, Software: 2}, l.after, l.moves, slog.New(slog.DiscardHandler))
}

func TestWhoListensHearsWhatIsTheirsAndNothingElse(t *testing.T) {
	l := newLog()
	c := few(l)
	l.happens(3, mario)
	his, _ := listen(t, c, mario, "")
	hers, _ := listen(t, c, luisa, "")
	<-his.Woken()
	<-hers.Woken()
	if ids, _ := heard(his, own(mario)); ids != nil {
		t.Errorf("heard what was before: %v", ids)
	}
	l.happens(2, mario)
	if ids := hears(t, his, mario, 2); ids[0] != "4" || ids[1] != "5" {
		t.Errorf("heard %v", ids)
	}
	select {
	case <-hers.Woken():
		t.Error("woken by what concerns her not")
	default:
	}
	if ids, _ := heard(hers, own(luisa)); ids != nil {
		t.Errorf("heard of others: %v", ids)
	}
}

func TestWhoComesAgainHearsWhatTheyMissedOnce(t *testing.T) {
	l := newLog()
	c := few(l)
	first, _ := listen(t, c, mario, "")
	before := first.Mark() // of nothing
	l.happens(2, mario)
	hears(t, first, mario, 2)
	mark := first.Mark()
	first.Close()
	first.Close()
	l.happens(2, luisa)
	l.happens(1, mario)
	for name, instance := range map[string]*changes.Changes{"the same": c, "another": few(l)} {
		again, known := listen(t, instance, mario, mark)
		if ids := hears(t, again, mario, 1); !known || ids[0] != "5" {
			t.Errorf("%s instance: heard %v, known %t", name, ids, known)
		}
		again.Close()
	}
	all, known := listen(t, c, mario, before)
	if ids := hears(t, all, mario, 3); !known {
		t.Errorf("from the beginning: heard %v", ids)
	}
}

func TestAMarkThatIsNotKeptIsTold(t *testing.T) {
	l := newLog()
	l.happens(1, mario)
	c := few(l)
	first, _ := listen(t, c, mario, "0-0-0")
	hears(t, first, mario, 1)
	old := first.Mark()
	first.Close()
	l.happens(20, luisa)
	for _, mark := range []string{old, "0-0-0", "1-1-00000000", "15-15-00000000", "99-99-00000000", "x", "-"} {
		again, known := listen(t, c, mario, mark)
		if ids, lost := heard(again, own(mario)); known || lost || ids != nil {
			t.Errorf("%s: heard %v, known %t, lost %t", mark, ids, known, lost)
		}
		again.Close()
	}
}

func TestWhoIsTooSlowIsToldThatTheyLostSome(t *testing.T) {
	l := newLog()
	c := few(l)
	slow, _ := listen(t, c, mario, "")
	quick, _ := listen(t, c, luisa, "")
	for range 5 {
		l.happens(4, luisa)
		hears(t, quick, luisa, 4)
	}
	if ids, lost := heard(slow, own(mario)); !lost || ids != nil {
		t.Errorf("heard %v, lost %t", ids, lost)
	}
	l.happens(1, mario)
	hears(t, slow, mario, 1)
}

func TestWhoListensIsBounded(t *testing.T) {
	c := few(newLog())
	first, _ := listen(t, c, mario, "")
	listen(t, c, mario, "")
	if _, _, err := c.Listen(t.Context(), domain.Actor{Utente: "mario"}, own(mario), ""); err != changes.ErrPerson {
		t.Errorf("a third of one person: %v", err)
	}
	listen(t, c, luisa, "")
	if _, _, err := c.Listen(t.Context(), domain.Actor{Utente: "anna"}, own(luisa), ""); err != changes.ErrFull {
		t.Errorf("a fourth of all: %v", err)
	}
	first.Close()
	listen(t, c, mario, "")
	if n := c.Listening(); n != 3 {
		t.Errorf("%d listen", n)
	}
}

// Software has a share of its own, whoever it asks for, and takes none of theirs.
func TestSoftwareThatListensIsBounded(t *testing.T) {
	c := changes.New(changes.Bounds{Kept: 8, All: 10, Person: 2, Software: 3}, newLog().after, newLog().moves, slog.New(slog.DiscardHandler))
	enter := func(by domain.Actor) (*changes.Listener, error) {
		l, _, err := c.Listen(t.Context(), by, own(mario), "")
		if err == nil {
			t.Cleanup(l.Close)
		}
		return l, err
	}
	first, err := enter(domain.Actor{Utente: "mario", Via: "gestionale"})
	for i, s := range []struct {
		by   domain.Actor
		want error
	}{
		{domain.Actor{Utente: "mario", Via: "gestionale"}, nil},
		{domain.Actor{Utente: "mario", Via: "gestionale"}, changes.ErrPerson},
		{domain.Actor{Utente: "luisa", Via: "gestionale"}, nil},
		{domain.Actor{Utente: "anna", Via: "gestionale"}, changes.ErrSoftware},
		{domain.Actor{Utente: "anna", Via: "altro"}, nil},
		{domain.Actor{Utente: "mario"}, nil},
	} {
		if _, err := enter(s.by); err != s.want {
			t.Errorf("%d, %+v: %v", i, s.by, err)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	first.Close()
	if _, err := enter(domain.Actor{Utente: "anna", Via: "gestionale"}); err != nil {
		t.Errorf("once one has left: %v", err)
	}
}

// BenchmarkAChangeThatConcernsOneOfMany: what a change costs when a thousand listen.
func BenchmarkAChangeThatConcernsOneOfMany(b *testing.B) {
	var next uint64
	whose := func(n uint64) domain.Object {
		return domain.Object{Requester: domain.UtenteID(fmt.Sprint("u", n%1000)), Ente: "asl", Comune: "039002"}
	}
	read := make(chan struct{})
	after := func(context.Context, domain.Position, int) ([]projections.Novita, error) {
		if next == 0 {
			return nil, nil
		}
		return []projections.Novita{{ID: "v", Whose: whose(next), Position: domain.Position{Commit: next, Prepare: next}}}, nil
	}
	moved := make(chan struct{})
	c := changes.New(changes.Bounds{Kept: 50_000, All: 1000, Person: 1, Software: 1}, after, func() (<-chan struct{}, func()) { return moved, func() {} }, slog.New(slog.DiscardHandler))
	for n := range uint64(1000) {
		l, _, err := c.Listen(b.Context(), domain.Actor{Utente: whose(n).Requester}, own(whose(n)), "")
		if err != nil {
			b.Fatal(err)
		}
		defer l.Close()
		<-l.Woken()
		go func() {
			for range l.Woken() {
				for l.Behind() {
					if _, ok, _ := l.Next(own(whose(n))); ok {
						read <- struct{}{}
					}
				}
			}
		}()
	}
	for b.Loop() {
		next++
		moved <- struct{}{}
		<-read
	}
}
