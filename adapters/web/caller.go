package web

import (
	"context"
	"net/http"
	"regexp"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// exchange is what is known of a request while it is answered.
type exchange struct {
	by      domain.Actor
	action  string
	visura  domain.VisuraID
	trace   string
	refused *Problem
	// patient lifts the bound on reading the request, which would otherwise end
	// a long wait for the outcome.
	patient func() error
}

type exchangeKey struct{}

func of(ctx context.Context) *exchange {
	x, ok := ctx.Value(exchangeKey{}).(*exchange)
	if !ok {
		return &exchange{}
	}
	return x
}

// envelope ties what a request causes to its caller and to the request.
func envelope(ctx context.Context) commands.Envelope {
	x := of(ctx)
	return commands.Envelope{By: x.by, Correlation: requestID(ctx), Trace: x.trace}
}

// traceparent is the form of the W3C header; anything else is not stored.
var traceparent = regexp.MustCompile(`^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$`)

// caller finds out who calls each operation that is not public, and enters
// whatever they are refused in their journal.
func (s *Server) caller(ctx huma.Context, next func(huma.Context)) {
	r, w := humachi.Unwrap(ctx)
	x := &exchange{
		action:  ctx.Operation().OperationID,
		patient: func() error { return http.NewResponseController(w).SetReadDeadline(time.Time{}) },
	}
	if trace := r.Header.Get("traceparent"); traceparent.MatchString(trace) {
		x.trace = trace
	}
	if len(ctx.Operation().Security) == 0 {
		next(huma.WithValue(ctx, exchangeKey{}, x))
		return
	}
	by, err := s.Authenticate(r.Context(), r.Header.Get("Authorization"))
	switch {
	case err != nil && s.IsUnknown(err):
		s.Log.Info("caller not accepted", "action", x.action, "request", requestID(r.Context()))
		write(w, unknownCaller(r.Header.Get("Authorization")))
		return
	case err != nil:
		write(w, s.refuse(r.Context(), err))
		return
	}
	x.by = by
	x.visura, _ = domain.ParseVisuraID(ctx.Param("id")) // what is no id is refused later, and has no place in the journal
	if x.refused = queryProblem(ctx.Operation(), r.URL.RawQuery); x.refused != nil {
		write(w, x.refused)
	} else {
		next(huma.WithValue(ctx, exchangeKey{}, x))
	}
	if x.refused != nil && x.refused.Status < http.StatusInternalServerError {
		s.journalRefusal(r.Context(), x)
	}
}

// unknownCaller asks for a token, and says so if there was one that is no good
// (RFC 6750 section 3).
func unknownCaller(authorization string) *Problem {
	p := problem(unauthenticated, "Serve un token valido nell'intestazione Authorization.", Offender{Field: "Authorization", Message: "token assente o non valido"})
	challenge := `Bearer realm="visure"`
	if authorization != "" {
		challenge += `, error="invalid_token"`
	}
	p.set("WWW-Authenticate", challenge)
	return p
}

// refuse makes the problem of an error and remembers it for the journal. What
// is no refusal is logged here and nowhere else.
func (s *Server) refuse(ctx context.Context, err error) *Problem {
	x, p := of(ctx), refusal(err)
	x.refused = p
	switch {
	case context.Cause(ctx) == context.Canceled: // the client has left
	case p.Code == string(domain.Internal):
		p.Instance = s.fault(ctx).Instance
		s.Log.Error("request failed", "action", x.action, "visura", x.visura, "request", requestID(ctx), "err", err)
	case p.Code == string(domain.Unavailable):
		s.Log.Warn("request not served", "action", x.action, "visura", x.visura, "request", requestID(ctx), "err", err)
	}
	return p
}

// journalRefusal keeps the trace of what a known caller was refused: the
// action, the code and the item, if it is one of ours. The answer has been
// given: that it cannot be traced is for the log to say.
func (s *Server) journalRefusal(ctx context.Context, x *exchange) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	trace := domain.AccessRecorded{Action: x.action, Visura: x.visura, Outcome: x.refused.Code}
	if offenders := x.refused.Errors; len(offenders) > 0 && !offenders[0].foreign {
		trace.Field = offenders[0].Field
	}
	env := commands.Envelope{By: x.by, Correlation: requestID(ctx), Trace: x.trace}
	if err := commands.RecordAccess(ctx, s.Commands, env, trace); err != nil {
		s.Log.Error("refusal not journalled", "action", x.action, "request", requestID(ctx), "err", err)
	}
}

// journalRead keeps the trace of a read of personal data, before it is
// answered: what cannot be traced is not shown. The token is of whom a search
// was about, empty for none in particular.
func (s *Server) journalRead(ctx context.Context, subjectToken string) error {
	x := of(ctx)
	return commands.RecordAccess(ctx, s.Commands, envelope(ctx), domain.AccessRecorded{
		Action: x.action, Visura: x.visura, Outcome: "ok", SubjectToken: subjectToken,
	})
}
