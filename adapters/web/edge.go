package web

import (
	"context"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"github.com/visure-anagrafiche/visure/domain"
)

// longestAnswer bounds the making of an answer, whatever it waits for: less
// than a server's write timeout, more than the longest preferred wait.
const longestAnswer = 45 * time.Second

type requestKey struct{}

// requestID names the request in logs, in events and in the answer to who meets
// a fault. It is never the client's: their words do not enter logs.
func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// enter names the request and bounds the time of its answer.
func (s *Server) enter(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(context.WithValue(r.Context(), requestKey{}, s.Commands.NewID()), longestAnswer)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// recoverer turns a panic into an internal error and a log line. What was
// panicked with may hold anything, so it is not logged.
func (s *Server) recoverer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(plain http.ResponseWriter, r *http.Request) {
		w := middleware.NewWrapResponseWriter(plain, r.ProtoMajor)
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p != http.ErrAbortHandler {
				s.Log.Error("panic", "route", chi.RouteContext(r.Context()).RoutePattern(), "request", requestID(r.Context()), "stack", string(debug.Stack()))
			}
			if p == http.ErrAbortHandler || w.Status() != 0 {
				panic(http.ErrAbortHandler) // half an answer is to look like one
			}
			write(w, s.fault(r.Context()))
		}()
		next.ServeHTTP(w, r)
	})
}

// fault is the answer to who met one, with the name under which the log has it.
func (s *Server) fault(ctx context.Context) *Problem {
	p := problem(string(domain.Internal), unexpected)
	if id := requestID(ctx); id != "" {
		p.Instance = "urn:uuid:" + id
	}
	return p
}

// securityHeaders keep answers out of caches, frames and guesses.
func securityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		next.ServeHTTP(w, r)
	})
}

// queryProblem refuses an address whose query cannot be read, has a control
// character, or gives twice what is given once: which of two would be meant?
func queryProblem(op *huma.Operation, query string) *Problem {
	values, err := url.ParseQuery(query)
	if err != nil {
		return problem(malformed, "I parametri dell'indirizzo non sono leggibili.", Offender{Field: "query", Message: "non leggibile"})
	}
	for name, given := range values {
		repeatable := slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.Name == name && p.Explode != nil && *p.Explode })
		switch {
		case !printable(name) || !printable(strings.Join(given, "")):
			return problem(malformed, "I parametri dell'indirizzo hanno caratteri non ammessi.", Offender{Field: "query", Message: "caratteri non ammessi"})
		case len(given) > 1 && !repeatable:
			return problem(string(domain.Invalid), "Un parametro è indicato più volte.", Offender{Field: bounded(name), Message: "indicato più volte", foreign: true})
		}
	}
	return nil
}

func printable(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, unicode.IsControl) < 0
}

// methods are those an address may know, as Allow lists them.
var methods = []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodPost}

// headAsGet answers HEAD as GET without the body. A document is the exception:
// each time it is asked for counts as a copy handed out.
func headAsGet(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route := chi.RouteContext(r.Context())
		if r.Method == http.MethodHead && !strings.HasSuffix(r.URL.Path, "/document") {
			route.RouteMethod = http.MethodGet
		}
		next.ServeHTTP(w, r)
	})
}

// otherMethod answers OPTIONS, and refuses the methods an address does not
// know.
func otherMethod(w http.ResponseWriter, r *http.Request) {
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
	write(w, problem(methodNotAllowed, "Questo indirizzo non ammette il metodo usato."))
}
