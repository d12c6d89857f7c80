package api

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// Tabled is what is wanted of a list that may be a table.
type Tabled struct {
	Accept string `header:"Accept" hidden:"true"`
}

// wanted is the format of a table that the client asks for, if it does.
func (t Tabled) wanted() (format table.Format, ok bool) {
	for each := range strings.SplitSeq(t.Accept, ",") {
		kind, _, err := mime.ParseMediaType(each)
		for _, f := range table.Formats {
			if err == nil && kind == media(f) {
				return f, true
			}
		}
	}
	return table.Format{}, false
}

// media is the media type of a format without its parameters.
func media(f table.Format) string {
	kind, _, _ := strings.Cut(f.Kind, ";")
	return kind
}

type tableOutput = huma.StreamResponse

// getTable is an operation that reads a page of rows, or all of them as a table.
func getTable[R any](a *API, id, path, tag, summary, about string, problems ...int) operation {
	return getOrTable[projections.PaginaDi[R]](a, id, path, tag, summary, about, problems...)
}

// getOrTable is an operation that reads something, or the rows of it as a table.
func getOrTable[B any](a *API, id, path, tag, summary, about string, problems ...int) operation {
	o := get(id, path, tag, summary, about+" La lettura resta nel registro degli accessi.", append(problems, http.StatusForbidden)...)
	body := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[B](), true, "")
	o.about += " Con `Accept: text/csv` risponde con tutte le righe, via via che sono lette, in una tabella UTF-8 con il punto e virgola; con `Accept: " + table.XLSX.Kind + "` in una cartella di lavoro."
	o.answers = func(op *huma.Operation) {
		ok := op.Responses["200"]
		ok.Content = map[string]*huma.MediaType{jsonType: {Schema: body}}
		for _, f := range table.Formats {
			ok.Content[media(f)] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
		}
		ok.Headers = map[string]*huma.Param{"Content-Disposition": {Description: "Nome del file, se è una tabella", Schema: &huma.Schema{Type: huma.TypeString, Description: "Nome del file, se è una tabella"}}}
	}
	return o
}

// showOrTable answers with one page of a register, or with a table of all its rows if
// the client asks for one.
func showOrTable[R any](ctx context.Context, a *API, r register[R], in Paged, as Tabled, columns []table.Column[R]) (*tableOutput, error) {
	if format, ok := as.wanted(); ok {
		return tableOf(ctx, a, r, in, format, columns)
	}
	page, err := show(ctx, a, r, in)
	if err != nil {
		return nil, err
	}
	return untabled(a, page.Body)
}

// untabled is what is answered to who wants no table.
func untabled(a *API, body any) (*tableOutput, error) {
	var text bytes.Buffer
	if err := a.huma.Marshal(&text, jsonType, body); err != nil {
		return nil, fmt.Errorf("write a page: %w", err)
	}
	return &tableOutput{Body: func(h huma.Context) {
		h.SetHeader("Content-Type", jsonType)
		_, _ = text.WriteTo(h.BodyWriter()) // a client who left needs no page
	}}, nil
}

// fileOf is a table that is answered whole.
func fileOf(format table.Format, name string, file []byte) *tableOutput {
	return &tableOutput{Body: func(h huma.Context) {
		h.SetHeader("Content-Type", format.Kind)
		h.SetHeader("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.%s"`, name, format.Extension))
		_, _ = h.BodyWriter().Write(file) // a client who left needs no table
	}}
}

// tableOf writes all rows from a cursor on. The ids of what it shows are in the journal
// before that is answered.
func tableOf[R any](ctx context.Context, a *API, r register[R], in Paged, format table.Format, columns []table.Column[R]) (*tableOutput, error) {
	reach, err := a.reached(ctx, in.AtLeast, r.rests...)
	if err != nil {
		return nil, err
	}
	if r.whole == nil {
		r.whole = func(ctx context.Context, reach domain.Reach, cursor string) (projections.PaginaDi[R], error) {
			return r.page(ctx, reach, cursor, projections.MaxPage)
		}
	}
	all := table.Whole[R]{
		Format: format, Columns: columns, IDs: r.ids,
		Page:  func(cursor string) (projections.PaginaDi[R], error) { return r.whole(ctx, reach, cursor) },
		Enter: func(shown ...string) error { return a.JournalRead(ctx, shown...) },
	}
	if err := all.Begin(in.Cursor); err != nil {
		return nil, err
	}
	return &tableOutput{Body: func(h huma.Context) {
		request, w := humachi.Unwrap(h)
		a.HandOver(w, request, format.Kind, "elenco."+format.Extension, func(lasting context.Context, w io.Writer, on func() (domain.Reach, error)) error {
			ctx = lasting
			return all.Write(w, func() (err error) { reach, err = on(); return err })
		})
	}}, nil
}
