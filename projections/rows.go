package projections

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// visure are the categories of read models made of visura streams alone.
var visure = []string{domain.VisuraCategory}

// visuraKey is the key of the rows of visure.
func visuraKey(r domain.Recorded) value {
	id, _ := domain.VisuraOf(r.Stream)
	return uuid("visura_id", id)
}

// rows gathers what a batch of events changes of one table, whose rows have a
// key and the revision they have reached. The events of one stream, which are
// about one row, are folded into one change of it; only what depends on what the
// row holds is a change of its own.
//
// Events may come again. One that comes twice in a batch is folded once. A row
// that has seen all events of a change leaves it out. A row that has seen some
// takes the whole change: what those said of a column is either what it holds,
// or is said anew by a later event, which is in the change too, since events of
// a stream come without gaps.
type rows struct {
	table   string
	key     func(domain.Recorded) value // of the row an event is about
	changes [][]*change                 // in the order in which they are to be made; those beside each other are of different rows
	last    map[string]*change          // by stream
}

// change is what is to become of a row.
type change struct {
	how    how
	alone  bool    // it depends on what the row holds, so that no other is folded with it
	turn   int     // where it stands in rows.changes
	values []value // first the key and the revision, then each column once
}

// how is what a change does when its row is there and when it is not.
type how byte

const (
	added how = iota // makes the row; changes one that is there by what later events say
	put              // makes the row, or changes all of it
	set              // changes the row that is there
)

// add makes the row of a stream by its first event.
func (t *rows) add(r domain.Recorded, values ...value) {
	if t.last[r.Stream] == nil { // otherwise it was there before, or has been added
		t.begin(r, added, values)
	}
}

// set changes the row of a stream, if it is there.
func (t *rows) set(r domain.Recorded, values ...value) { t.fold(r, set, values) }

// put makes the row of a stream or changes all of it.
func (t *rows) put(r domain.Recorded, values ...value) { t.fold(r, put, values) }

// enter makes a row of one event, where the revision is part of the key.
func (t *rows) enter(r domain.Recorded, values ...value) { t.append(0, t.change(r, added, values)) }

// fold adds what an event says to the change of its stream's row, or begins
// another that is to be made after it.
func (t *rows) fold(r domain.Recorded, h how, values []value) {
	for i := range values {
		values[i].later = true
	}
	c := t.last[r.Stream]
	switch {
	case c == nil:
		t.begin(r, h, values)
	case int64(r.Revision) <= c.revision():
		// it came before
	case c.alone || slices.ContainsFunc(values, value.reads):
		t.begin(r, h, values)
	default:
		c.values[1] = number("revision", r.Revision)
		for _, v := range values {
			c.assign(v)
		}
	}
}

// begin begins a change of the row of a stream.
func (t *rows) begin(r domain.Recorded, h how, values []value) {
	c := t.change(r, h, values)
	if before := t.last[r.Stream]; before != nil {
		c.turn = before.turn + 1
	}
	if t.last == nil {
		t.last = map[string]*change{}
	}
	t.last[r.Stream] = c
	t.append(c.turn, c)
}

// append adds a change to those that are made in a turn.
func (t *rows) append(turn int, c *change) {
	if turn == len(t.changes) {
		t.changes = append(t.changes, nil)
	}
	t.changes[turn] = append(t.changes[turn], c)
}

// change is what one event says of its row.
func (t *rows) change(r domain.Recorded, h how, values []value) *change {
	all := append(make([]value, 0, len(values)+spare), t.key(r), number("revision", r.Revision))
	return &change{how: h, alone: slices.ContainsFunc(values, value.reads), values: append(all, values...)}
}

// spare is for the key, the revision, and columns that later events name.
const spare = 4

func (c *change) revision() int64 { return c.values[1].is.(int64) }

// assign has a later event's value take the place of the column's.
func (c *change) assign(v value) {
	if i := slices.IndexFunc(c.values, func(old value) bool { return old.column == v.column }); i >= 0 {
		c.values[i] = v
		return
	}
	c.values = append(c.values, v)
}

// write makes the changes, alike ones with one statement.
func (t *rows) write(w *engine.Writer) error {
	for _, turn := range t.changes {
		for _, g := range alike(turn) {
			if w.Fresh() && g[0].how == added {
				if err := g.copy(w, t.table); err != nil {
					return err
				}
				continue
			}
			g.queue(w, t.table)
		}
	}
	return nil
}
