package projections

import (
	stdcmp "cmp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

// ofEverything is a read model that gets the events of every category.
type ofEverything struct{ engine.Projection }

func (ofEverything) Categories() []string {
	var all []string
	for _, eventType := range domain.EventTypes() {
		all = append(all, categoryOfType(eventType))
	}
	return all
}

// categoryOfType returns the category of the streams that hold events of a type:
// the first word of its wire name.
func categoryOfType(eventType string) string {
	category, _, _ := strings.Cut(eventType, ".")
	return category
}

// A category that a read model forgets to name is not in the feed's filter: its
// events would never come, and nobody would be told.
func TestAReadModelNamesTheCategoryOfEveryEventItHandles(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), enginetest.NewLog()
	parties(l)
	id := visuraID(1)
	asked := request(roma, inps, rossi)
	asked.Quote = []domain.QuotaContata{{Quota: domain.Quota{Di: domain.DiEnte, Misura: domain.Soggetti, Per: domain.AlGiorno, Limite: 9}, Conto: 1}}
	l.Add(string(id.Stream()), operatore, asked)
	before := l.All()
	streams := map[string]string{
		"visura": string(id.Stream()), "comune": string(roma.Stream()), "ente": string(inps.Stream()), "utente": string(mario.Stream()),
	}
	generous := make([]engine.Projection, len(All))
	for i, m := range All {
		generous[i] = ofEverything{m}
	}
	changes := map[string][]string{} // categories by the table that their events change
	bodies := map[string]string{(domain.TopNamed{}).EventType(): `{"utente": "` + string(mario) + `"}`}
	for _, eventType := range domain.EventTypes() {
		e, err := domain.Decode(eventType, []byte(stdcmp.Or(bodies[eventType], `{}`)))
		if err != nil {
			t.Fatal(err)
		}
		category := categoryOfType(eventType)
		stream, ok := streams[category]
		if !ok {
			stream = category + "-00000000-0000-0000-0000-000000000001"
		}
		untouched := enginetest.Made(t, pool, before, All...)
		event := []domain.Recorded{{
			Event: e, Stream: stream, Revision: 9, Position: domain.Position{Commit: 9000, Prepare: 9000},
			Meta: domain.Meta{At: morning.Add(time.Hour), By: operatore},
		}}
		enginetest.Apply(t, pool, event, All...)
		filtered := enginetest.Dump(t, pool, All...)
		enginetest.Made(t, pool, before, All...)
		enginetest.Apply(t, pool, event, generous...)
		if diff := cmp.Diff(filtered, enginetest.Dump(t, pool, All...)); diff != "" {
			t.Errorf("%s is handled by a read model that does not name %q:\n%s", eventType, category, diff)
		}
		for table, rows := range filtered {
			if rows != untouched[table] {
				changes[table] = append(changes[table], category)
			}
		}
	}
	for _, m := range All {
		var moved []string
		for _, table := range m.Tables() {
			moved = append(moved, changes[table]...)
		}
		for _, category := range m.Categories() {
			if !slices.Contains(moved, category) {
				t.Errorf("%s names %q, of which no event changes its rows", m.Name(), category)
			}
		}
	}
}
