package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
)

var readStatus = func() operation {
	o := get("status", "/status", servizio, "Stato del servizio", "200 se ogni parte sta bene, altrimenti 503 con lo stesso documento.")
	o.public = true
	o.answers = func(op *huma.Operation) {
		op.Responses = map[string]*huma.Response{"200": op.Responses["200"], "503": {Content: op.Responses["200"].Content}}
	}
	return o
}()

// Status is the state of the service and of each of its parts.
type Status struct {
	Status  string            `json:"status" example:"ok"`
	Version string            `json:"version" example:"0.1.0"`
	Parts   map[string]string `json:"parts"`
	Missing []string          `json:"missing,omitempty" doc:"Che cosa manca all'installazione prima che si possano chiedere visure"`
}

type statusOutput struct {
	Status int
	Retry  string `header:"Retry-After" doc:"Secondi dopo i quali riprovare, se qualche parte non va"`
	Body   Status
}

// status asks every part for its state. Why one does not work is for the log.
func (a *API) status(ctx context.Context, _ *struct{}) (*statusOutput, error) {
	out := &statusOutput{Status: http.StatusOK, Body: Status{Status: "ok", Version: a.Version, Parts: map[string]string{}}}
	for part, err := range a.Health(ctx) {
		out.Body.Parts[part] = "ok"
		if err != nil {
			a.Log.Warn("part does not fare well", "part", part, "err", err)
			out.Body.Parts[part], out.Body.Status = "ko", "degraded"
			out.Status, out.Retry = http.StatusServiceUnavailable, strconv.Itoa(edge.Pause)
		}
	}
	missing, err := a.Missing(ctx)
	if err != nil {
		a.Log.Warn("what is missing is not known", "err", err)
	}
	out.Body.Missing = missing
	return out, nil
}
