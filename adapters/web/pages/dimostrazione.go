package pages

import (
	"net/http"
	"slices"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// DemoUser is a user of a demonstration, whom the sign-in page offers: one click, and
// who clicked is signed in and acts in their capacity.
type DemoUser struct {
	Name  string
	Actor domain.Actor
}

// Codice is the user's code.
func (u DemoUser) Codice() string { return u.Actor.Utente.Codice() }

// Duty says what the user does.
func (u DemoUser) Duty() string { return duties[u.Actor.Role] }

// signInDemo signs a user of the demonstration in. That nothing was proven is what the
// journal says.
func (p *Pages) signInDemo(w http.ResponseWriter, r *http.Request) error {
	if err := posted(w, r, p.Cookie(r, formCookie)); err != nil {
		return err
	}
	i := slices.IndexFunc(p.Demo, func(u DemoUser) bool { return u.Codice() == r.PostForm.Get("utente") })
	if i < 0 {
		return domain.Errorf(domain.NotFound, "nessun utente della dimostrazione ha questo codice")
	}
	ctx, x, to := r.Context(), edge.Of(r.Context()), p.Demo[i].Actor
	proof := commands.Proof{Utente: to.Utente, Method: commands.MethodDemonstration, Address: x.Address}
	secret, s, err := p.Access.Start(ctx, edge.Meta(ctx), proof, commands.CookieSession, device(r))
	if err != nil {
		return err
	}
	secret, s, err = p.Access.Choose(ctx, edge.Meta(ctx), x.Address, secret, s, to)
	if err != nil {
		return err
	}
	p.Drop(w, formCookie)
	p.Drop(w, lastCookie) // of whoever was here before
	p.Keep(w, edge.SessionCookie, secret, 0)
	on, err := p.begins(ctx, s.Actor, back(r))
	if err != nil {
		return err
	}
	http.Redirect(w, r, on, http.StatusSeeOther)
	return nil
}
