package edge

import (
	"context"
	"net/http"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// StepUp is for how long a second factor that was proven lets somebody give rights.
const StepUp = 10 * time.Minute

// Identify finds out who sends a request and puts it into its exchange: the person
// and their capacity, from which workstation and address. It answers a *Problem for
// who cannot be told, or is refused whatever they ask.
func (e *Edge) Identify(r *http.Request, x *Exchange) error {
	shown := e.shown(r)
	if x.Program {
		shown.Session = ""
	}
	shown.Glance = x.Glance
	caller, err := e.Callers(r.Context(), shown)
	if err != nil {
		x.tried(err)
		return err
	}
	x.Caller = caller
	if shown.Authorization == "" && shown.Session != "" && !SameOrigin(r) {
		return For(r.Context(), ForeignOrigin, NewProblem(string(domain.Forbidden), "La richiesta non viene da una pagina di questo servizio."))
	}
	if caller.Software != "" {
		return e.forPerson(r, x, shown)
	}
	return e.seat(r.Context(), x, shown)
}

// Seat finds out from which workstation a request comes of somebody who is not known yet.
func (e *Edge) Seat(r *http.Request) error {
	return e.seat(r.Context(), Of(r.Context()), e.shown(r))
}

// seat has a request come from the workstation that was proven, if it may be used from
// this address, and by the Ente for which somebody acts. Else it comes from none, which
// is entered.
func (e *Edge) seat(ctx context.Context, x *Exchange, shown Credentials) error {
	if shown.Workstation == "" && shown.Certificate == "" {
		return nil
	}
	id, err := e.Workstations(ctx, shown.Workstation, shown.Certificate)
	if err != nil {
		return err
	}
	if id == "" {
		x.aside, x.bare = UnknownPostazione, shown.Workstation == ""
		return nil
	}
	p, err := commands.Fact(ctx, e.Commands, id.Stream())
	if err != nil {
		return err
	}
	x.shown = id
	switch by := x.Caller.Actor; {
	case by.Role != "" && by.Ente != p.Ente:
		x.aside = StolenPostazione
	case !p.Usable():
		x.aside = RevokedPostazione
	case !p.From(shown.Address):
		x.aside = DisplacedPostazione
	default:
		x.Caller.Postazione = string(id)
	}
	return nil
}

// forPerson lets software act for the person it names, in a role they hold at its
// Ente.
func (e *Edge) forPerson(r *http.Request, x *Exchange, shown Credentials) error {
	app, err := commands.Fact(r.Context(), e.Commands, x.Caller.Software.Stream())
	if err != nil {
		return err
	}
	x.Caller.Via, x.Caller.Ente = x.Caller.Software, app.Ente
	switch {
	case !app.Proven(shown.Address, shown.Certificate):
		return For(r.Context(), OffNetwork, UnknownCaller(shown.Authorization))
	case !app.Live(x.Caller.Session, e.Commands.Now()):
		return For(r.Context(), RevokedToken, UnknownCaller(shown.Authorization))
	}
	person, err := domain.ParseUtenteID(r.Header.Get(PersonHeader))
	if err != nil {
		return refusal(domain.FieldErrorf(domain.Invalid, PersonHeader, "l'applicativo indica in ogni richiesta l'utente per cui chiede, con il suo identificativo"))
	}
	x.Caller.Utente = person
	switch role := domain.Role(r.Header.Get(RoleHeader)); role {
	case "", domain.RoleStandard:
		x.Caller.Role = domain.RoleStandard
	case domain.RoleAdmin:
		x.Caller.Role = role
	default:
		return refusal(domain.FieldErrorf(domain.Invalid, RoleHeader, "il ruolo è standard o admin"))
	}
	return nil
}

// SameOrigin says whether a request that changes something comes from a page of this
// server (Fetch Metadata; Origin where a browser does not send it). One that says
// nothing of where it comes from does not.
func SameOrigin(r *http.Request) bool {
	safe := r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
	says := r.Header.Get("Sec-Fetch-Site") != "" || r.Header.Get("Origin") != ""
	return (safe || says) && http.NewCrossOriginProtection().Check(r) == nil
}

// LedHere says whether a request was led here by a page of this server, or by nobody: an
// address that somebody typed or kept. A browser that does not say is believed.
func LedHere(r *http.Request) bool {
	from := r.Header.Get("Sec-Fetch-Site")
	return from == "" || from == "same-origin" || from == "none"
}
