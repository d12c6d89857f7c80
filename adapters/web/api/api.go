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

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"github.com/visure-anagrafiche/visure/adapters/web/changes"
	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
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
	Massive          *projections.MassiveQueries
	Casi             *projections.CasiQueries
	Statistiche      *projections.StatisticheQueries
	// Lettere prints letters of appointment.
	Lettere func(lettera.Lettera) (pdf []byte, err error)
	// Print prints documents, VerifyURL is what leads to their verification, and DrawStemma
	// draws the coat of arms of a file anew, as PNG.
	Print      func(documento.Documento) (pdf []byte, pages int, err error)
	VerifyURL  func(domain.CIUV) string
	DrawStemma func(file []byte) (png []byte, err error)
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
	// Changes are what streams tell, at the pace of Streaming.
	Changes   *changes.Changes
	Streaming Streaming

	trying  sync.Mutex // held during a test call to ANPR
	drawing sync.Mutex // held while a coat of arms is drawn
	reading sync.Mutex // held while a workbook is read
	huma    huma.API
	answers map[string]func(*huma.Operation) // what completes an operation's answers, by its id
}

// caller finds out who calls each operation that is not public.
func (a *API) caller(ctx huma.Context, next func(huma.Context)) {
	r, w := humachi.Unwrap(ctx)
	x := edge.Of(r.Context())
	x.Action, x.Program = ctx.Operation().OperationID, true
	if len(ctx.Operation().Security) > 0 { // what is asked for rests on how things stand now, whoever asks
		with, done := a.Ahead(ctx.Context())
		defer done()
		ctx = huma.WithContext(ctx, with)
	}
	if p := a.admit(ctx, r, x); p != nil {
		edge.Write(w, r, p)
		return
	}
	next(ctx)
}

// admit refuses who cannot be told, what they may not ask for whatever it is about, and
// what cannot be read of the address.
func (a *API) admit(ctx huma.Context, r *http.Request, x *edge.Exchange) *edge.Problem {
	op := ctx.Operation()
	if len(op.Security) == 0 {
		if limited, _ := op.Metadata[limitedKey].(bool); limited {
			if p := a.Arriving(r); p != nil {
				return p
			}
			if err := a.Seat(r); err != nil {
				return a.Refuse(r.Context(), err)
			}
		}
		return nil
	}
	if err := a.Identify(r, x); err != nil {
		return a.unidentified(r, err)
	}
	if object, _ := op.Metadata[objectKey].(func(string) string); object != nil {
		x.Object = object(ctx.Param("id"))
	}
	return cmp.Or(inadmissible(op, x.Caller), queryProblem(op, r.URL.RawQuery), unversioned(op, r.Header))
}

// unidentified is what is answered to who cannot be told, or is refused whatever they ask.
func (a *API) unidentified(r *http.Request, err error) *edge.Problem {
	switch {
	case errors.Is(err, commands.ErrSuperseded):
		return edge.For(r.Context(), edge.SignedInElsewhere, edge.Superseded())
	case a.IsUnknown(err):
		return edge.UnknownCaller(r.Header.Get("Authorization"))
	}
	return a.Refuse(r.Context(), err)
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
