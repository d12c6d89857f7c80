// Package api is the operations under /api/v1 with their OpenAPI document, and
// the state of the service. The body of a request is a command of the commands
// package, the body of an answer a row of a read model.
package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/projections"
)

// API answers the operations. All fields must be set before Routes is called;
// it is safe for concurrent use.
type API struct {
	*edge.Edge
	Archive  commands.Archive
	Elenco   *projections.ElencoQueries
	Dettagli *projections.DettaglioQueries
	// Health returns the state of each part the server needs; nil: it works.
	Health  func(context.Context) map[string]error
	Version string

	huma    huma.API
	answers map[string]func(*huma.Operation) // what completes an operation's answers, by its id
}

// caller finds out who calls each operation that is not public, and has
// whatever they are refused entered in their journal.
func (a *API) caller(ctx huma.Context, next func(huma.Context)) {
	r, w := humachi.Unwrap(ctx)
	x := &edge.Exchange{
		Action:  ctx.Operation().OperationID,
		Trace:   edge.Traceparent(r.Header.Get("traceparent")),
		Patient: func() error { return http.NewResponseController(w).SetReadDeadline(time.Time{}) },
	}
	if len(ctx.Operation().Security) == 0 {
		next(huma.WithContext(ctx, edge.With(ctx.Context(), x)))
		return
	}
	by, err := a.Authenticate(r.Context(), r.Header.Get("Authorization"))
	switch {
	case err != nil && a.IsUnknown(err):
		a.Log.Info("caller not accepted", "action", x.Action, "request", edge.RequestID(r.Context()))
		edge.Write(w, edge.UnknownCaller(r.Header.Get("Authorization")))
		return
	case err != nil:
		edge.Write(w, a.Refuse(edge.With(r.Context(), x), err))
		return
	}
	x.By = by
	if object, _ := ctx.Operation().Metadata[objectKey].(func(string) string); object != nil {
		x.Object = object(ctx.Param("id"))
	}
	within := edge.With(ctx.Context(), x)
	if x.Refused = queryProblem(ctx.Operation(), r.URL.RawQuery); x.Refused != nil {
		edge.Write(w, x.Refused)
	} else {
		next(huma.WithContext(ctx, within))
	}
	a.JournalRefusal(within)
}
