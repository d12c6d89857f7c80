package projections

import (
	"encoding/base64"
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
	refusal := domain.FieldErrorf(domain.Invalid, "cursore", "il cursore della pagina non è leggibile: ripartire dalla prima")
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return place{}, refusal
	}
	micros, id, _ := strings.Cut(string(text), ".")
	at, err := strconv.ParseInt(micros, 10, 64)
	if err != nil {
		return place{}, refusal
	}
	visura, err := domain.ParseVisuraID(id)
	if err != nil {
		return place{}, refusal
	}
	return place{time.UnixMicro(at).UTC(), visura}, nil
}
