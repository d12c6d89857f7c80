package pages

import (
	"context"
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
)

// access adds the pages by which people come in. Their names are those of the actions
// entered in the journal.
func (p *Pages) access(r chi.Router) {
	r.Get("/accedi", p.open("sign-in", p.showSignIn))
	r.Post("/accedi", p.limited(p.open("sign-in", p.signIn)))
	r.Post("/accedi/codice", p.limited(p.open("finish-sign-in", p.finishSignIn)))
	r.Get("/accedi/spid", p.limited(p.open("begin-gateway", p.beginGateway)))
	r.Get("/accedi/spid/ritorno", p.limited(p.open("finish-gateway", p.finishGateway)))
	r.Get("/invito/{secret}", p.limited(p.open("redeem-invitation", p.showInvitation)))
	r.Post("/invito/{secret}", p.limited(p.open("redeem-invitation", p.redeem)))
	r.Get("/postazione/{link}", p.limited(p.open("enrol-postazione", p.showEnrolment)))
	r.Post("/postazione/{link}", p.limited(p.open("enrol-postazione", p.enrol)))

	r.Get("/accedi/capacita", p.signedIn("read-session", p.showCapacities))
	r.Post("/accedi/capacita", p.signedIn("choose-capacity", p.choose))
	r.Get("/accedi/secondo-fattore", p.signedIn("begin-totp", p.showSecondFactor))
	r.Post("/accedi/secondo-fattore", p.signedIn("begin-totp", p.beginTOTP))
	r.Post("/accedi/secondo-fattore/conferma", p.signedIn("enrol-totp", p.enrolTOTP))
	r.Get("/istruzioni", p.signedIn("read-instructions", p.showInstructions))
	r.Post("/istruzioni", p.signedIn("accept-instructions", p.accept))
	r.Post("/esci", p.signedIn("sign-out", p.signOut))
}

// answer answers a request; what it returns is shown as a page and entered.
type answer func(http.ResponseWriter, *http.Request) error

// limited lets a network ask so often a minute.
func (p *Pages) limited(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if problem := p.Arriving(r); problem != nil {
			p.refusal(w, problem)
			return
		}
		next(w, r)
	}
}

// open is a page for whoever is not known yet.
func (p *Pages) open(action string, do answer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		x := &edge.Exchange{Action: action, Address: p.Proxies.Address(r)}
		ctx := edge.With(r.Context(), x)
		if err := do(w, r.WithContext(ctx)); err != nil {
			p.refusal(w, p.tried(ctx, err))
		}
	}
}

// tried is what is shown to who is not known and was refused: of a sign-in one answer
// for all. It is entered once it was answered, so that its time tells nothing.
func (p *Pages) tried(ctx context.Context, err error) *edge.Problem {
	x, problem := edge.Of(ctx), p.Refuse(ctx, commands.SignInRefused(err))
	if problem.Status < http.StatusInternalServerError {
		p.Later(ctx, func(ctx context.Context) error { return p.Access.Failed(ctx, edge.Meta(ctx), x.Address, x.Action, err) })
	}
	return problem
}

// signedIn is a page for who has a session, in whatever capacity or none; others are
// sent to sign in.
func (p *Pages) signedIn(action string, do answer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		x := &edge.Exchange{Action: action, Address: p.Proxies.Address(r)}
		ctx := edge.With(r.Context(), x)
		r = r.WithContext(ctx)
		err := p.Identify(r, x)
		switch {
		case errors.Is(err, commands.ErrSuperseded):
			p.showSignInAgain(w, r)
			return
		case err != nil && p.IsUnknown(err), err == nil && !x.Caller.SignedIn:
			http.Redirect(w, r, "/accedi", http.StatusSeeOther)
			return
		case err == nil && r.Method == http.MethodPost:
			err = posted(w, r, x.Caller.Secret)
		}
		if err == nil {
			err = do(w, r)
		}
		if err != nil {
			p.refusal(w, p.Refuse(ctx, err))
			p.JournalRefusal(ctx)
		}
	}
}

// refusal is the page of what was refused.
func (p *Pages) refusal(w http.ResponseWriter, problem *edge.Problem) {
	for name, values := range problem.GetHeaders() {
		w.Header()[name] = values
	}
	p.page(w, problem.Status, "rifiuto.html", problem)
}
