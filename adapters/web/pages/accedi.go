package pages

import (
	"errors"
	"net/http"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
)

// accedi is what the pages of a sign-in show.
type accedi struct {
	Modulo  string // token of the form
	Gateway bool   // SPID and CIE are offered
	Passo   string // the sign-in that goes on
	Avviso  string // why one signs in again
	Problem string
}

// showSignIn asks for login and password.
func (p *Pages) showSignIn(w http.ResponseWriter, r *http.Request) error {
	p.page(w, http.StatusOK, "accedi.html", accedi{Modulo: beforehand(w, r), Gateway: p.Access.Gateway != nil})
	return nil
}

// showSignInAgain tells who was signed out by a sign-in elsewhere that they were.
func (p *Pages) showSignInAgain(w http.ResponseWriter, r *http.Request) {
	dropCookie(w, edge.SessionCookie)
	again := accedi{Modulo: beforehand(w, r), Gateway: p.Access.Gateway != nil, Avviso: edge.Superseded().Detail}
	p.page(w, http.StatusUnauthorized, "accedi.html", again)
}

// signIn checks the password; who has no second factor is in.
func (p *Pages) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := posted(w, r, edge.Cookie(r, formCookie)); err != nil {
		return err
	}
	x := edge.Of(r.Context())
	step, err := p.Access.SignIn(r.Context(), r.PostForm.Get("accesso"), r.PostForm.Get("password"), x.Address)
	if errors.Is(err, commands.ErrRefused) {
		problem := p.tried(r.Context(), err)
		p.page(w, problem.Status, "accedi.html", accedi{Modulo: beforehand(w, r), Gateway: p.Access.Gateway != nil, Problem: problem.Detail})
		return nil
	}
	switch {
	case err != nil:
		return err
	case step.Factors.Any():
		p.page(w, http.StatusOK, "codice.html", accedi{Modulo: beforehand(w, r), Passo: step.Secret})
		return nil
	}
	return p.finish(w, r, step.Secret, commands.Second{})
}

// finishSignIn checks the second factor.
func (p *Pages) finishSignIn(w http.ResponseWriter, r *http.Request) error {
	if err := posted(w, r, edge.Cookie(r, formCookie)); err != nil {
		return err
	}
	step := r.PostForm.Get("passo")
	second := commands.Second{TOTP: r.PostForm.Get("codice"), Recovery: r.PostForm.Get("recupero")}
	err := p.finish(w, r, step, second)
	if errors.Is(err, commands.ErrRefused) {
		problem := p.tried(r.Context(), err)
		p.page(w, problem.Status, "codice.html", accedi{Modulo: beforehand(w, r), Passo: step, Problem: problem.Detail})
		return nil
	}
	return err
}

func (p *Pages) finish(w http.ResponseWriter, r *http.Request, step string, second commands.Second) error {
	secret, _, err := p.Access.Finish(r.Context(), edge.Meta(r.Context()), step, second, commands.CookieSession, device(r))
	if err != nil {
		return err
	}
	p.welcome(w, r, secret)
	return nil
}

// welcome gives the browser its new session and lets the person choose a capacity.
func (p *Pages) welcome(w http.ResponseWriter, r *http.Request, secret string) {
	dropCookie(w, formCookie)
	keepCookie(w, edge.SessionCookie, secret, 0)
	http.Redirect(w, r, "/accedi/capacita", http.StatusSeeOther)
}

// device is how a browser calls itself, for the list of sessions.
func device(r *http.Request) string { return r.UserAgent() }
