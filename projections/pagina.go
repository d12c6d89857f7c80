package projections

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// MaxPage is how many rows a page has at most, DefaultPage how many it has when
// no limit is given.
const (
	MaxPage     = 200
	DefaultPage = 50
)

// place is the sort key of a page's last row. Rows that are added later are
// newer and sort before it, so that pages neither skip nor repeat.
type place struct {
	at time.Time
	id domain.VisuraID
}

// String writes the opaque cursor of the next page.
func (p place) String() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d.%s", p.at.UnixMicro(), p.id))
}

func parsePlace(cursor string) (place, error) {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return place{}, errCursor
	}
	micros, id, _ := strings.Cut(string(text), ".")
	at, err := strconv.ParseInt(micros, 10, 64)
	if err != nil || at < 0 || at > lastMicro {
		return place{}, errCursor
	}
	visura, err := domain.ParseVisuraID(id)
	if err != nil {
		return place{}, errCursor
	}
	return place{time.UnixMicro(at).UTC(), visura}, nil
}

// PaginaDi is one page of a list. Next is the cursor of the page that
// follows, empty on the last.
type PaginaDi[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// pageSize is how many rows a page has that asks for so many.
func pageSize(limit int) int {
	if limit <= 0 {
		return DefaultPage
	}
	return min(limit, MaxPage)
}

// cursor writes a row's sort key as the opaque cursor of the page after it.
func cursor(parts ...any) string {
	text, err := json.Marshal(parts)
	if err != nil {
		panic(fmt.Sprintf("write a cursor: %v", err)) // texts, numbers and instants alone are given
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// parseCursor reads what cursor wrote into as many parts.
func parseCursor(s string, parts ...any) error {
	text, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return errCursor
	}
	var raw []json.RawMessage
	if json.Unmarshal(text, &raw) != nil || len(raw) != len(parts) || strings.Contains(string(text), `\u0000`) {
		return errCursor
	}
	for i, part := range parts {
		n, ok := part.(*int64)
		if json.Unmarshal(raw[i], part) != nil || ok && (*n < 0 || *n > lastMicro) {
			return errCursor
		}
	}
	return nil
}

// lastMicro is the end of the year 9999, in microseconds since 1970: what is after it
// PostgreSQL refuses, and no row has it.
const lastMicro = 253_402_300_799_999_999

var errCursor = domain.FieldErrorf(domain.Invalid, "cursor", "il cursore della pagina non è leggibile: ripartire dalla prima")

// page shows size of the rows found; one more says that there is another page.
func page[T any](found []T, size int, place func(T) string) PaginaDi[T] {
	p := PaginaDi[T]{Items: found}
	if len(found) > size {
		p.Items = found[:size]
		p.Next = place(found[size-1])
	}
	if p.Items == nil {
		p.Items = []T{}
	}
	return p
}

// stride is how many rows sift reads at a time.
const stride = 2500

// sift reads rows in the order of their pages, from a cursor on, until a page is
// full of those that pass. What passes is told by states and by what rows hold
// sealed, which SQL cannot read.
func sift[T any](from string, size int, read func(from string, limit int) ([]T, error), place func(T) string, pass func(T) bool) (PaginaDi[T], error) {
	var passed []T
	for {
		rows, err := read(from, stride)
		if err != nil {
			return PaginaDi[T]{}, err
		}
		for _, r := range rows {
			if pass(r) {
				passed = append(passed, r)
			}
		}
		if len(rows) < stride || len(passed) > size {
			return page(passed, size, place), nil
		}
		from = place(rows[len(rows)-1])
	}
}
