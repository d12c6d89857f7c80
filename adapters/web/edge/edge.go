// Package edge is what the API and the pages share: who is calling and what
// they may see, the journal of accesses, limits, refusals in Italian, and the
// middleware of every request. It knows no aggregate by name.
package edge

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Edge is what requests share. All exported fields must be set before it is
// used; it is safe for concurrent use. Close it after the last request.
type Edge struct {
	Commands *commands.Handler
	Runner   *engine.Runner // of the read models that are asked

	// Callers returns who credentials speak for: without a capacity if a session has
	// chosen none yet. Any error but one that IsUnknown knows means that it could not
	// be found out.
	Callers func(context.Context, Credentials) (Caller, error)
	// Workstations returns the workstation that a device's secret, or else the fingerprint
	// of a certificate, proves; empty for none.
	Workstations func(ctx context.Context, secret, fingerprint string) (domain.PostazioneID, error)
	// Proxies are those in front of the server.
	Proxies Proxies
	// ClientCertHeader is where they put the certificate that a client showed them, as
	// PEM, escaped as in an address; empty: nowhere.
	ClientCertHeader string
	// PlainHTTP says that browsers reach the server without TLS: on this machine alone.
	PlainHTTP bool
	// IsUnknown tells the error of an unknown caller from a failure.
	IsUnknown func(error) bool
	// Stopping ends when the server is to stop: whoever waits for an outcome is
	// then answered with what there is.
	Stopping context.Context
	Log      *slog.Logger
	// Took learns how long a request took to be answered, by its route (GET /visure/{id})
	// and status; nil: nobody asks.
	Took func(route string, status int, took time.Duration)

	arriving sync.Once
	arrivals *Limiter
	refusals refusals
	later    sync.WaitGroup // what is done after its request was answered
}

// Reach returns what the caller may know of and do, as their roles stand at the
// head of their stream, or, of a request that only reads, as they stood there when it
// came or had last waited; who does not hold the capacity they call in is refused.
func (e *Edge) Reach(ctx context.Context) (domain.Reach, error) {
	by := Of(ctx).Caller.Actor
	who, err := commands.Standing(ctx, e.Commands, by)
	if err != nil {
		return domain.Reach{}, err
	}
	reach, ok := who.Reach(by, e.Commands.Now())
	switch {
	case !ok:
		return domain.Reach{}, domain.Errorf(domain.Forbidden, "il ruolo con cui si opera non è più attribuito")
	case !reach.Reads:
		return domain.Reach{}, domain.Errorf(domain.Forbidden, "l'applicativo non è abilitato alla lettura")
	}
	return reach, nil
}

// longestAnswer bounds the making of an answer, whatever it waits for: less
// than a server's write timeout, more than the longest preferred wait.
const longestAnswer = 45 * time.Second

type (
	requestKey    struct{}
	connectionKey struct{}
)

// RequestID names the request in logs, in events and in the answer to who meets
// a fault. It is never the client's: their words do not enter logs.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// Lasting returns the context of an answer that takes as long as the client stays: it
// ends with the connection, or when the server is to stop. How long it took says nothing
// of the server, and is not told to Took.
func (e *Edge) Lasting(ctx context.Context) (context.Context, context.CancelFunc) {
	x := Of(ctx)
	x.lasting = true
	x.forget()
	connection, _ := ctx.Value(connectionKey{}).(context.Context)
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	gone, stopped := context.AfterFunc(connection, cancel), context.AfterFunc(e.Stopping, cancel)
	return ctx, func() { gone(); stopped(); cancel() }
}

// Again returns what the caller of a request may know of now: whether they are still who
// they were is found out anew, which is no use of their session. An error says that they
// are not, or that it could not be found out.
func (e *Edge) Again(ctx context.Context, r *http.Request) (domain.Reach, error) {
	before := Of(ctx)
	before.forget()
	now := &Exchange{Address: before.Address, Program: before.Program, Glance: true}
	ctx = With(ctx, now)
	if err := e.Identify(r.WithContext(ctx), now); err != nil {
		return domain.Reach{}, err
	}
	if now.Caller.Actor != before.Caller.Actor {
		return domain.Reach{}, domain.Errorf(domain.Forbidden, "la capacità con cui si opera è cambiata")
	}
	return e.Reach(ctx)
}

// Enter names the request and bounds the time of its answer.
func (e *Edge) Enter(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := context.WithValue(r.Context(), connectionKey{}, r.Context())
		ctx, cancel := context.WithTimeout(context.WithValue(ctx, requestKey{}, e.Commands.NewID()), longestAnswer)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// Recover turns a panic into an internal error and a log line. What was
// panicked with may hold anything, so it is not logged.
func (e *Edge) Recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(plain http.ResponseWriter, r *http.Request) {
		w := middleware.NewWrapResponseWriter(plain, r.ProtoMajor)
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p != http.ErrAbortHandler {
				e.Log.Error("panic", "route", chi.RouteContext(r.Context()).RoutePattern(), "request", RequestID(r.Context()), "stack", string(debug.Stack()))
			}
			if p == http.ErrAbortHandler || w.Status() != 0 {
				panic(http.ErrAbortHandler) // an answer cut short must not look complete
			}
			Write(w, r, fault(r.Context()))
		}()
		next.ServeHTTP(w, r)
	})
}

// SecurityHeaders forbids caching, framing and MIME sniffing.
func SecurityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Content-Security-Policy", PolicyWithForms("'self'"))
		next.ServeHTTP(w, r)
	})
}

// PolicyWithForms is what our pages may load, and where their forms may go.
func PolicyWithForms(to string) string {
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action " + to + "; base-uri 'none'; frame-ancestors 'none'"
}

// Legible refuses an address that is no text: one with a control character, or not in
// UTF-8. No operation has one, and the database takes none.
func Legible(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query, err := url.QueryUnescape(r.URL.RawQuery)
		part := ""
		switch { // what cannot be unescaped is for who reads it to refuse
		case !Printable(r.URL.Path):
			part = "path"
		case err == nil && !Printable(query):
			part = "query"
		default:
			next.ServeHTTP(w, r)
			return
		}
		Write(w, r, NewProblem(Malformed, "L'indirizzo ha caratteri non ammessi.", Offender{Field: part, Message: "caratteri non ammessi"}))
	})
}

// Printable says whether a text is in UTF-8 and has no control character.
func Printable(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, unicode.IsControl) < 0
}

// methods are those an address may know, as Allow lists them.
var methods = []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodPost}

// HeadAsGet answers HEAD as GET without the body. A document is the exception:
// each time it is asked for counts as a copy handed out.
func HeadAsGet(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route := chi.RouteContext(r.Context())
		if r.Method == http.MethodHead && !strings.HasSuffix(r.URL.Path, "/document") {
			route.RouteMethod = http.MethodGet
		}
		next.ServeHTTP(w, r)
	})
}

// OtherMethod answers OPTIONS, and refuses the methods an address does not
// know.
func OtherMethod(w http.ResponseWriter, r *http.Request) {
	routes := chi.RouteContext(r.Context()).Routes
	var allowed []string
	for _, method := range methods {
		routed := method
		if method == http.MethodHead && !strings.HasSuffix(r.URL.Path, "/document") {
			routed = http.MethodGet
		}
		if routes.Match(chi.NewRouteContext(), routed, r.URL.Path) {
			allowed = append(allowed, method)
		}
	}
	w.Header().Set("Allow", strings.Join(append(allowed, http.MethodOptions), ", "))
	if r.Method == http.MethodOptions {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	Write(w, r, NewProblem(MethodNotAllowed, "Questo indirizzo non ammette il metodo usato."))
}

// NothingHere is what is said of an address that does not exist.
const NothingHere = "Questo indirizzo non esiste."

// Nowhere answers for an address that does not exist.
func Nowhere(w http.ResponseWriter, r *http.Request) {
	Write(w, r, NewProblem(string(domain.NotFound), NothingHere))
}
