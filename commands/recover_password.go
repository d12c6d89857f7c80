package commands

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"

	"github.com/visure-anagrafiche/visure/domain"
)

// Recover mails whoever a login is of a link by which they set another password, once
// and within the hour, to the address on record. Second factors stay as they are. It is
// for who has set a password and has an address that stands for them; while a link is good
// there is no other, so that nobody's mailbox is filled and no invitation displaced. What
// is refused is an ErrRefused, which is told to nobody: who asks has been answered before.
func (a *Access) Recover(ctx context.Context, m domain.Meta, from netip.Addr, login string) error {
	id, err := a.Accounts.Find(ctx, login)
	if err != nil {
		return err
	}
	u, err := Fact(ctx, a.Handler, id.Stream())
	if err != nil {
		return err
	}
	if !u.Registered || u.Email == "" {
		return &Refusal{Utente: id}
	}
	if stands, err := a.addressStands(ctx, id, u); err != nil || !stands {
		return cmp.Or(err, error(&Refusal{Utente: id}))
	}
	secret, err := a.Accounts.Renew(ctx, id)
	if errors.Is(err, ErrRefused) {
		return &Refusal{Utente: id}
	}
	if err != nil {
		return err
	}
	if err := a.enter(ctx, as(m, id), from, domain.AccessRecorded{Action: "recover-password", Outcome: "ok", How: "mailed"}); err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(secret))
	err = a.Post(ctx, Letter{
		Key: "recovery/" + hex.EncodeToString(sum[:16]), To: u.Email, Subject: "Visure anagrafiche: un'altra password",
		Text: "È stata chiesta un'altra password per il Suo accesso al servizio delle visure anagrafiche.\n\nLa imposti a questo indirizzo, che funziona una sola volta ed entro un'ora:\n\n" +
			a.PublicURL + "/invito/" + secret + "\n\nIl secondo fattore resta quello di prima.\nSe non l'ha chiesta Lei non occorre fare nulla: la password non è cambiata.\n",
	})
	if err != nil {
		return fmt.Errorf("mail a recovery: %w", err)
	}
	return nil
}

// addressStands says whether a link to an account may go to the person's address with
// nobody vouching for it. Whoever entered the address may read what is sent there: so not
// one that was changed since, nor one entered by who could not have given the person all
// they may do now. Then somebody else invites them.
func (a *Access) addressStands(ctx context.Context, id domain.UtenteID, u domain.Utente) (bool, error) {
	switch {
	case u.AddressBy.Utente == "": // the installation may invite anybody, and hand the link over
		return true, nil
	case u.Readdressed:
		return false, nil
	}
	seats, err := a.seats(ctx, u)
	if err != nil {
		return false, err
	}
	var r domain.Reach
	switch by := u.AddressBy; by.Role {
	case domain.RoleTop:
		r = asTop(by.Comune)
	case domain.RoleAdmin: // of whom the Comune is known for which they entered the person
		r = asAdmin(by.Ente)
		r.Columns = append(r.Columns, domain.Column{Name: domain.ColumnComune, Values: []string{string(u.EnteredBy.Comune)}})
	}
	return encompasses(r, id, u, seats, domain.ItalianDay(a.Handler.Now())), nil
}
