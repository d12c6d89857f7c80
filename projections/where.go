package projections

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

// where collects the conditions of a query, all of which must hold.
type where struct {
	conditions []string
	args       []any
	each       []string // besides, one of these holds of each row, and no two
	found      bool     // rows are found by the requester that is asked for
	many       bool     // nothing rare is asked for by which rows are found
}

// within limits a query over the table named v to the rows that a reach covers; of visure
// that is for where.visure to do.
func (w *where) within(r domain.Reach) {
	if r.Everything {
		return
	}
	if len(r.Columns) == 0 {
		w.add("FALSE")
	}
	for _, c := range r.Columns {
		condition, arg := "v."+c.Name+" = ANY(?)", any(c.Values)
		if len(c.Values) == 1 {
			condition, arg = "v."+c.Name+" = ?", null(c.Values[0]) // NULL equals nothing; an index keeps its order
		}
		if len(r.Collects) > 0 && c.Name == domain.ColumnRequester {
			w.collecting(r, condition, arg)
			continue
		}
		// Nearly all one person asked for is within their reach. PostgreSQL takes the
		// columns to be independent, would expect next to none, and sort what it finds
		// instead of reading in order; COALESCE keeps the condition from its estimate.
		own := r.Columns[0].Name == domain.ColumnRequester && len(r.Collects) == 0
		if (own || w.found) && c.Name != domain.ColumnRequester {
			condition = "coalesce(" + condition + ", FALSE)"
		}
		w.add(condition, arg)
	}
}

// visure is within for a table of visure, of which an officer sees those they decide on, those
// they revoked and the one they have at hand.
func (w *where) visure(r domain.Reach) {
	w.within(r)
	switch {
	case r.Officer == "":
	case r.Numero == "": // as the index elenco_ufficiale has it
		w.add("(v.awaited_at IS NOT NULL OR v.revoker = ?)", r.Officer)
	default:
		w.add("(v.awaited_at IS NOT NULL OR v.revoker = ? OR v.numero = ?)", r.Officer, r.Numero)
	}
}

// collecting widens the condition of the requester to what is of the pairs that a
// reach collects. They are within its other columns, which have the index that is read
// in order; COALESCE, as above, keeps this condition from the estimate. Who collects
// everywhere needs none.
func (w *where) collecting(r domain.Reach, requester string, arg any) {
	args, comuni := []any{arg}, map[string]bool{}
	for _, p := range r.Collects {
		requester += " OR v.ente = ? AND v.comune = ?"
		args, comuni[string(p.Comune)] = append(args, p.Ente, p.Comune), true
	}
	for _, c := range r.Columns {
		if c.Name == domain.ColumnComune && len(comuni) == len(c.Values) {
			return
		}
	}
	w.add("coalesce("+requester+", FALSE)", args...)
}

// through limits a query to what a reach covers, by the columns of a table that
// bear its names: columns tells them, an empty one that the reach's is not looked
// at there. What a reach is limited by that is not told, or by nothing that is
// looked at, covers nothing.
func (w *where) through(r domain.Reach, columns map[string]string) {
	if r.Everything {
		return
	}
	looked := false
	for _, c := range r.Columns {
		column, told := columns[c.Name]
		switch {
		case !told:
			w.add("FALSE")
		case column != "":
			w.among(column, c.Values)
			looked = true
		}
	}
	if !looked {
		w.add("FALSE")
	}
}

// among wants a column to have one of some values; NULL is none of them.
func (w *where) among(column string, values []string) {
	if len(values) == 1 {
		w.add(column+" = ?", null(values[0])) // an index keeps its order
		return
	}
	w.add(column+" = ANY(?)", values)
}

// add appends a condition whose question marks stand for the arguments.
func (w *where) add(condition string, args ...any) {
	for _, arg := range args {
		w.args = append(w.args, arg)
		condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(w.args)), 1)
	}
	w.conditions = append(w.conditions, condition)
}

// split limits visure to some statuses, each of which is read by itself, in the order of the
// index on it.
func (w *where) split(statuses []domain.Status) {
	for i, status := range statuses {
		if slices.Contains(statuses[:i], status) {
			continue
		}
		alone := where{args: w.args}
		alone.add("v.status = ?", status)
		if status != domain.Issued {
			alone.add("v.status <> 'issued'") // as the indexes say it
		}
		w.args, w.each = alone.args, append(w.each, alone.String())
	}
}

// parts are the rows of each of what is split, by a query that has a place for its
// condition, as a table; empty if nothing is.
func (w where) parts(query string) string {
	var all []string
	for _, one := range w.each {
		all = append(all, "("+fmt.Sprintf(query, w.String()+" AND "+one)+")")
	}
	if all == nil {
		return ""
	}
	return "(" + strings.Join(all, " UNION ALL ") + ")"
}

func (w where) String() string {
	if len(w.conditions) == 0 {
		return "TRUE"
	}
	return strings.Join(w.conditions, " AND ")
}

// null makes the empty text SQL's NULL.
func null(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
