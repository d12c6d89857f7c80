package pages

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// accedi is what the pages of a sign-in show.
type accedi struct {
	frame
	Gateway bool       // SPID and CIE are offered
	Demo    []DemoUser // those of a demonstration
}

// Role is a role as people know it.
func (accedi) Role(r domain.Role) string { return titles[r] }

// signingIn is the view of a page of a sign-in.
func (p *Pages) signingIn(w http.ResponseWriter, r *http.Request, f form) *accedi {
	return &accedi{frame: frame{form: f, Title: "Accedi", Modulo: p.beforehand(w, r)}, Gateway: p.Access.Gateway != nil, Demo: p.Demo}
}

// showSignIn asks for login and password.
func (p *Pages) showSignIn(w http.ResponseWriter, r *http.Request) error {
	return p.show(w, r, http.StatusOK, "accedi", p.signingIn(w, r, preset("poi", back(r))))
}

// showHelp says what to do for who cannot come in.
func (p *Pages) showHelp(w http.ResponseWriter, r *http.Request) error {
	return p.show(w, r, http.StatusOK, "aiuto", p.signingIn(w, r, form{}))
}

// signIn checks the password; who has no second factor is in.
func (p *Pages) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := posted(w, r, p.Cookie(r, formCookie)); err != nil {
		return err
	}
	x := edge.Of(r.Context())
	step, err := p.Access.SignIn(r.Context(), r.PostForm.Get("accesso"), r.PostForm.Get("password"), x.From())
	switch {
	case errors.Is(err, commands.ErrRefused):
		return p.notIn(w, r, err, "accedi", filled(r))
	case err != nil:
		return err
	case step.Factors.Any():
		f := preset("poi", back(r), "passo", step.Secret)
		f.values["fattore"] = offered(step.Factors)
		return p.show(w, r, http.StatusOK, "codice", p.signingIn(w, r, f))
	}
	return p.finish(w, r, step.Secret, commands.Second{})
}

// offered are the second factors that the page asks for one of.
func offered(f commands.Factors) (all []string) {
	for name, has := range map[string]bool{"totp": f.TOTP, "passkey": f.Passkeys > 0, "recupero": f.RecoveryCodes > 0} {
		if has {
			all = append(all, name)
		}
	}
	return all
}

// finishSignIn checks the second factor.
func (p *Pages) finishSignIn(w http.ResponseWriter, r *http.Request) error {
	if err := posted(w, r, p.Cookie(r, formCookie)); err != nil {
		return err
	}
	second := commands.Second{TOTP: r.PostForm.Get("codice"), Recovery: r.PostForm.Get("recupero")}
	err := p.finish(w, r, r.PostForm.Get("passo"), second)
	if errors.Is(err, commands.ErrRefused) {
		f := filled(r)
		f.values.Del("codice")
		f.values.Del("recupero")
		return p.notIn(w, r, err, "codice", f)
	}
	return err
}

// notIn shows a page of the sign-in again: of whatever was refused one answer for all.
func (p *Pages) notIn(w http.ResponseWriter, r *http.Request, err error, page string, f form) error {
	problem := *p.Refuse(r.Context(), err)
	problem.Title, problem.Detail = "Accesso non riuscito", "Controlla i dati e riprova fra poco."
	f.values.Set("poi", back(r))
	return p.show(w, r, problem.Status, page, p.signingIn(w, r, f.refused(&problem)))
}

func (p *Pages) finish(w http.ResponseWriter, r *http.Request, step string, second commands.Second) error {
	ctx, x := r.Context(), edge.Of(r.Context())
	secret, s, err := p.Access.Finish(ctx, edge.Meta(ctx), x.From(), step, second, commands.CookieSession, device(r))
	if err != nil {
		return err
	}
	return p.welcome(w, r, secret, s)
}

// deviceTime is for how many seconds a browser shows by whom it was used.
const deviceTime = 90 * 24 * 60 * 60

// welcome gives the browser its new session, and what it is known by from then on. Who
// may act in one capacity alone acts in it, others choose.
func (p *Pages) welcome(w http.ResponseWriter, r *http.Request, secret string, s commands.Session) error {
	p.Drop(w, formCookie)
	p.Drop(w, lastCookie) // of whoever was here before
	to, secret, _, err := p.settle(r, secret, s)
	p.Keep(w, edge.SessionCookie, secret, 0)
	if err != nil {
		return err
	}
	device, err := p.Access.Accounts.Remember(r.Context(), s.Actor.Utente, edge.Of(r.Context()).Device)
	if err != nil {
		return err
	}
	p.Keep(w, edge.DeviceCookie, device, deviceTime)
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// settle lets a session act in the only capacity there is, under a new secret, and says
// where it goes on. What a capacity wants first, or that there is another number of
// them, leaves the session as it is.
func (p *Pages) settle(r *http.Request, secret string, s commands.Session) (to, fresh string, _ commands.Session, err error) {
	ctx, x := r.Context(), edge.Of(r.Context())
	held, err := p.Utenti.Capacities(ctx, s.Actor.Utente, p.Commands.Now())
	if err != nil || len(held) != 1 {
		return towards("/ruolo", back(r)), secret, s, err
	}
	only := domain.Actor{Role: held[0].Role, Ente: held[0].Ente, Comune: held[0].Comune}
	fresh, chosen, err := p.Access.Choose(ctx, edge.Meta(ctx), x.Address, secret, s, only)
	switch {
	case domain.CodeOf(err) == domain.Forbidden && s.SteppedUpAt.IsZero():
		return "/profilo/secondo-fattore", secret, s, nil
	case domain.CodeOf(err) == domain.Forbidden: // it was taken, and the read model does not know yet
		return "/ruolo", secret, s, nil
	case err != nil:
		return "", secret, s, err
	}
	to, err = p.begins(ctx, chosen.Actor, back(r))
	return to, fresh, chosen, err
}

// towards is the address of a page that leads on to another; to none if that is empty.
func towards(page, poi string) string {
	if poi == "" {
		return page
	}
	return page + "?" + url.Values{"poi": {poi}}.Encode()
}

// device is how a browser is called in the list of sessions.
func device(r *http.Request) string {
	sent := r.UserAgent()
	name := firstOf(sent, "Edg/", "Edge", "OPR/", "Opera", "Firefox/", "Firefox", "Chrome/", "Chrome", "Safari/", "Safari")
	system := firstOf(sent, "Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS X", "macOS", "Linux", "Linux")
	switch {
	case name == "":
		return sent
	case system == "":
		return name
	}
	return name + " su " + system
}

// firstOf returns what the first sign found in a text stands for; signs and what they
// stand for are given by turns.
func firstOf(text string, pairs ...string) string {
	for i := 0; i < len(pairs); i += 2 {
		if strings.Contains(text, pairs[i]) {
			return pairs[i+1]
		}
	}
	return ""
}
