package api

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// AtLeast is how a read follows a command.
type AtLeast struct {
	AtLeast string `query:"at_least" doc:"Posizione che la lettura deve aver raggiunto; attende per qualche secondo" example:"48211-48211"`
}

// Paged are the parameters of every list of a register.
type Paged struct {
	AtLeast
	Cursor string `query:"cursor" doc:"next della pagina precedente"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Righe per pagina"`
}

// OfPair are the parameters of a list whose rows belong to an Ente and a Comune each:
// those of either, or of both, alone.
type OfPair struct {
	Comune string `query:"comune" doc:"Codice ISTAT del Comune" example:"042002"`
	Ente   string `query:"ente" doc:"UUID dell'Ente"`
}

// parse returns what the parameters name, empty when they are left out.
func (p OfPair) parse(ctx context.Context) (comune domain.CodiceISTAT, ente domain.EnteID, err error) {
	if comune, err = comuneAsked(ctx, p.Comune); err == nil {
		ente, err = optional("ente", p.Ente, domain.ParseEnteID)
	}
	return comune, ente, err
}

// comuneAsked reads a parameter that names a Comune, if it does, for which the entry of
// the request is.
func comuneAsked(ctx context.Context, text string) (domain.CodiceISTAT, error) {
	c, err := optional("comune", text, domain.ParseCodiceISTAT)
	if err == nil {
		edge.Of(ctx).Concerns(c)
	}
	return c, err
}

// register is how a list is read: which read models its rows rest on, what the
// journal is told of a row, and a page within reach, from a cursor on. whole is a page for
// who reads all of them; nil: it is as long as others may be.
type register[R any] struct {
	rests []engine.Projection
	id    func(R) string
	page  func(ctx context.Context, reach domain.Reach, cursor string, limit int) (projections.PaginaDi[R], error)
	whole func(ctx context.Context, reach domain.Reach, cursor string) (projections.PaginaDi[R], error)
}

// reached waits until read models are at a position, and returns what the caller may
// know then.
func (a *API) reached(ctx context.Context, at AtLeast, models ...engine.Projection) (domain.Reach, error) {
	for _, m := range models {
		if err := a.Await(ctx, m.Name(), at.AtLeast); err != nil {
			return domain.Reach{}, err
		}
	}
	return a.Reach(ctx)
}

// show answers with one page of a register.
func show[R any](ctx context.Context, a *API, r register[R], in Paged) (*bodied[projections.PaginaDi[R]], error) {
	reach, err := a.reached(ctx, in.AtLeast, r.rests...)
	if err != nil {
		return nil, err
	}
	page, err := r.page(ctx, reach, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	if err := a.JournalRead(ctx, r.ids(page.Items)...); err != nil {
		return nil, err
	}
	return answer(page), nil
}

// ids are what the journal is told of rows, each once.
func (r register[R]) ids(rows []R) (ids []string) {
	told := map[string]bool{"": true} // of what has no id nothing
	for _, row := range rows {
		if id := r.id(row); !told[id] {
			told[id], ids = true, append(ids, id)
		}
	}
	return ids
}

// whole is a list that has one page.
func whole[R any](rows []R, err error) (projections.PaginaDi[R], error) {
	return projections.PaginaDi[R]{Items: rows}, err
}

type detailInput struct {
	Named
	AtLeast
	Known string `header:"If-None-Match" doc:"ETag della versione che chi legge ha già"`
}

type detailOutput[D any] struct {
	Status int
	ETag   string `header:"ETag" doc:"Versione di ciò che è mostrato: vale in If-Match finché non cambia ciò su cui si opera"`
	Body   D
}

// reading routes what shows one of a register, with the revision of its stream.
func reading[S, D any](a *API, of aggregate[S], id, summary, about string, rests []engine.Projection, one func(context.Context, domain.Reach, string) (D, uint64, error)) {
	o := get(id, of.path+"{id}", of.tag, summary, about+" La lettura resta nel registro degli accessi.", http.StatusForbidden, http.StatusNotFound)
	o.object = of.object
	o.answers = func(op *huma.Operation) { op.Responses["304"] = &huma.Response{} }
	handle(a, o, func(ctx context.Context, in *detailInput) (*detailOutput[D], error) {
		if _, err := of.stream(in.ID); err != nil {
			return nil, err
		}
		reach, err := a.reached(ctx, in.AtLeast, append(rests, projections.Storia{})...)
		if err != nil {
			return nil, err
		}
		d, revision, err := one(ctx, reach, in.ID)
		if err != nil {
			return nil, err
		}
		if err := a.JournalRead(ctx); err != nil {
			return nil, err
		}
		return detailed(in.Known, revision, d)
	})
}

// detailed answers with what is shown of the stream at a revision, or that the client
// knows it: known is their If-None-Match.
func detailed[D any](known string, revision uint64, shown D) (*detailOutput[D], error) {
	etag, err := etagOf(revision, shown)
	if err != nil {
		return nil, err
	}
	out := &detailOutput[D]{Status: http.StatusOK, ETag: etag, Body: shown}
	if knows(known, etag) {
		out.Status = http.StatusNotModified
	}
	return out, nil
}

// etagOf is the version of what is shown of the stream at a revision: names and
// days, which are not the stream's, change it too.
func etagOf(revision uint64, shown any) (string, error) {
	text, err := json.Marshal(shown)
	if err != nil {
		return "", fmt.Errorf("make an ETag: %w", err)
	}
	sum := sha256.Sum256(text)
	return fmt.Sprintf(`W/"%d.%x"`, revision, sum[:8]), nil
}

// optional reads a parameter that may be left out.
func optional[T any](field, text string, parse func(string) (T, error)) (v T, err error) {
	if text == "" {
		return v, nil
	}
	v, err = parse(text)
	return v, edge.At(field, err)
}

// either reads a parameter that is true, false or left out.
func either(text string) *bool {
	b, err := strconv.ParseBool(text)
	if err != nil {
		return nil
	}
	return &b
}
