package commands

import (
	"context"
	"net/netip"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

// Access is how people come in: invitation, sign-in, capacity, and what they sign in
// with. Everything that happens is entered in a journal. All fields but Gateway must
// be set before it is used; it is safe for concurrent use.
type Access struct {
	Handler  *Handler
	Accounts Accounts
	Sessions Sessions
	Gateway  Gateway // nil: there is none
	Post     func(context.Context, Letter) error
	// PublicURL is where people reach the server, without a slash at its end.
	PublicURL string
}

// enter writes what happened into the journal of who did it.
func (a *Access) enter(ctx context.Context, m domain.Meta, from netip.Addr, entry domain.AccessRecorded) error {
	if from.IsValid() {
		entry.Address = from.String()
	}
	return RecordAccess(ctx, a.Handler, m, entry)
}

// change has what a person signs in with changed once it is entered that it is about to
// be, and then enters that it was: nothing changes without a record, also if the server
// stops in between. What was refused is left to be entered by the caller.
func (a *Access) change(ctx context.Context, m domain.Meta, from netip.Addr, action string, do func() error) error {
	if err := a.enter(ctx, m, from, domain.AccessRecorded{Action: action, Outcome: domain.AccessBegun}); err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	return a.enter(ctx, m, from, domain.AccessRecorded{Action: action, Outcome: "ok"})
}

// as is the meta of what a person does to what is their own, in no capacity.
func as(m domain.Meta, id domain.UtenteID) domain.Meta {
	if m.By.Utente == "" {
		m.By = domain.Actor{Utente: id}
	}
	return m
}

// own is what a person's password may not contain: their own data, and the names of
// the Enti and Comuni they act at.
func (a *Access) own(ctx context.Context, id domain.UtenteID) ([]string, error) {
	u, err := Fact(ctx, a.Handler, id.Stream())
	if err != nil {
		return nil, err
	}
	local, _, _ := strings.Cut(u.Email, "@")
	data := []string{u.Cognome, u.Nome, string(u.CodiceFiscale), local, u.Codice}
	for _, r := range u.Roles {
		if r.Ente != "" {
			e, err := Fact(ctx, a.Handler, r.Ente.Stream())
			if err != nil {
				return nil, err
			}
			data = append(data, e.Denominazione)
		}
		if r.Comune != "" {
			c, err := Fact(ctx, a.Handler, r.Comune.Stream())
			if err != nil {
				return nil, err
			}
			data = append(data, c.Nome)
		}
	}
	return data, nil
}

// errLink is the answer to a link that cannot be used.
var errLink = domain.Errorf(domain.NotFound, "il collegamento non è valido: è già stato usato o è scaduto")

// errSignIn is the one answer to every sign-in that is refused, whatever the reason.
var errSignIn = domain.Errorf(domain.Forbidden, "accesso non riuscito: controllare i dati e riprovare tra poco")
