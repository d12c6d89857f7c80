package auth

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// renewalLife is how long a link is good that somebody asked for themself.
const renewalLife = time.Hour

// Find returns who a login, as at SignIn, is of, if they have set a password; ErrRefused
// otherwise.
func (a *Accounts) Find(ctx context.Context, login string) (domain.UtenteID, error) {
	codice, address := plainCodice(login), []byte(nil)
	if strings.Contains(login, "@") {
		codice, address = "", a.addressHash(login)
	}
	rows, _ := a.db.Query(ctx, `SELECT utente FROM account WHERE (codice = $1 OR address = $2) AND password <> '' LIMIT 2`, codice, address)
	all, err := pgx.CollectRows(rows, pgx.RowTo[domain.UtenteID])
	switch {
	case err != nil:
		return "", fmt.Errorf("find an account: %w", err)
	case len(all) != 1:
		return "", commands.ErrRefused
	}
	return all[0], nil
}

// Renew returns the secret of a link as Invite does, good for an hour. While the person
// has one that is good it is ErrRefused.
func (a *Accounts) Renew(ctx context.Context, id domain.UtenteID) (string, error) {
	secret, now := newSecret(), a.now()
	sum := hash(secret)
	made, err := a.db.Exec(ctx, `
		INSERT INTO invitation (utente, hash, expires_at) VALUES ($1, $2, $3)
		ON CONFLICT (utente) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at WHERE invitation.expires_at <= $4`,
		id, sum[:], now.Add(renewalLife), now)
	switch {
	case err != nil:
		return "", fmt.Errorf("renew the password of %s: %w", id, err)
	case made.RowsAffected() == 0:
		return "", commands.ErrRefused
	}
	return secret, nil
}
