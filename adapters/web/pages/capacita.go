package pages

import (
	"net/http"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// capacita is what a person may choose from.
type capacita struct {
	Modulo    string
	Possibili []projections.Capacita
}

// showCapacities lets a person choose the capacity they act in.
func (p *Pages) showCapacities(w http.ResponseWriter, r *http.Request) error {
	c := edge.Of(r.Context()).Caller
	held, err := p.Utenti.Capacities(r.Context(), c.Utente, p.Commands.Now())
	if err != nil {
		return err
	}
	p.page(w, http.StatusOK, "capacita.html", capacita{tokenOf(c.Secret), held})
	return nil
}

// choose lets the session act in a capacity, under a new secret.
func (p *Pages) choose(w http.ResponseWriter, r *http.Request) error {
	ctx, x := r.Context(), edge.Of(r.Context())
	to := domain.Actor{
		Role: domain.Role(r.PostForm.Get("role")), Ente: domain.EnteID(r.PostForm.Get("ente")), Comune: domain.CodiceISTAT(r.PostForm.Get("comune")),
	}
	secret, _, err := p.Access.Choose(ctx, edge.Meta(ctx), x.Address, x.Caller.Secret, x.Caller.Opened, to)
	if err != nil {
		return err
	}
	keepCookie(w, edge.SessionCookie, secret, 0)
	http.Redirect(w, r, "/istruzioni", http.StatusSeeOther)
	return nil
}
