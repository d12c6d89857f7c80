package pages

import (
	"context"
	"net/http"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain"
)

// showRecovery asks who has forgotten their password.
func (p *Pages) showRecovery(w http.ResponseWriter, r *http.Request) error {
	return p.show(w, r, http.StatusOK, "recupero", p.signingIn(w, r, form{}))
}

// recoverPassword has a link mailed to whoever the login is of. It is looked up once
// the answer was given, which is the same for all: so its time tells nothing either.
func (p *Pages) recoverPassword(w http.ResponseWriter, r *http.Request) error {
	if err := posted(w, r, p.Cookie(r, formCookie)); err != nil {
		return err
	}
	login := strings.TrimSpace(r.PostForm.Get("accesso"))
	if login == "" {
		f := filled(r)
		f.refuse("accesso", "Scrivi il codice utente o l’indirizzo di posta.")
		return p.show(w, r, http.StatusUnprocessableEntity, "recupero", p.signingIn(w, r, f))
	}
	ctx, x := r.Context(), edge.Of(r.Context())
	p.Later(ctx, func(ctx context.Context) error { return p.Access.Recover(ctx, edge.Meta(ctx), x.Address, login) })
	return p.onward(w, r, "/accedi", domain.Position{},
		"Se è di un utente con un indirizzo di posta, il collegamento per impostare un’altra password è in arrivo: vale un’ora e una volta sola.")
}
