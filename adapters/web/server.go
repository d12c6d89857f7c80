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

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

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
	// one of the store below it means the caller is unknown.
	Authenticate func(ctx context.Context, header string) (domain.Actor, error)
	// IsUnknown tells the error of an unknown caller from a failure.
	IsUnknown func(error) bool
	// Health names what the server needs and how each fares: nil is well.
	Health func(context.Context) map[string]error

	Version string
	Log     *slog.Logger
}

// maxBody bounds the body of a request: the largest command is a few hundred
// bytes.
const maxBody = 64 << 10

var translated sync.Once

// Handler is every route on one page.
func (s *Server) Handler() http.Handler {
	translated.Do(italianProblems)
	r := chi.NewRouter()
	r.Use(middleware.RequestID, s.recoverer, securityHeaders)
	r.NotFound(func(w http.ResponseWriter, _ *http.Request) {
		write(w, problem(string(domain.NotFound), "Questo indirizzo non esiste."))
	})
	r.MethodNotAllowed(func(w http.ResponseWriter, _ *http.Request) {
		write(w, problem("method_not_allowed", "Questo indirizzo non ammette il metodo usato."))
	})
	r.Get("/verifica", s.verifyPage)
	r.Get("/verifica/{codice}", s.verifyPage)
	s.docs(r)

	api := humachi.New(r, s.config())
	api.UseMiddleware(s.caller(api))

	handle(s, api, op(http.MethodPut, "/api/v1/visure/{id}", "request-visura", "Chiede una visura", http.StatusAccepted), s.request)
	handle(s, api, op(http.MethodGet, "/api/v1/visure", "list-visure", "Elenca le visure", http.StatusOK), s.list)
	handle(s, api, op(http.MethodGet, "/api/v1/visure/{id}", "read-visura", "Legge una visura con la sua storia", http.StatusOK), s.read)
	handle(s, api, document(op(http.MethodGet, "/api/v1/visure/{id}/document", "download-visura", "Scarica il documento", http.StatusOK)), s.download)
	handle(s, api, op(http.MethodPost, "/api/v1/visure/{id}/approval", "approve-visura", "Conferma una richiesta in attesa", http.StatusAccepted), decide[commands.ApproveVisura](s))
	handle(s, api, op(http.MethodPost, "/api/v1/visure/{id}/rejection", "reject-visura", "Rifiuta una richiesta in attesa", http.StatusAccepted), decide[commands.RejectVisura](s))
	handle(s, api, op(http.MethodPost, "/api/v1/visure/{id}/withdrawal", "withdraw-visura", "Ritira una propria richiesta in attesa", http.StatusAccepted), decide[commands.WithdrawVisura](s))
	handle(s, api, public(op(http.MethodGet, "/status", "status", "Dice come sta il servizio", http.StatusOK)), s.status)
	return r
}

func (s *Server) config() huma.Config {
	config := huma.DefaultConfig("Visure anagrafiche", s.Version)
	config.OpenAPIPath = "/api/v1/openapi"
	config.DocsPath = ""
	config.SchemasPath = ""
	config.CreateHooks = nil
	config.RejectUnknownQueryParameters = true
	config.Info.Description = "Visure anagrafiche ai sensi dell'art. 43, comma 4, del D.P.R. 445/2000."
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "Token rilasciato all'operatore"},
	}
	return config
}

// op describes one operation; its id is also the action entered in the journal
// of accesses.
func op(method, path, id, summary string, status int) huma.Operation {
	return huma.Operation{
		Method: method, Path: path, OperationID: id, Summary: summary, DefaultStatus: status,
		MaxBodyBytes: maxBody, BodyReadTimeout: 10 * time.Second,
		Security: []map[string][]string{{"token": {}}},
	}
}

// public lets anybody call an operation.
func public(o huma.Operation) huma.Operation {
	o.Security = nil
	return o
}

// handle registers an operation whose errors are translated in one place.
func handle[I, O any](s *Server, api huma.API, o huma.Operation, answer func(context.Context, *I) (*O, error)) {
	huma.Register(api, o, func(ctx context.Context, in *I) (*O, error) {
		out, err := answer(ctx, in)
		if err != nil {
			return nil, s.refuse(ctx, err)
		}
		return out, nil
	})
}
