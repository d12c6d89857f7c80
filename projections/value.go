package projections

import (
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/visure-anagrafiche/visure/domain"
)

// value is what an event says of one column of a row.
type value struct {
	column string
	is     any // nil is NULL
	kind   kind
	means  meaning
	later  bool // it is also for a row that is there already
}

// kind is the type of a column in SQL, or one that is assigned to it: all
// integers are bigint.
type kind byte

const (
	isText kind = iota
	isTexts
	isNumber
	isInstant
	isUUID
	isJSON
	isTruth
)

var kinds = [...]string{isText: "text", isTexts: "text[]", isNumber: "bigint", isInstant: "timestamptz", isUUID: "uuid", isJSON: "jsonb", isTruth: "boolean"}

// meaning is what a value does to its column.
type meaning byte

const (
	becomes   meaning = iota
	increases         // what the row holds
	replaces          // what the row holds, unless it holds NULL
	follows           // what the row holds, as the end of a list
)

func text[T ~string](column string, s T) value {
	return value{column: column, kind: isText, is: string(s)}
}

// textOrNone makes the empty text SQL's NULL.
func textOrNone[T ~string](column string, s T) value {
	if s == "" {
		return value{column: column, kind: isText}
	}
	return text(column, s)
}

func texts(column string, list []string) value {
	if list == nil {
		list = []string{} // and not NULL
	}
	return value{column: column, kind: isTexts, is: list}
}

// last adds a text at the end of a list.
func last[T ~string](column string, s T) value {
	return value{column: column, kind: isTexts, is: []string{string(s)}, means: follows}
}

func number[T ~int | ~int64 | ~uint64](column string, n T) value {
	return value{column: column, kind: isNumber, is: int64(n)}
}

// onceMore counts up a column.
func onceMore(column string) value {
	return value{column: column, kind: isNumber, is: int64(1), means: increases}
}

func truth(column string, is bool) value {
	return value{column: column, kind: isTruth, is: is}
}

func instant(column string, at time.Time) value {
	return value{column: column, kind: isInstant, is: at}
}

func instantOrNone(column string, at *time.Time) value {
	if at == nil {
		return value{column: column, kind: isInstant}
	}
	return instant(column, *at)
}

// instantUnlessNone changes an instant of the row that is not NULL.
func instantUnlessNone(column string, at time.Time) value {
	v := instant(column, at)
	v.means = replaces
	return v
}

// uuid is an id as PostgreSQL stores it, NULL for none. For text, COPY tries
// other encodings first, which is slow.
func uuid[T ~string](column string, id T) value {
	v := value{column: column, kind: isUUID}
	var u pgtype.UUID
	switch {
	case id == "":
	case u.Scan(string(id)) == nil:
		v.is = u
	default:
		v.is = string(id) // which PostgreSQL refuses
	}
	return v
}

// sealed is personal data as an event holds them; NULL when it has none.
func sealed(column string, s domain.Sealed) value {
	v := value{column: column, kind: isJSON}
	if s.Key != "" {
		v.is = s
	}
	return v
}

// reads says that what becomes of the column depends on what the row holds.
func (v value) reads() bool { return v.means != becomes }

// argument is the value as a statement gets it.
func (v value) argument() any {
	if list, ok := v.is.([]string); ok {
		return literal(list)
	}
	return v.is
}

// literal is a list of texts as one text that PostgreSQL reads as text[]: a list
// of lists would not be.
func literal(list []string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = `"` + escaped.Replace(s) + `"`
	}
	return `{` + strings.Join(quoted, ",") + `}`
}

var escaped = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// sql is the column's new value, of t, the row as it is, and v, the arguments.
func (v value) sql() string {
	switch {
	case v.means == increases:
		return "t." + v.column + " + v." + v.column
	case v.means == replaces:
		return "CASE WHEN t." + v.column + " IS NOT NULL THEN v." + v.column + " END"
	case v.means == follows:
		return "t." + v.column + " || v." + v.column + "::text[]"
	case v.kind == isTexts:
		return "v." + v.column + "::text[]"
	}
	return "v." + v.column
}
