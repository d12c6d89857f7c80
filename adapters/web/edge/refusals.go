package edge

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Reasons by which a refusal is entered where the code of its problem does not tell it
// from others. Once used they are never renamed.
const (
	NotAccepted         = "refused"              // what was to prove something proved nothing
	SignedInElsewhere   = "superseded"           // the session ended because its person signed in elsewhere
	ForeignOrigin       = "foreign_origin"       // sent by a page that is not ours
	ForgedForm          = "forged_form"          // without the token of the page it is on
	UnknownItem         = "unknown_item"         // with an item that there is not
	OffNetwork          = "off_network"          // software from where, or without the certificate with which, it counts
	RevokedToken        = "revoked_token"        // of software, or the software is suspended
	StolenPostazione    = "stolen_postazione"    // what proves a workstation of another Ente
	RevokedPostazione   = "revoked_postazione"   // what proves one that no Comune authorises any more
	DisplacedPostazione = "displaced_postazione" // a workstation outside its networks
	UnknownPostazione   = "unknown_postazione"   // what proves no workstation
)

// Reasons are those above as people know them.
var Reasons = map[string]string{
	NotAccepted: "Non accettata", SignedInElsewhere: "Sessione chiusa da un altro accesso", ForeignOrigin: "Inviata da un altro sito",
	ForgedForm: "Modulo scaduto o di altri", UnknownItem: "Elemento sconosciuto", OffNetwork: "Applicativo fuori dalla sua rete o senza certificato",
	RevokedToken: "Token revocato o applicativo sospeso", StolenPostazione: "Postazione di un altro Ente", RevokedPostazione: "Postazione revocata",
	DisplacedPostazione: "Postazione fuori dalle sue reti", UnknownPostazione: "Postazione sconosciuta",
}

// nowhere is the action of what is sent to an address, or by a method, that there is not.
const nowhere = "nowhere"

// Traced answers requests and enters what is refused, whoever refuses it, and what of a
// workstation does not count: every request of the API and of the pages comes through here.
func (e *Edge) Traced(next http.Handler) http.Handler {
	return http.HandlerFunc(func(plain http.ResponseWriter, r *http.Request) {
		x := &Exchange{Action: nowhere, Address: e.Proxies.Address(r), Trace: Traceparent(r.Header.Get("traceparent")), reads: r.Method == http.MethodGet || r.Method == http.MethodHead}
		w, ctx := middleware.NewWrapResponseWriter(plain, r.ProtoMajor), With(r.Context(), x)
		r = r.WithContext(ctx)
		arriving(w, r)
		began := time.Now()
		next.ServeHTTP(w, r)
		took := time.Since(began)
		if x.Refused == nil && w.Status() >= http.StatusBadRequest && w.Status() < http.StatusInternalServerError {
			x.Refused = NewProblem(string(domain.Invalid), "") // a page that says itself what is wrong with its form
		}
		if slices.Contains(methods, r.Method) {
			x.route = r.Method + " " + cmp.Or(chi.RouteContext(ctx).RoutePattern(), "*")
		}
		if e.Took != nil && !x.lasting {
			e.Took(cmp.Or(x.route, nowhere), cmp.Or(w.Status(), http.StatusOK), took)
		}
		e.trace(ctx)
	})
}

// Refuse makes the problem of an error, with whom to turn to, and has it entered once it
// was answered. What is no refusal is logged here and nowhere else.
func (e *Edge) Refuse(ctx context.Context, err error) *Problem {
	x := Of(ctx)
	p := refusal(e.gone(ctx, err))
	e.refer(ctx, p)
	x.Refused = p
	if errors.Is(err, commands.ErrRefused) {
		x.Reason = NotAccepted
	}
	x.tried(err)
	switch {
	case context.Cause(ctx) == context.Canceled: // the client has left
	case p.Code == string(domain.Internal):
		p.Instance = fault(ctx).Instance
		e.Log.Error("request failed", "action", x.Action, "object", x.Object, "request", RequestID(ctx), "err", err)
	case p.Code == string(domain.Unavailable):
		e.Log.Warn("request not served", "action", x.Action, "object", x.Object, "request", RequestID(ctx), "err", err)
	}
	return p
}

// tried notes whose account an error says was tried.
func (x *Exchange) tried(err error) {
	if refusal := (*commands.Refusal)(nil); errors.As(err, &refusal) {
		x.victim = refusal.Utente
	}
}

// gone says of who was known when the request came, and is not any more, what is said of
// who never was.
func (e *Edge) gone(ctx context.Context, err error) error {
	switch {
	case errors.Is(err, commands.ErrSuperseded):
		return For(ctx, SignedInElsewhere, Superseded())
	case err != nil && e.IsUnknown(err):
		return UnknownCaller("ended")
	}
	return err
}

// For names why something is refused, where the code of its problem does not say it.
func For(ctx context.Context, reason string, p *Problem) *Problem {
	Of(ctx).Reason = reason
	return p
}

// trace enters a refusal, and why what was shown of a workstation does not count: as the
// reason where one was wanted, else by itself, whether or not the request was refused. A
// certificate nobody enrolled says nothing where none is wanted. Faults are no refusals.
func (e *Edge) trace(ctx context.Context) {
	x := Of(ctx)
	aside := x.aside
	if p := x.Refused; p != nil && p.Status < http.StatusInternalServerError {
		outcome, field := cmp.Or(x.Reason, p.Code), ""
		if len(p.Errors) > 0 && !p.Errors[0].Foreign {
			field = p.Errors[0].Field
		}
		if field == "postazione" && aside != "" {
			outcome, aside = aside, ""
		}
		e.traceAs(ctx, outcome, field)
	}
	if aside != "" && !x.bare {
		e.traceAs(ctx, aside, "")
	}
}

// traceAs enters of a request the action, the object, why it is entered, the item if the
// API knows it, what the command asked for, the workstation that was shown. It is in the
// journal of who asked; of who is not known, in that of whose account was tried, or in
// nobody's. Those that are alike are entered once, and then their number.
func (e *Edge) traceAs(ctx context.Context, outcome, field string) {
	x := Of(ctx)
	one := refused{Meta(ctx), domain.AccessRecorded{
		Action: x.Action, Route: x.route, Object: x.Object, Outcome: outcome, Field: field, Asked: x.Asked, Address: x.from(), Purpose: x.purpose(),
	}}
	known := x.Caller.Utente != "" && x.Caller.Via == "" // software names whom it likes
	one.meta.By.Postazione = cmp.Or(x.Caller.Postazione, string(x.shown))
	one.meta.By.Utente = cmp.Or(one.meta.By.Utente, x.victim)
	if !e.refusals.first(one, network(x.Address), known, e.Commands.Now(), e.enter) {
		return
	}
	if known {
		e.enter(context.WithoutCancel(ctx), one)
		return
	}
	e.Later(ctx, func(ctx context.Context) error { // so that the time of the answer tells nothing
		e.enter(ctx, one)
		return nil
	})
}

// enter writes a refusal, or the number of many. The answer has been given, so a failure
// is logged.
func (e *Edge) enter(ctx context.Context, one refused) {
	ctx, cancel := context.WithTimeout(ctx, journalling)
	defer cancel()
	if err := commands.RecordAccess(ctx, e.Commands, one.meta, one.entry); err != nil {
		e.Log.Error("refusal not journalled", "action", one.entry.Action, "count", max(one.entry.Count, 1), "request", RequestID(ctx), "err", err)
	}
}

// Later does something once the request was answered, within the bound of an entry;
// Close waits for it. What is refused is entered, what fails is logged.
func (e *Edge) Later(ctx context.Context, do func(context.Context) error) {
	x := *Of(ctx) // the request's own is read when it ends
	x.aside = ""  // and entered then
	ctx, cancel := context.WithTimeout(With(context.WithoutCancel(ctx), &x), journalling)
	e.later.Go(func() {
		defer cancel()
		err := do(ctx)
		switch {
		case errors.Is(err, commands.ErrRefused):
			e.Refuse(ctx, err)
			e.trace(ctx)
		case err != nil:
			e.Log.Error("not done after the answer", "action", x.Action, "request", RequestID(ctx), "err", err)
		}
	})
}

// Close enters what is still being counted. Nothing may be refused afterwards.
func (e *Edge) Close() {
	e.later.Wait()
	e.refusals.flush(e.enter)
}
