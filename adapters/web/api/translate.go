package api

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain"
)

// ours marks the texts given to the HTTP library in place of its own. A text
// that comes back without the mark is the library's, English or worse with a
// value in it, and is not shown.
const ours = "it:"

// missing begins the message about an absent item, whose name follows.
const missing = ours + "manca "

// italianProblems has the HTTP library say what it refuses in our way. It keeps
// texts in package variables, so this is done once, before any router is made.
var italianProblems = sync.OnceFunc(func() {
	huma.ValidateStrictCasing = true
	huma.DefaultArrayNullable = false
	huma.NewError = func(status int, _ string, errs ...error) huma.StatusError {
		return fromLibrary(status, errs)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
		p := fromLibrary(status, errs)
		if status == http.StatusRequestEntityTooLarge {
			p.Detail = fmt.Sprintf("Il corpo della richiesta supera i %d KiB.", ctx.Operation().MaxBodyBytes>>10)
		}
		x := edge.Of(ctx.Context())
		x.Refused = p
		if slices.ContainsFunc(p.Errors, func(o edge.Offender) bool { return o.Foreign }) {
			x.Reason = edge.UnknownItem
		}
		return p
	}
	validation.MsgUnexpectedProperty = ours + unknownItem
	validation.MsgExpectedRequiredProperty = missing + "%s"
	validation.MsgExpectedString = ours + "ci si aspetta un testo"
	validation.MsgExpectedBoolean = ours + "ci si aspetta true o false"
	validation.MsgExpectedInteger = ours + "ci si aspetta un numero intero"
	validation.MsgExpectedObject = ours + "ci si aspetta un oggetto"
	validation.MsgExpectedOneOf = ours + "ci si aspetta uno tra: %s"
	validation.MsgExpectedMinLength = ours + "ci si aspettano almeno %d caratteri"
	validation.MsgExpectedMaxLength = ours + "ci si aspettano al più %d caratteri"
	validation.MsgExpectedMinimumNumber = ours + "ci si aspetta un numero non minore di %v"
	validation.MsgExpectedMaximumNumber = ours + "ci si aspetta un numero non maggiore di %v"
})

const unknownItem = "elemento sconosciuto"

// builtIn translates what the library says in words nobody can replace.
var builtIn = map[string]string{
	"unknown query parameter":             unknownItem,
	"invalid integer":                     "ci si aspetta un numero intero",
	"required path parameter is missing":  "manca",
	"required query parameter is missing": "manca",
}

// italian returns what may be shown of a message of the library.
func italian(message string) string {
	if text, ok := strings.CutPrefix(message, ours); ok {
		return text
	}
	if text, ok := builtIn[message]; ok {
		return text
	}
	return "valore non ammesso"
}

// libraryKinds are the codes and details of what the library refuses by itself.
var libraryKinds = map[int]struct{ code, detail string }{
	http.StatusBadRequest:            {edge.Malformed, "Il corpo della richiesta manca o non è un documento JSON ben formato."},
	http.StatusRequestTimeout:        {edge.TimedOut, "Il corpo della richiesta non è arrivato in tempo."},
	http.StatusRequestEntityTooLarge: {edge.TooLarge, "Il corpo della richiesta è troppo grande."},
	http.StatusUnsupportedMediaType:  {edge.UnsupportedMedia, "Il corpo della richiesta deve essere application/json."},
	http.StatusUnprocessableEntity:   {string(domain.Invalid), "La richiesta ha elementi mancanti, sconosciuti o di forma sbagliata."},
}

// fromLibrary makes the problem of what the library refused.
func fromLibrary(status int, errs []error) *edge.Problem {
	kind, ok := libraryKinds[status]
	if !ok {
		return edge.NewProblem(string(domain.Internal), edge.Unexpected)
	}
	p := edge.NewProblem(kind.code, kind.detail)
	for _, err := range errs {
		var detail huma.ErrorDetailer
		if errors.As(err, &detail) && kind.code != edge.UnsupportedMedia {
			p.Errors = append(p.Errors, offender(detail.ErrorDetail()))
		}
	}
	switch {
	case kind.code == edge.Malformed && len(p.Errors) == 0:
		p.Errors = []edge.Offender{{Field: "body", Message: "manca"}}
	case kind.code == edge.TooLarge:
		p.Errors = []edge.Offender{{Field: "body", Message: "troppo grande"}}
	case kind.code == edge.UnsupportedMedia:
		p.Errors = []edge.Offender{{Field: "Content-Type", Message: "ci si aspetta application/json"}}
	}
	return p
}

// offender names the item a detail of the library is about: "body.soggetto.nome"
// is soggetto.nome to the client, and what is missing is named itself.
func offender(d *huma.ErrorDetail) edge.Offender {
	_, field, inside := strings.Cut(d.Location, ".")
	if !inside {
		field = d.Location
	}
	o := edge.Offender{Field: field, Message: italian(d.Message)}
	if text, ok := strings.CutPrefix(d.Message, within); ok {
		o.Field, o.Message, _ = strings.Cut(text, ": ")
	}
	if name, ok := strings.CutPrefix(d.Message, missing); ok {
		o.Message = "manca"
		if o.Field = name; inside {
			o.Field = field + "." + name
		}
	}
	if o.Foreign = o.Message == unknownItem; o.Foreign {
		o.Field = bounded(o.Field)
	}
	return o
}

// bounded shortens a name that a client made up.
func bounded(name string) string {
	if runes := []rune(name); len(runes) > 80 {
		return string(runes[:80]) + "…"
	}
	return name
}

// unmarshal reads JSON as RFC 8259 wants it between systems: UTF-8, one
// document. U+0000 is no character of a text and the database has none, so it
// is refused wherever it is.
func unmarshal(data []byte, v any) error {
	if !utf8.Valid(data) {
		return errors.New(ours + "il testo non è in UTF-8")
	}
	if bytes.Contains(data, []byte(`\u0000`)) {
		return errors.New(ours + "il carattere U+0000 non è ammesso")
	}
	err := json.Unmarshal(data, v)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf(ours+"JSON non valido al byte %d", syntax.Offset)
	}
	if err != nil {
		return cmp.Or(offendingText(data, v), err)
	}
	return nil
}
