package commands

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"

	"github.com/visure-anagrafiche/visure/domain"
)

// Invitation is how a person was invited: by mail, or by a link that whoever invited
// them hands over.
type Invitation struct {
	Mailed bool
	Link   string // if not mailed
}

// Invite lets a person set their password, the first or another, by a link that works
// once. It is for who administers the person's pair, or the installation, and never
// for oneself. The link goes to the person's address; where they have none, or it is
// to be handed over, it is returned.
func (a *Access) Invite(ctx context.Context, m domain.Meta, from netip.Addr, id domain.UtenteID, handOver bool) (Invitation, error) {
	who, err := Standing(ctx, a.Handler, m.By)
	if err != nil {
		return Invitation{}, err
	}
	u, err := Fact(ctx, a.Handler, id.Stream())
	if err != nil {
		return Invitation{}, err
	}
	r, _ := who.Reach(m.By, a.Handler.Now())
	switch {
	case !r.Appoints && !r.Installs:
		return Invitation{}, domain.Errorf(domain.Forbidden, "operazione riservata a chi amministra gli utenti")
	case !u.Registered || !r.Installs && !known(r, u):
		return Invitation{}, errNobody
	case id == m.By.Utente:
		return Invitation{}, errOneself
	case m.By.Role == domain.RoleAdmin && administersToo(r, u):
		return Invitation{}, errColleague
	}
	if err := a.Accounts.Open(ctx, id, u.Email); err != nil {
		return Invitation{}, err
	}
	secret, err := a.Accounts.Invite(ctx, id)
	if err != nil {
		return Invitation{}, err
	}
	how := "handed-over"
	if u.Email != "" && !handOver {
		how = "mailed"
	}
	if err := a.enter(ctx, m, from, domain.AccessRecorded{Action: "invite-utente", Object: string(id.Stream()), Outcome: "ok", How: how}); err != nil {
		return Invitation{}, err
	}
	link := a.PublicURL + "/invito/" + secret
	if how == "handed-over" {
		return Invitation{Link: link}, nil
	}
	sum := sha256.Sum256([]byte(secret))
	err = a.Post(ctx, Letter{
		Key: "invitation/" + hex.EncodeToString(sum[:16]), To: u.Email, Subject: "Visure anagrafiche: imposti la Sua password",
		Text: "È stato invitato a usare il servizio delle visure anagrafiche.\n\nImposti la Sua password a questo indirizzo, che funziona una sola volta:\n\n" + link +
			"\n\nIl Suo codice utente è " + u.Codice + ".\nSe non aspettava questo messaggio lo ignori.\n",
	})
	if err != nil {
		return Invitation{}, fmt.Errorf("mail an invitation: %w", err)
	}
	return Invitation{Mailed: true}, nil
}

// administersToo says whether a person is an ADMIN at a pair within reach.
func administersToo(r domain.Reach, u domain.Utente) bool {
	for _, role := range u.Roles {
		if role.Role == domain.RoleAdmin && r.Covers(role.Pair().Object()) {
			return true
		}
	}
	return false
}

// Invited returns whose link it is, and leaves the link as it is.
func (a *Access) Invited(ctx context.Context, secret string) (domain.UtenteID, error) {
	id, err := a.Accounts.Invited(ctx, secret)
	if errors.Is(err, ErrRefused) {
		return "", errLink
	}
	return id, err
}

// Redeem sets a person's password by a link they were given, once.
func (a *Access) Redeem(ctx context.Context, m domain.Meta, from netip.Addr, secret, password string) error {
	id, err := a.Invited(ctx, secret)
	if err != nil {
		return err
	}
	own, err := a.own(ctx, id)
	if err != nil {
		return err
	}
	switch _, err := a.Accounts.Redeem(ctx, secret, password, own); {
	case errors.Is(err, ErrRefused):
		return errLink
	case err != nil:
		return err
	}
	return a.enter(ctx, as(m, id), from, domain.AccessRecorded{Action: "set-password", Outcome: "ok"})
}
