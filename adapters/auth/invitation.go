package auth

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Invite returns the secret of a link by which a person who has an account sets
// their password, the first or another, once. It can be used for 72 hours (or as
// configured); the one before is worth nothing afterwards.
func (a *Accounts) Invite(ctx context.Context, id domain.UtenteID) (string, error) {
	secret := newSecret()
	sum := hash(secret)
	_, err := a.db.Exec(ctx, `
		INSERT INTO invitation (utente, hash, expires_at) VALUES ($1, $2, $3)
		ON CONFLICT (utente) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at`, id, sum[:], a.now().Add(a.valid))
	if err != nil {
		return "", fmt.Errorf("invite %s: %w", id, err)
	}
	return secret, nil
}

// Invited returns who a link is for, or ErrRefused, and leaves it as it is.
func (a *Accounts) Invited(ctx context.Context, secret string) (id domain.UtenteID, err error) {
	sum := hash(secret)
	err = a.db.QueryRow(ctx, `SELECT utente FROM invitation WHERE hash = $1 AND expires_at > $2`, sum[:], a.now()).Scan(&id)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return "", commands.ErrRefused
	case err != nil:
		return "", fmt.Errorf("look up an invitation: %w", err)
	}
	return id, nil
}

// Redeem sets a password by a link, uses the link up and ends the person's sessions.
// ErrRefused if the link is not good; a domain.Error on "password" if the password
// is, for which the link stays good. Own is what the password may not contain: the
// person's names, codice fiscale, the local part of the address, codice, and the
// names of their Enti and Comuni.
func (a *Accounts) Redeem(ctx context.Context, secret, password string, own []string) (domain.UtenteID, error) {
	if _, err := a.Invited(ctx, secret); err != nil {
		return "", err
	}
	password = normal(password)
	if err := checkPassword(password, own); err != nil {
		return "", err
	}
	phc, err := a.hashes.make(ctx, password)
	if err != nil {
		return "", err
	}
	now, sum := a.now(), hash(secret)
	var id domain.UtenteID
	err = pgx.BeginFunc(ctx, a.db, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `DELETE FROM invitation WHERE hash = $1 AND expires_at > $2 RETURNING utente`, sum[:], now).Scan(&id)
		if errors.Is(err, pgx.ErrNoRows) {
			return commands.ErrRefused
		}
		if err != nil {
			return fmt.Errorf("redeem an invitation: %w", err)
		}
		return setPassword(ctx, tx, id, phc, "", "", now)
	})
	if err != nil {
		return "", err
	}
	return id, nil
}

// ChangePassword sets another password and ends the person's other sessions.
// ErrRefused if the old one is wrong, which counts and is delayed as at SignIn; a
// domain.Error on "password" if the new one is not good.
func (a *Accounts) ChangePassword(ctx context.Context, c PasswordChange) error {
	c.New = normal(c.New)
	if err := checkPassword(c.New, c.Own); err != nil {
		return err
	}
	if err := a.hashes.enter(ctx); err != nil {
		return err
	}
	defer a.hashes.leave()
	who, err := a.lookUp(ctx, c.Utente.Codice(), c.From)
	if err != nil {
		return err
	}
	if err := a.try(ctx, who, c.Old, c.From); err != nil {
		return err
	}
	phc, err := a.hashes.hash(c.New)
	if err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, a.db, func(tx pgx.Tx) error {
		return setPassword(ctx, tx, c.Utente, phc, c.Keep, c.From.Device, a.now())
	})
}
