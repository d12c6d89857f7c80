package table

import (
	"fmt"
	"io"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// Whole is a list as it is read to its end, a table of which is written meanwhile. Nothing of
// a row is written before the journal knows it: some rows, as many as an entry names, are
// read and entered, and then written.
type Whole[R any] struct {
	Format  Format
	Columns []Column[R]
	Page    func(cursor string) (projections.PaginaDi[R], error)
	IDs     func([]R) []string          // of what rows show
	Enter   func(shown ...string) error // has the journal know ids

	rows   []R
	cursor string
	more   bool
}

// Begin reads and enters the first rows, from a cursor on.
func (a *Whole[R]) Begin(cursor string) error {
	a.cursor, a.more = cursor, true
	return a.next()
}

// next reads and enters the rows that follow, in place of those before.
func (a *Whole[R]) next() error {
	clear(a.rows)
	a.rows = a.rows[:0]
	for a.more && len(a.rows) < domain.MaxShown {
		p, err := a.Page(a.cursor)
		if err != nil {
			return err
		}
		a.rows, a.cursor, a.more = append(a.rows, p.Items...), p.Next, p.Next != ""
	}
	var shown []string
	seen := make(map[string]bool, len(a.rows))
	for _, id := range a.IDs(a.rows) {
		if !seen[id] {
			seen[id], shown = true, append(shown, id)
		}
	}
	return a.Enter(shown...)
}

// Write writes the table of what Begin has begun with. Before rows are read anew it asks on;
// an error of that, as any, ends the table where it is.
func (a *Whole[R]) Write(w io.Writer, on func() error) error {
	t := To(w, a.Format, a.Columns)
	for {
		if t.Add(a.rows...); t.err != nil || !a.more {
			return t.Close()
		}
		if err := on(); err != nil {
			return err
		}
		if err := a.next(); err != nil {
			return fmt.Errorf("read on: %w", err)
		}
	}
}
