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
	shown := e.Proxies.Credentials(r)
	x.Address = shown.Address
	caller, err := e.Callers(r.Context(), shown)
	if err != nil {
		return err
	}
	x.Caller = caller
	if shown.Authorization == "" && shown.Session != "" && !SameOrigin(r) {
		return NewProblem(string(domain.Forbidden), "La richiesta non viene da una pagina di questo servizio.")
	}
	if caller.Software != "" {
		return e.forPerson(r, x, shown)
	}
	return e.fromWorkstation(r.Context(), x, shown)
}

// fromWorkstation keeps the workstation that was proven if it may be used from this
// address by this Ente.
func (e *Edge) fromWorkstation(ctx context.Context, x *Exchange, shown Credentials) error {
	if x.Caller.Postazione == "" {
		return nil
	}
	id := domain.PostazioneID(x.Caller.Postazione)
	p, err := commands.Fact(ctx, e.Commands, id.Stream())
	if err != nil {
		return err
	}
	if p.Ente != x.Caller.Ente || !p.Usable() || !p.From(shown.Address) {
		x.Caller.Postazione = ""
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
	if !app.Proven(shown.Address, shown.Certificate) || !app.Live(x.Caller.Session, e.Commands.Now()) {
		return UnknownCaller(shown.Authorization)
	}
	person, err := domain.ParseUtenteID(r.Header.Get(PersonHeader))
	if err != nil {
		return refusal(domain.FieldErrorf(domain.Invalid, PersonHeader, "l'applicativo indica in ogni richiesta l'utente per cui chiede, con il suo identificativo"))
	}
	x.Caller.Utente, x.Caller.Ente, x.Caller.Via = person, app.Ente, x.Caller.Software
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
