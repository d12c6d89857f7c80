package pages

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// ruolo is what a person may choose from.
type ruolo struct {
	frame
	Possibili []capacita
}

// capacita is a capacity as people choose it.
type capacita struct {
	projections.Capacita
	Title, Where, Duty string
	Here               bool // the person acts in it
}

// duties are what each role is for.
var duties = map[domain.Role]string{
	domain.RoleStandard: "Chiede visure e ne scarica i documenti.",
	domain.RoleAdmin:    "Amministra gli utenti dell’Ente, e chiede visure.",
	domain.RoleTop:      "Dirige l’Anagrafe: amministra Enti, profili e utenti, e decide sulle richieste.",
	domain.RoleAnagrafe: "Decide sulle richieste che attendono conferma.",
	domain.RoleAuditor:  "Consulta richieste e accessi, con le persone mascherate.",
}

// capacitiesOf are those a person holds, as read models know it.
func (p *Pages) capacitiesOf(ctx context.Context, by domain.Actor) (all []capacita, err error) {
	held, err := p.Utenti.Capacities(ctx, by.Utente, p.Commands.Now())
	if err != nil {
		return nil, err
	}
	for _, c := range held {
		where := []string{c.EnteDenominazione}
		for _, istat := range append(c.Comuni, c.Comune) {
			if istat == "" {
				continue
			}
			comune, err := commands.Fact(ctx, p.Commands, istat.Stream())
			if err != nil {
				return nil, err
			}
			where = append(where, "Comune di "+comune.Nome)
		}
		all = append(all, capacita{
			Capacita: c, Title: titles[c.Role], Where: strings.TrimPrefix(strings.Join(where, ", "), ", "), Duty: duties[c.Role],
			Here: c.Role == by.Role && c.Ente == by.Ente && c.Comune == by.Comune,
		})
	}
	return all, nil
}

// showCapacities lets a person choose the capacity they act in.
func (p *Pages) showCapacities(w http.ResponseWriter, r *http.Request) error {
	return p.capacities(w, r, preset("poi", back(r)), http.StatusOK)
}

func (p *Pages) capacities(w http.ResponseWriter, r *http.Request, f form, status int) error {
	held, err := p.capacitiesOf(r.Context(), edge.Of(r.Context()).Caller.Actor)
	if err != nil {
		return err
	}
	return p.show(w, r, status, "ruolo", &ruolo{frame{form: f, Title: "Con quale ruolo"}, held})
}

// choose lets the session act in a capacity, under a new secret.
func (p *Pages) choose(w http.ResponseWriter, r *http.Request) error {
	ctx, x := r.Context(), edge.Of(r.Context())
	to := domain.Actor{
		Role: domain.Role(r.PostForm.Get("role")), Ente: domain.EnteID(r.PostForm.Get("ente")), Comune: domain.CodiceISTAT(r.PostForm.Get("comune")),
	}
	secret, chosen, err := p.Access.Choose(ctx, edge.Meta(ctx), x.Address, x.Caller.Secret, x.Caller.Opened, to)
	if err != nil {
		return p.again(r, err, func(f form, status int) error { return p.capacities(w, r, f, status) })
	}
	p.Keep(w, edge.SessionCookie, secret, 0)
	on, err := p.begins(ctx, chosen.Actor, back(r))
	if err != nil {
		return err
	}
	http.Redirect(w, r, on, http.StatusSeeOther)
	return nil
}

// begins is where who acts in a capacity goes on: to the instructions they have yet to
// accept, to the page they wanted, or to where their role begins.
func (p *Pages) begins(ctx context.Context, by domain.Actor, poi string) (string, error) {
	all, err := p.instructions(edge.With(ctx, &edge.Exchange{Caller: edge.Caller{Actor: by}}), by)
	if err != nil {
		return "", err
	}
	for _, i := range all {
		if !i.Accolte {
			return towards("/istruzioni", poi), nil
		}
	}
	return cmp.Or(poi, homeOf(by.Role)), nil
}
