package api

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"mime"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// maxTable bounds a table: whoever wants more narrows the filters.
const maxTable = 50_000

// byteOrderMark has spreadsheets read a file as UTF-8.
const byteOrderMark = "\uFEFF"

// Tabled is what is wanted of a list that may be a table.
type Tabled struct {
	Accept string `header:"Accept" hidden:"true"`
}

// wanted says whether the client asks for a table.
func (t Tabled) wanted() bool {
	for each := range strings.SplitSeq(t.Accept, ",") {
		if kind, _, err := mime.ParseMediaType(each); err == nil && kind == csvType {
			return true
		}
	}
	return false
}

// column is one of a table: its title, and what it says of a row.
type column[R any] struct {
	title string
	of    func(R) string
}

type tableOutput struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition" doc:"Nome del file, se è una tabella"`
	Body        []byte
}

// getTable is an operation that reads a page of rows, or all of them as a table.
func getTable[R any](a *API, id, path, tag, summary, about string, problems ...int) operation {
	o := get(id, path, tag, summary, about+" La lettura resta nel registro degli accessi.", append(problems, http.StatusForbidden)...)
	page := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[projections.PaginaDi[R]](), true, "")
	o.about += " Con `Accept: text/csv` risponde con tutte le righe, 50.000 al più, in una tabella UTF-8 con il punto e virgola."
	o.answers = func(op *huma.Operation) {
		ok := op.Responses["200"]
		ok.Content = map[string]*huma.MediaType{jsonType: {Schema: page}, csvType: {Schema: &huma.Schema{Type: huma.TypeString}}}
		delete(ok.Headers, "Content-Type")
	}
	return o
}

// showOrTable answers with one page of a register, or with a table of all its rows if
// the client asks for one.
func showOrTable[R any](ctx context.Context, a *API, r register[R], in Paged, as Tabled, columns []column[R]) (*tableOutput, error) {
	if as.wanted() {
		return tableOf(ctx, a, r, in, columns)
	}
	page, err := show(ctx, a, r, in)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := a.huma.Marshal(&text, jsonType, page.Body); err != nil {
		return nil, fmt.Errorf("write a page: %w", err)
	}
	return &tableOutput{ContentType: jsonType, Body: text.Bytes()}, nil
}

// tableOf writes all rows from a cursor on. The ids of all that it shows are in the
// journal before any is answered.
func tableOf[R any](ctx context.Context, a *API, r register[R], in Paged, columns []column[R]) (*tableOutput, error) {
	reach, err := a.reached(ctx, in.AtLeast, r.rests...)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	text.WriteString(byteOrderMark)
	w := csv.NewWriter(&text)
	w.Comma, w.UseCRLF = ';', true // as spreadsheets in Italian expect
	cells := make([]string, len(columns))
	for i, c := range columns {
		cells[i] = c.title
	}
	err = w.Write(cells)
	var shown []string
	cursor, rows := in.Cursor, 0
	for more := true; more && err == nil; more = cursor != "" {
		var page projections.PaginaDi[R]
		if page, err = r.page(ctx, reach, cursor, projections.MaxPage); err != nil {
			return nil, err
		}
		if rows += len(page.Items); rows > maxTable {
			return nil, domain.Errorf(domain.Invalid, "le righe sono più di %d: restringere i filtri", maxTable)
		}
		for _, row := range page.Items {
			for i, c := range columns {
				cells[i] = inert(c.of(row))
			}
			err = w.Write(cells)
		}
		shown, cursor = append(shown, r.ids(page.Items)...), page.Next
	}
	if w.Flush(); err == nil {
		err = w.Error()
	}
	if err != nil {
		return nil, fmt.Errorf("write a table: %w", err)
	}
	if err := a.JournalRead(ctx, shown...); err != nil {
		return nil, err
	}
	return &tableOutput{ContentType: csvType + "; charset=utf-8", Disposition: `attachment; filename="elenco.csv"`, Body: text.Bytes()}, nil
}

// inert is a text that no spreadsheet takes for a formula.
func inert(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return "'" + text
	}
	return text
}

// clock writes an instant as Italian clocks show it; empty if there is none.
func clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return domain.ItalianTime(t).Format("02/01/2006 15:04")
}

// yes writes what is so.
func yes(so bool) string {
	if so {
		return "sì"
	}
	return ""
}

// joined writes several texts in one cell.
func joined[T ~string](all []T) string {
	texts := make([]string, len(all))
	for i, one := range all {
		texts[i] = string(one)
	}
	return strings.Join(texts, ", ")
}
