package pages

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain"
)

// modulo is a page that is nothing but a form.
type modulo struct {
	frame
	Fatto bool // it has done what it is for
}

// showInvitation asks for a password. The link goes on to be good: programs that look
// at mail open links too.
func (p *Pages) showInvitation(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.Access.Invited(r.Context(), chi.URLParam(r, "secret")); err != nil {
		return err
	}
	return p.invitation(w, r, http.StatusOK, form{}, false)
}

func (p *Pages) invitation(w http.ResponseWriter, r *http.Request, status int, f form, done bool) error {
	return p.show(w, r, status, "invito", &modulo{frame{form: f, Title: "Imposta la password", Modulo: p.beforehand(w, r)}, done})
}

// redeem sets the password.
func (p *Pages) redeem(w http.ResponseWriter, r *http.Request) error {
	if err := posted(w, r, p.Cookie(r, formCookie)); err != nil {
		return err
	}
	ctx, x := r.Context(), edge.Of(r.Context())
	password := r.PostForm.Get("password")
	if password != r.PostForm.Get("ripetuta") {
		var f form
		f.refuse("ripetuta", "Le due password sono diverse")
		return p.invitation(w, r, http.StatusUnprocessableEntity, f, false)
	}
	err := p.Access.Redeem(ctx, edge.Meta(ctx), x.Address, chi.URLParam(r, "secret"), password)
	if domain.CodeOf(err) == domain.Invalid {
		problem := p.Refuse(ctx, err)
		return p.invitation(w, r, problem.Status, form{}.refused(problem), false)
	}
	if err != nil {
		return err
	}
	return p.invitation(w, r, http.StatusOK, form{}, true)
}
