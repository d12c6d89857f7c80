package engine

import (
	"fmt"
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestANoticeReachesThoseItIsFor(t *testing.T) {
	t.Parallel()
	to := domain.Position{Commit: 7, Prepare: 5}
	models := []Projection{Streams{Table: "elenco"}, Streams{Table: "dettaglio"}, Streams{Table: "scadenze"}}
	for _, c := range []struct {
		changed int
		other   bool // whether who watches another visura is told too
	}{{0, false}, {1, false}, {170, false}, {179, false}, {180, true}, {500, true}} {
		stream := func(n int) string { return fmt.Sprintf("visura-00000000-0000-0000-0000-%012d", n) }
		var streams []string
		for n := range c.changed {
			streams = append(streams, stream(n))
		}
		message := notice(to, []string{"elenco", "scadenze"}, streams)
		if len(message) >= 8000 {
			t.Errorf("%d visure: PostgreSQL does not take %d bytes", c.changed, len(message))
		}
		s := newSignals(models)
		last, _ := s.watch(stream(c.changed - 1))
		other, _ := s.watch(stream(9999))
		if !s.receive(message) {
			t.Fatalf("%q is not understood", message)
		}
		if told := len(last) == 1; told != (c.changed > 0) {
			t.Errorf("%d visure: the last is told: %v", c.changed, told)
		}
		if told := len(other) == 1; told != c.other {
			t.Errorf("%d visure: another is told: %v", c.changed, told)
		}
		for name, want := range map[string]domain.Position{"elenco": to, "scadenze": to, "dettaglio": {}} {
			if at, _ := s.progress(name); at != want {
				t.Errorf("%s is at %s, want %s", name, at, want)
			}
		}
	}
	for _, message := range []string{"", everything, "x elenco", "7-5"} {
		if newSignals(models).receive(message) {
			t.Errorf("%q is understood", message)
		}
	}
}
