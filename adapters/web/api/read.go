package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

var readVisura = func() operation {
	o := get("read-visura", "/api/v1/visure/{id}", visure, "Legge una visura con la sua storia",
		"La lettura resta nel registro degli accessi. A chi verifica la persona è mostrata mascherata.", http.StatusNotFound)
	o.object = visura.object
	o.answers = func(op *huma.Operation) { op.Responses["304"] = &huma.Response{} }
	return o
}()

type readInput struct {
	Named
	Numero string `query:"numero" doc:"Il numero stampato sul documento: con questo l'ufficiale d'anagrafe legge anche una visura che non ha atteso la sua conferma" example:"EPPC-R04J-ZV0G-2BEM1"`
	AtLeast
	Known string `header:"If-None-Match" doc:"ETag della versione che chi legge ha già"`
}

type readOutput struct {
	Status   int
	ETag     string `header:"ETag" doc:"Cambia a ogni fatto della storia"`
	Position string `header:"Visura-Position" doc:"Posizione dell'ultimo fatto mostrato"`
	Body     projections.VisuraDettaglio
}

// read shows one visura with its timeline.
func (a *API) read(ctx context.Context, in *readInput) (*readOutput, error) {
	if _, err := visura.stream(in.ID); err != nil {
		return nil, err
	}
	reach, err := a.reached(ctx, in.AtLeast, projections.Dettaglio{})
	if err != nil {
		return nil, err
	}
	numero, err := optional("numero", in.Numero, domain.ParseCIUV)
	if err != nil {
		return nil, err
	}
	d, err := a.Dettagli.One(ctx, reach.Holding(numero), domain.VisuraID(in.ID))
	if err != nil {
		return nil, err
	}
	edge.Of(ctx).Concerns(d.Comune)
	if err := a.JournalRead(ctx); err != nil {
		return nil, err
	}
	out := &readOutput{Status: http.StatusOK, ETag: etag(int64(d.Revision)), Position: d.Position, Body: d}
	if knows(in.Known, out.ETag) {
		out.Status = http.StatusNotModified
	}
	return out, nil
}

// knows says whether an If-None-Match header lists a version (RFC 9110 section
// 13.1.2).
func knows(header, etag string) bool {
	for known := range strings.SplitSeq(header, ",") {
		known = strings.TrimSpace(known)
		if known == "*" || known != "" && strings.TrimPrefix(known, "W/") == strings.TrimPrefix(etag, "W/") {
			return true
		}
	}
	return false
}
