// Package web is the HTTP face: the API under /api/v1 with its OpenAPI
// document, and the public pages. The body of a request is a command of the
// commands package, the body of an answer a row of a read model; errors are
// translated once, in problem.go.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// Server answers HTTP requests. All fields must be set before Handler is
// called; it is safe for concurrent use.
type Server struct {
	Commands *commands.Handler
	Archive  commands.Archive
	Elenco   *projections.ElencoQueries
	Dettagli *projections.DettaglioQueries
	Runner   *projections.Runner // of elenco and dettaglio

	// Authenticate returns who an Authorization header speaks for. Any error but
	// one that IsUnknown knows means that it could not be found out.
	Authenticate func(ctx context.Context, header string) (domain.Actor, error)
	// IsUnknown tells the error of an unknown caller from a failure.
	IsUnknown func(error) bool
	// Stopping ends when the server is to stop: whoever waits for an outcome is
	// then answered with what there is.
	Stopping context.Context
	// Health names what the server needs and how each fares: nil is well.
	Health func(context.Context) map[string]error

	Version string
	Log     *slog.Logger
}

// verifications is how many codes an address may try a minute.
const verifications = 30

var translated sync.Once

// Handler is every route on one page.
func (s *Server) Handler() http.Handler {
	translated.Do(italianProblems)
	r := chi.NewRouter()
	r.Use(s.enter, s.recoverer, securityHeaders, headAsGet)
	r.NotFound(nowhere)
	r.MethodNotAllowed(otherMethod)

	limited := newLimiter(verifications, time.Now)
	r.Get("/", s.homePage)
	r.Get("/verifica", limited.sparing(s.verifyPage, s.tooManyVerified))
	r.Get("/verifica/{codice}", limited.sparing(s.verifyPage, s.tooManyVerified))
	s.docs(r)

	api := humachi.New(r, s.config())
	api.UseMiddleware(s.caller)
	handle(s, api, requestVisura, s.request)
	handle(s, api, listVisure, s.list)
	handle(s, api, readVisura, s.read)
	handle(s, api, downloadVisura, s.download)
	handle(s, api, approveVisura, decide[commands.ApproveVisura](s))
	handle(s, api, rejectVisura, decide[commands.RejectVisura](s))
	handle(s, api, withdrawVisura, decide[commands.WithdrawVisura](s))
	handle(s, api, readStatus, s.status)
	r.Get(documentPath, s.publish(api.OpenAPI()))
	return r
}
