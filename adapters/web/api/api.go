// Package api is the operations under /api/v1 with their OpenAPI document, and
// the state of the service. The body of a request is a command of the commands
// package, the body of an answer a row of a read model.
package api

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/lettera"
	"github.com/visure-anagrafiche/visure/projections"
)

// API answers the operations. All fields must be set before Routes is called;
// it is safe for concurrent use.
type API struct {
	*edge.Edge
	Archive          commands.Archive
	Annexes          commands.Annexes
	Access           *commands.Access
	Enrolment        *commands.Enrolment
	Software         commands.SoftwareTokens
	Elenco           *projections.ElencoQueries
	Dettagli         *projections.DettaglioQueries
	Ricertificazioni *projections.RicertificazioniQueries
	// Lettere prints letters of appointment.
	Lettere func(lettera.Lettera) (pdf []byte, err error)
	*projections.Registers
	// Connection replaces and tests the Comuni's ways to ANPR; nil: this installation
	// has no address of it.
	Connection *commands.Connection
	// Health returns the state of each part the server needs; nil: it works.
	Health func(context.Context) map[string]error
	// Missing says in Italian what the installation lacks before visure can be asked
	// for.
	Missing func(context.Context) ([]string, error)
	Version string

	trying  sync.Mutex // held during a test call to ANPR
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
		Address: a.Proxies.Address(r),
		Patient: func() error { return http.NewResponseController(w).SetReadDeadline(time.Time{}) },
	}
	if len(ctx.Operation().Security) == 0 {
		if limited, _ := ctx.Operation().Metadata[limitedKey].(bool); limited {
			if p := a.Arriving(r); p != nil {
				edge.Write(w, p)
				return
			}
		}
		next(huma.WithContext(ctx, edge.With(ctx.Context(), x)))
		return
	}
	within := edge.With(ctx.Context(), x)
	if err := a.Identify(r, x); err != nil {
		a.unidentified(w, r.WithContext(within), err)
		return
	}
	if object, _ := ctx.Operation().Metadata[objectKey].(func(string) string); object != nil {
		x.Object = object(ctx.Param("id"))
	}
	if x.Refused = cmp.Or(inadmissible(ctx.Operation(), x.Caller), queryProblem(ctx.Operation(), r.URL.RawQuery)); x.Refused != nil {
		edge.Write(w, x.Refused)
	} else {
		next(huma.WithContext(ctx, within))
	}
	a.JournalRefusal(within)
}

// unidentified answers who cannot be told, or is refused whatever they ask.
func (a *API) unidentified(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, commands.ErrSuperseded):
		err = edge.Superseded()
	case a.IsUnknown(err):
		a.Log.Info("caller not accepted", "action", edge.Of(r.Context()).Action, "request", edge.RequestID(r.Context()))
		err = edge.UnknownCaller(r.Header.Get("Authorization"))
	}
	edge.Write(w, a.Refuse(r.Context(), err))
	if edge.Of(r.Context()).Caller.Utente != "" {
		a.JournalRefusal(r.Context())
	}
}

// inadmissible refuses who has chosen no capacity where one is needed, who may not
// act on what is a person's own, and who gives rights without a second factor.
func inadmissible(op *huma.Operation, c edge.Caller) *edge.Problem {
	personal, _ := op.Metadata[personalKey].(bool)
	stepUp, _ := op.Metadata[stepUpKey].(bool)
	switch {
	case personal && !c.SignedIn:
		return edge.NewProblem(string(domain.Forbidden), "Questa operazione vuole un accesso personale, non un token.")
	case !personal && c.Role == "":
		return edge.NewProblem(edge.NoCapacity, "Prima va scelta la capacità con cui operare.")
	case stepUp && !c.SteppedUp:
		return edge.NewProblem(edge.StepUpRequired, "Questa operazione vuole il secondo fattore, usato negli ultimi dieci minuti.")
	}
	return nil
}
