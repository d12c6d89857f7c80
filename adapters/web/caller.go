package web

import (
	"context"
	"encoding/json"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5/middleware"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// exchange is what is known of a request while it is answered.
type exchange struct {
	by      domain.Actor
	action  string
	visura  domain.VisuraID
	refused *Problem
}

type exchangeKey struct{}

func of(ctx context.Context) *exchange {
	x, ok := ctx.Value(exchangeKey{}).(*exchange)
	if !ok {
		return &exchange{}
	}
	return x
}

// envelope ties what a request causes to its caller.
func envelope(ctx context.Context) commands.Envelope {
	return commands.Envelope{By: of(ctx).by}
}

// caller finds out who calls each operation that is not public, and enters
// whatever they are refused in their journal.
func (s *Server) caller(api huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		x := &exchange{action: ctx.Operation().OperationID}
		if len(ctx.Operation().Security) == 0 {
			next(huma.WithValue(ctx, exchangeKey{}, x))
			return
		}
		by, err := s.Authenticate(ctx.Context(), ctx.Header("Authorization"))
		switch {
		case err != nil && s.IsUnknown(err):
			ctx.SetHeader("WWW-Authenticate", `Bearer realm="visure"`)
			s.answer(api, ctx, problem("unauthenticated", "Serve un token valido nell'intestazione Authorization."))
			return
		case err != nil:
			s.answer(api, ctx, s.refuse(ctx.Context(), err))
			return
		}
		x.by = by
		x.visura, _ = domain.ParseVisuraID(ctx.Param("id"))
		next(huma.WithValue(ctx, exchangeKey{}, x))
		if x.refused != nil && x.refused.Status < http.StatusInternalServerError {
			s.journalRefusal(ctx.Context(), x)
		}
	}
}

func (s *Server) answer(api huma.API, ctx huma.Context, p *Problem) {
	ctx.SetHeader("Content-Type", p.ContentType(""))
	ctx.SetStatus(p.Status)
	if err := api.Marshal(ctx.BodyWriter(), "application/json", p); err != nil {
		s.Log.Warn("answer not written", "status", p.Status, "err", err)
	}
}

// refuse makes the problem of an error and remembers it for the journal. What
// is no refusal is logged here and nowhere else.
func (s *Server) refuse(ctx context.Context, err error) *Problem {
	p := refusal(err)
	x := of(ctx)
	x.refused = p
	if p.Code == string(domain.Internal) {
		s.Log.Error("request failed", "action", x.action, "visura", x.visura, "request", middleware.GetReqID(ctx), "err", err)
	}
	return p
}

// journalRefusal keeps the trace of what a known caller was refused. The
// answer has been given: that it cannot be traced is for the log to say.
func (s *Server) journalRefusal(ctx context.Context, x *exchange) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	trace := domain.AccessRecorded{Action: x.action, Visura: x.visura, Outcome: x.refused.Code}
	if len(x.refused.Errors) > 0 {
		trace.Field = x.refused.Errors[0].Field
	}
	if err := commands.RecordAccess(ctx, s.Commands, commands.Envelope{By: x.by}, trace); err != nil {
		s.Log.Error("refusal not journalled", "action", x.action, "err", err)
	}
}

// journalRead keeps the trace of a read of personal data, before it is
// answered: what cannot be traced is not shown.
func (s *Server) journalRead(ctx context.Context) error {
	x := of(ctx)
	return commands.RecordAccess(ctx, s.Commands, envelope(ctx), domain.AccessRecorded{Action: x.action, Visura: x.visura, Outcome: "ok"})
}

// recoverer turns a panic into an internal error and a log line.
func (s *Server) recoverer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil && p != http.ErrAbortHandler {
				s.Log.Error("panic", "path", r.URL.Path, "stack", string(debug.Stack()))
				write(w, problem(string(domain.Internal), "Errore interno: riprovare più tardi."))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// securityHeaders keep answers out of caches, frames and guesses.
func securityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		next.ServeHTTP(w, r)
	})
}

func write(w http.ResponseWriter, p *Problem) {
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p)
}
