package table

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// most bounds the rows of a table: whoever wants more narrows the filters.
const most = 50_000

// All writes the rows of a list, page after page from a cursor on. Shown are the ids of
// what it shows, each once. More rows than 50,000 are refused.
func All[R any](format Format, columns []Column[R], ids func([]R) []string, cursor string, page func(cursor string) (projections.PaginaDi[R], error)) (file []byte, shown []string, err error) {
	written, seen, rows := New(format, columns), map[string]bool{}, 0
	for more := true; more; more = cursor != "" {
		p, err := page(cursor)
		if err != nil {
			return nil, nil, err
		}
		if rows += len(p.Items); rows > most {
			return nil, nil, domain.Errorf(domain.Invalid, "le righe sono più di %d: restringere i filtri", most)
		}
		written.Add(p.Items...)
		for _, id := range ids(p.Items) {
			if !seen[id] {
				seen[id], shown = true, append(shown, id)
			}
		}
		cursor = p.Next
	}
	file, err = written.Bytes()
	return file, shown, err
}
