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
// to be handed over, it is returned to whom handsOver lets.
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
	handOver, err = a.handsOver(ctx, m.By, r, id, u, handOver)
	if err != nil {
		return Invitation{}, err
	}
	if err := a.Accounts.Open(ctx, id, u.Email); err != nil {
		return Invitation{}, err
	}
	secret, err := a.Accounts.Invite(ctx, id)
	if err != nil {
		return Invitation{}, err
	}
	how := "mailed"
	if handOver {
		how = "handed-over"
	}
	if err := a.enter(ctx, m, from, domain.AccessRecorded{Action: "invite-utente", Object: string(id.Stream()), Outcome: "ok", How: how}); err != nil {
		return Invitation{}, err
	}
	link := a.PublicURL + "/invito/" + secret
	if handOver {
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

// handsOver says whether a link is handed over to who invites, or else mailed; it
// refuses who may have neither. Whoever has a link has the account: so of one that was
// used, or of a person who may do what is not within reach of who invites, it is only
// mailed, and never to an address that is theirs to choose. The installation may
// always.
func (a *Access) handsOver(ctx context.Context, by domain.Actor, r domain.Reach, id domain.UtenteID, u domain.Utente, wanted bool) (bool, error) {
	seats, err := a.seats(ctx, u)
	if err != nil {
		return false, err
	}
	f, err := a.Accounts.Factors(ctx, id)
	if err != nil {
		return false, err
	}
	own := encompasses(r, id, u, seats, domain.ItalianDay(a.Handler.Now()))
	chosen := u.AddressBy.Utente == by.Utente && u.Readdressed
	if !own {
		chosen = u.AddressBy.Utente == by.Utente || u.EnteredBy == domain.Pair{Ente: by.Ente, Comune: by.Comune}
	}
	switch fresh := !f.Password && !f.Used; {
	case r.Installs, own && fresh:
		return wanted || u.Email == "", nil
	case u.Email == "":
		return false, domain.Errorf(domain.Forbidden, "il collegamento si può solo spedire, e la persona non ha un indirizzo: lo consegna chi amministra l'installazione")
	case chosen:
		return false, domain.Errorf(domain.Forbidden, "l'indirizzo della persona l'ha indicato chi invita: la invita un'altra persona, o chi amministra l'installazione")
	}
	return false, nil
}

// seats are the Comuni a person may be a TOP of.
func (a *Access) seats(ctx context.Context, u domain.Utente) (seats []domain.Comune, err error) {
	seats = make([]domain.Comune, len(u.Seats()))
	for i, c := range u.Seats() {
		if seats[i], err = Fact(ctx, a.Handler, c.Stream()); err != nil {
			return nil, err
		}
	}
	return seats, nil
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
	err = a.change(ctx, as(m, id), from, "set-password", func() error {
		_, err := a.Accounts.Redeem(ctx, secret, password, own)
		return err
	})
	if errors.Is(err, ErrRefused) {
		err = errLink
	}
	if err != nil {
		return &Refusal{id, err}
	}
	return nil
}
