package generate

import (
	"context"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/domain"
)

// Grant is a bearer token with something its bearer may ask for.
type Grant struct {
	Token    string             `json:"token"`
	Utente   domain.UtenteID    `json:"utente"`
	Ente     domain.EnteID      `json:"ente"`
	Comune   domain.CodiceISTAT `json:"comune"`
	Tipo     domain.Tipo        `json:"tipo"`
	Finalita string             `json:"finalita"`
	Conferma domain.Conferma    `json:"conferma,omitempty"` // of a nationwide request; empty: not granted
}

// validity is how long the tokens are good for.
const validity = 365 * 24 * time.Hour

type tokens struct{ *auth.Tokens }

// issue makes tokens for operators, taking from each Comune in turn, largest
// first, so that any number of them stands for all.
func (t tokens) issue(ctx context.Context, w *world, n int) (all []Grant, err error) {
	seen := map[domain.UtenteID]bool{}
	for round, more := 0, true; more && len(all) < n; round++ {
		more = false
		for _, grants := range w.grants {
			if round >= len(grants) || len(all) == n {
				continue
			}
			more = true
			g := grants[round]
			if seen[g.operator] || !w.inForce(g.convenzione()) {
				continue
			}
			seen[g.operator] = true
			token, err := t.Issue(ctx, domain.Actor{Utente: g.operator, Role: domain.RoleStandard, Ente: g.ente}, "generated", validity)
			if err != nil {
				return nil, err
			}
			residenza, _ := w.parties.profiles[g.profile].state.Grant(domain.Residenza)
			all = append(all, Grant{token, g.operator, g.ente, g.comune, domain.Residenza, purposes[0].Codice, residenza.Nazionale.Conferma})
		}
	}
	return all, nil
}

// inForce says whether an act is in force today.
func (w *world) inForce(id domain.ConvenzioneID) bool {
	_, stato := w.convenzioni[id].state.InForce(domain.ItalianDay(time.Now()))
	return stato == domain.ConvenzioneAttiva
}
