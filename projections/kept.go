package projections

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// kept is a table whose rows hold a state, folded from events by the aggregate's
// own Evolve, in the column stato: the rules are written there once, and queries
// ask the state. What the feed leaves sealed is empty in it. The other columns
// follow from the state, for finding rows.
type kept[S any] struct {
	table, key, kind string                       // kind is the SQL type of the key
	about            func(domain.Recorded) string // key of the row that an event is about; empty: none
	evolve           func(S, domain.Recorded) S   // an event that comes again changes nothing
}

// fold returns the states of the rows that events are about, after these, by key.
func (k kept[S]) fold(w *engine.Writer, events []domain.Recorded) (map[string]S, error) {
	var about []domain.Recorded
	var keys []string
	for _, r := range events {
		if id := k.about(r); id != "" {
			about, keys = append(about, r), append(keys, id)
		}
	}
	states, err := k.read(w, keys)
	if err != nil {
		return nil, err
	}
	for i, r := range about {
		states[keys[i]] = k.evolve(states[keys[i]], r)
	}
	return states, nil
}

// read returns the states of the rows that are there.
func (k kept[S]) read(w *engine.Writer, keys []string) (map[string]S, error) {
	states := map[string]S{}
	if len(keys) == 0 {
		return states, nil
	}
	rows, err := w.Read(fmt.Sprintf(`SELECT %s::text, stato FROM %s WHERE %[1]s = ANY($1::%[3]s[])`, k.key, k.table, k.kind), keys)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var s S
		if err := rows.Scan(&id, &s); err != nil {
			return nil, fmt.Errorf("read %s: %w", k.table, err)
		}
		states[id] = s
	}
	return states, nil
}

// sorted returns the keys of states, in an order that is the same each time.
func sorted[S any](states map[string]S) []string { return slices.Sorted(maps.Keys(states)) }

// replace has rows take the place of all that a table holds of some keys. Rows are
// structs whose JSON names are the table's columns.
func replace[R any](w *engine.Writer, table, key, kind string, keys []string, rows []R) error {
	if len(keys) == 0 {
		return nil
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("write %s: %w", table, err)
	}
	w.Queue(fmt.Sprintf(`DELETE FROM %s WHERE %s = ANY($1::%s[])`, table, key, kind), keys)
	if len(rows) > 0 {
		w.Queue(fmt.Sprintf(`INSERT INTO %s SELECT * FROM jsonb_populate_recordset(NULL::%[1]s, $1::jsonb)`, table), string(text))
	}
	return nil
}

// seen is how many events of its stream a state was folded from.
type seen struct {
	Seen uint64 `json:"seen"`
}

// again says whether an event is in the state already, and counts it if not.
func (s *seen) again(r domain.Recorded) bool {
	if r.Revision < s.Seen {
		return true
	}
	s.Seen = r.Revision + 1
	return false
}

// revision is that of the last event seen: what a command states that edits what
// was read.
func (s *seen) revision() uint64 { return max(s.Seen, 1) - 1 }

// of returns the id of an event's stream if it is of a category.
func of(category string) func(domain.Recorded) string {
	return func(r domain.Recorded) string {
		if domain.CategoryOf(r.Stream) != category {
			return ""
		}
		return idOf(r)
	}
}
