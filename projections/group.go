package projections

import (
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/visure-anagrafiche/visure/projections/engine"
)

// group is changes of different rows of a table that are made in the same way
// and name the same columns in the same order, so that one statement makes all,
// the same however many there are, or another if there is only one.
type group []*change

// alike sorts changes of different rows into groups.
func alike(changes []*change) (groups []group) {
	at := make(map[string]int)
	var name []byte
	for _, c := range changes {
		name = append(name[:0], byte(c.how))
		for _, v := range c.values {
			name = append(append(name, v.column...), ' ', byte(v.means))
			if v.later {
				name = append(name, '+')
			}
		}
		i, ok := at[string(name)]
		if !ok {
			i = len(groups)
			at[string(name)], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], c)
	}
	return groups
}

// copy adds the rows with COPY.
func (g group) copy(w *engine.Writer, table string) error {
	rows := make([][]any, len(g))
	for i, c := range g {
		rows[i] = make([]any, len(c.values))
		for j, v := range c.values {
			rows[i][j] = v.is
		}
	}
	return w.Copy(table, g.columns(), rows)
}

// queue makes the changes with one statement.
func (g group) queue(w *engine.Writer, table string) {
	if g[0].how == set {
		w.Queue(g.update(table), g.arguments()...)
	} else {
		w.Queue(g.insert(table), g.arguments()...)
	}
}

// columns are the columns the changes name.
func (g group) columns() []string {
	columns := make([]string, len(g[0].values))
	for i, v := range g[0].values {
		columns[i] = v.column
	}
	return columns
}

// arguments are the values by column: each an array, of one change alone the
// value.
func (g group) arguments() []any {
	args := make([]any, len(g[0].values))
	for j := range args {
		if len(g) == 1 {
			args[j] = g[0].values[j].argument()
			continue
		}
		array := make(pgtype.FlatArray[any], len(g))
		for i, c := range g {
			array[i] = c.values[j].argument()
		}
		args[j] = array
	}
	return args
}

// source is the changes as a table v, in SQL. In the list of SELECT functions
// advance together, and cost a small batch far less than in FROM, where each
// would fill a store of its own. One change alone costs less without them.
func (g group) source() string {
	columns := make([]string, len(g[0].values))
	for i, v := range g[0].values {
		kind := kinds[v.kind]
		if v.kind == isTexts {
			kind = kinds[isText] // a literal
		}
		form := "unnest($%d::%s[]) AS %s"
		if len(g) == 1 {
			form = "$%d::%s AS %s"
		}
		columns[i] = fmt.Sprintf(form, i+1, kind, v.column)
	}
	return `(SELECT ` + strings.Join(columns, ", ") + `) AS v`
}

// update changes the rows that are there and have not seen the change.
func (g group) update(table string) string {
	var assigned []string
	for _, v := range g[0].values[1:] {
		assigned = append(assigned, v.column+" = "+v.sql())
	}
	return fmt.Sprintf(`UPDATE %s AS t SET %s FROM %s WHERE t.%s = v.%[4]s AND t.revision < v.revision`,
		table, strings.Join(assigned, ", "), g.source(), g[0].values[0].column)
}

// insert makes rows; of one that is there it changes what is said by events
// after the one that made it.
func (g group) insert(table string) string {
	var selected, changed []string
	for _, v := range g[0].values {
		selected = append(selected, v.sql())
		if v.later {
			changed = append(changed, v.column+" = excluded."+v.column)
		}
	}
	conflict := `DO NOTHING`
	if len(changed) > 0 {
		conflict = fmt.Sprintf(`(%s) DO UPDATE SET revision = excluded.revision, %s WHERE t.revision < excluded.revision`,
			g[0].values[0].column, strings.Join(changed, ", "))
	}
	return fmt.Sprintf(`INSERT INTO %s AS t (%s) SELECT %s FROM %s ON CONFLICT %s`,
		table, strings.Join(g.columns(), ", "), strings.Join(selected, ", "), g.source(), conflict)
}
