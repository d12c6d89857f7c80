package pages

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain"
)

// modulo is a page that is nothing but a form.
type modulo struct {
	Modulo  string
	Fatto   bool
	Problem string
}

// showInvitation asks for a password. The link goes on to be good: programs that look
// at mail open links too.
func (p *Pages) showInvitation(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.Access.Invited(r.Context(), chi.URLParam(r, "secret")); err != nil {
		return err
	}
	p.page(w, http.StatusOK, "invito.html", modulo{Modulo: beforehand(w, r)})
	return nil
}

// redeem sets the password.
func (p *Pages) redeem(w http.ResponseWriter, r *http.Request) error {
	if err := posted(w, r, edge.Cookie(r, formCookie)); err != nil {
		return err
	}
	ctx, x := r.Context(), edge.Of(r.Context())
	form := modulo{Modulo: beforehand(w, r)}
	password := r.PostForm.Get("password")
	if password != r.PostForm.Get("ripetuta") {
		form.Problem = "Le due password sono diverse."
		p.page(w, http.StatusUnprocessableEntity, "invito.html", form)
		return nil
	}
	err := p.Access.Redeem(ctx, edge.Meta(ctx), x.Address, chi.URLParam(r, "secret"), password)
	if domain.CodeOf(err) == domain.Invalid {
		problem := p.Refuse(ctx, err)
		form.Problem = problem.Detail
		p.page(w, problem.Status, "invito.html", form)
		return nil
	}
	if err != nil {
		return err
	}
	form.Fatto = true
	p.page(w, http.StatusOK, "invito.html", form)
	return nil
}
