package projections

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/domain"
)

// Capacita is a capacity in which a person may act.
type Capacita struct {
	Role              domain.Role          `json:"role"`
	Ente              domain.EnteID        `json:"ente,omitempty"`
	EnteDenominazione string               `json:"ente_denominazione,omitempty"`
	Comune            domain.CodiceISTAT   `json:"comune,omitempty"` // of a role at a Comune
	ComuneNome        string               `json:"comune_nome,omitempty"`
	Comuni            []domain.CodiceISTAT `json:"comuni,omitempty"` // that gave a role at an Ente
}

// Capacities returns the capacities a person holds at an instant, for them to choose
// from. What is chosen is looked at again at the head of the streams.
func (q *UtentiQueries) Capacities(ctx context.Context, id domain.UtenteID, at time.Time) ([]Capacita, error) {
	var p persona
	switch err := q.pool.QueryRow(ctx, `SELECT stato FROM utenti WHERE utente = $1`, id).Scan(&p); {
	case errors.Is(err, pgx.ErrNoRows):
		return []Capacita{}, nil
	case err != nil:
		return nil, fmt.Errorf("read the capacities of %s: %w", id, err)
	}
	names, err := q.named(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("read the capacities of %s: %w", id, err)
	}
	claims := p.claims(id)
	principals, err := principals(ctx, q.pool, p.principals(claims))
	if err != nil {
		return nil, fmt.Errorf("read the capacities of %s: %w", id, err)
	}
	all := []Capacita{}
	for _, a := range claims {
		standing := p.standing(a, id)
		standing.Principals = principals
		reach, ok := standing.Reach(a, at)
		if !ok {
			continue
		}
		c := Capacita{Role: a.Role, Ente: a.Ente, EnteDenominazione: names.enti[a.Ente], Comune: a.Comune, ComuneNome: names.comuni[a.Comune]}
		if a.Ente != "" {
			c.Comuni = reach.Comuni()
		}
		all = append(all, c)
	}
	return all, nil
}

// claims are the capacities the person may hold, each once.
func (p persona) claims(id domain.UtenteID) (claims []domain.Actor) {
	for _, l := range p.Posti {
		for _, role := range p.roles(l) {
			a := domain.Actor{Utente: id, Role: role, Ente: l.Ente}
			if l.Ente == "" {
				a.Comune = l.Comune
			}
			if !slices.Contains(claims, a) {
				claims = append(claims, a)
			}
		}
	}
	return claims
}

// principals are the persons in whose places the person claims something.
func (p persona) principals(claims []domain.Actor) (ids []domain.UtenteID) {
	for _, a := range claims {
		ids = append(ids, p.Substitutes(a)...)
	}
	return ids
}

// principals reads what is known of persons in whose places others act.
func principals(ctx context.Context, db querier, ids []domain.UtenteID) (all []domain.Principal, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	known, err := byKey[domain.UtenteID, persona](ctx, db, `SELECT utente::text, stato FROM utenti WHERE utente = ANY($1)`, ids)
	for id, p := range known {
		all = append(all, domain.Principal{ID: id, Utente: p.Utente})
	}
	return all, err
}

// standing is what a claim of the person is judged by.
func (p persona) standing(a domain.Actor, id domain.UtenteID) domain.Standing {
	s := domain.Standing{Utente: p.Utente}
	for _, l := range p.Posti {
		if l.Top && l.Comune == a.Comune {
			s.Comune = domain.Comune{Registered: true, ComuneRegistered: domain.ComuneRegistered{ISTAT: l.Comune}, Tops: []domain.UtenteID{id}}
		}
	}
	return s
}
