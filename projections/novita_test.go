package projections

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

// What changed is what was recorded, in its order, each change with the status it left;
// of more than are wanted the newest are told.
func TestWhatChangedIsWhatWasRecorded(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	queries := NewNovitaQueries(pool)
	rapid.Check(t, func(t *rapid.T) {
		events := stories(t).All()
		enginetest.Made(t, pool, events, All...)
		var want []Novita
		now := map[string]domain.Visura{}
		for _, r := range events {
			id, ok := domain.VisuraOf(r.Stream)
			if !ok {
				continue
			}
			v := now[r.Stream].Evolve(r.Event, r.Meta)
			now[r.Stream] = v
			want = append(want, Novita{
				ID: id, Revision: r.Revision, Type: r.Event.EventType(), Status: v.Status, At: r.Meta.At, Position: r.Position,
			})
		}
		for i, n := range want { // whose it is is told as the visura stands
			want[i].Whose = now[string(n.ID.Stream())].Object()
		}
		after := rapid.SampledFrom(events).Draw(t, "after").Position
		most := rapid.IntRange(1, len(events)).Draw(t, "most")
		for len(want) > 0 && want[0].Position.Compare(after) <= 0 {
			want = want[1:]
		}
		want = want[max(0, len(want)-most):]
		got, err := queries.After(t.Context(), after, most)
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			got[i].At = got[i].At.UTC()
		}
		if diff := cmp.Diff(want, got); diff != "" && len(want)+len(got) > 0 {
			t.Fatalf("(-want +got)\n%s", diff)
		}
	})
}

// Every event of a visura either brings about one status or none.
func TestTheStatusAnEventBringsAboutIsTheAggregates(t *testing.T) {
	t.Parallel()
	for _, name := range domain.EventTypes() {
		if !strings.HasPrefix(name, "visura.") {
			continue
		}
		e, err := domain.Decode(name, []byte(`{}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := (domain.Visura{}).Evolve(e, domain.Meta{}).Status; got != statusBy[name] {
			t.Errorf("%s: %q, and the status it is told with is %q", name, got, statusBy[name])
		}
	}
}
