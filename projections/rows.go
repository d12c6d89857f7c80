package projections

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// visure are the categories of read models made of visure alone.
var visure = []string{domain.VisuraCategory}

// touch queues the update of a visura's row in a table, unless the row has seen
// r already. The assignments' own parameters begin at $4; $3 is r's time.
func touch(w *engine.Writer, table string, id domain.VisuraID, r domain.Recorded, assignments string, args ...any) {
	w.Queue(`UPDATE `+table+` SET revision = $2, `+assignments+` WHERE visura_id = $1 AND revision < $2`,
		append([]any{id, r.Revision, r.Meta.At}, args...)...)
}

// add adds rows to a table, of which the first keys columns are the key. A row
// that is there stays as it is.
func add(w *engine.Writer, table string, keys int, columns []string, rows [][]any) error {
	if w.Fresh() {
		return w.Copy(table, columns, rows)
	}
	values := make([]string, len(columns))
	for i := range values {
		values[i] = "$" + strconv.Itoa(i+1)
	}
	insert := fmt.Sprintf(`INSERT INTO %s (%s) VALUES (%s) ON CONFLICT (%s) DO NOTHING`,
		table, strings.Join(columns, ", "), strings.Join(values, ", "), strings.Join(columns[:keys], ", "))
	for _, row := range rows {
		w.Queue(insert, row...)
	}
	return nil
}

// uuid returns an id as PostgreSQL stores it, NULL for none. For text, COPY
// tries other encodings first, which is slow.
func uuid[T ~string](id T) any {
	if id == "" {
		return nil
	}
	var u pgtype.UUID
	if err := u.Scan(string(id)); err != nil {
		return string(id) // which PostgreSQL refuses
	}
	return u
}

// null makes the empty text SQL's NULL.
func null[T ~string](s T) *T {
	if s == "" {
		return nil
	}
	return &s
}

// sealedOf returns an event's personal data as a row holds them; NULL when it
// has none.
func sealedOf(r domain.Recorded) *domain.Sealed {
	if r.Sealed.Key == "" {
		return nil
	}
	sealed := r.Sealed // so that not all of r is kept for it
	return &sealed
}
