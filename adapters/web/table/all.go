package table

import (
	"bytes"
	"fmt"
	"io"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// Whole is a list as it is read to its end, a table of which is written meanwhile. Nothing of
// a row is handed out before the journal knows it: some rows, as many as an entry names, are
// read and entered, and then handed out.
type Whole[R any] struct {
	Format  Format
	Columns []Column[R]
	Page    func(cursor string) (projections.PaginaDi[R], error)
	IDs     func([]R) []string          // of what rows show
	Enter   func(shown ...string) error // has the journal know ids

	table  *Table[R]
	text   bytes.Buffer // of the rows that are entered
	cursor string
	more   bool
}

// Begin reads and enters the first rows, from a cursor on.
func (a *Whole[R]) Begin(cursor string) error {
	a.table, a.cursor, a.more = To(&a.text, a.Format, a.Columns), cursor, true
	return a.next()
}

// next reads and enters the rows that follow.
func (a *Whole[R]) next() error {
	var shown []string
	seen := map[string]bool{}
	for rows := 0; a.more && rows < domain.MaxShown; {
		p, err := a.Page(a.cursor)
		if err != nil {
			return err
		}
		a.table.Add(p.Items...)
		for _, id := range a.IDs(p.Items) {
			if !seen[id] {
				seen[id], shown = true, append(shown, id)
			}
		}
		rows, a.cursor, a.more = rows+len(p.Items), p.Next, p.Next != ""
	}
	if !a.more {
		if err := a.table.Close(); err != nil {
			return err
		}
	}
	return a.Enter(shown...)
}

// Write hands out what Begin has begun. Before rows are read anew it asks on; an error of
// that, as any, ends the table where it is.
func (a *Whole[R]) Write(w io.Writer, on func() error) error {
	for {
		if _, err := a.text.WriteTo(w); err != nil || !a.more {
			return err
		}
		if err := on(); err != nil {
			return err
		}
		if err := a.next(); err != nil {
			return fmt.Errorf("read on: %w", err)
		}
	}
}
