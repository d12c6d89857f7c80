package auth

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// VerifyTOTP ends a sign-in with a one-time password of six digits, as CheckTOTP
// does. A wrong one may be followed by another.
func (a *Accounts) VerifyTOTP(ctx context.Context, signIn, code string) (Proof, error) {
	return a.verify(ctx, signIn, commands.MethodPasswordTOTP, func(id domain.UtenteID) (bool, error) {
		return a.useTOTP(ctx, id, code)
	})
}

// VerifyRecovery ends a sign-in with one of the person's recovery codes, in any
// case, with or without dashes, and uses it up.
func (a *Accounts) VerifyRecovery(ctx context.Context, signIn, code string) (Proof, error) {
	return a.verify(ctx, signIn, commands.MethodPasswordRecovery, func(id domain.UtenteID) (bool, error) {
		return a.useRecoveryCode(ctx, id, code)
	})
}

// PasswordOnly ends the sign-in of a person who has no second factor; ErrRefused if
// they have one. Whether that is enough for what they may do, is the caller's matter.
func (a *Accounts) PasswordOnly(ctx context.Context, signIn string) (Proof, error) {
	id, from, err := a.awaiting(ctx, signIn)
	if err != nil {
		return Proof{}, err
	}
	factors, err := a.Factors(ctx, id)
	if err != nil {
		return Proof{}, err
	}
	if factors.Any() {
		return Proof{}, commands.ErrRefused
	}
	return a.end(ctx, signIn, Proof{Utente: id, Method: commands.MethodPassword, Address: from})
}

func (a *Accounts) verify(ctx context.Context, signIn string, m Method, try func(domain.UtenteID) (bool, error)) (Proof, error) {
	id, from, err := a.awaiting(ctx, signIn)
	if err != nil {
		return Proof{}, err
	}
	if err := a.guarded(ctx, id, from, func() (bool, error) { return try(id) }); err != nil {
		return Proof{}, err
	}
	return a.end(ctx, signIn, Proof{Utente: id, Method: m, Address: from})
}

// awaiting returns whose sign-in awaits a second factor.
func (a *Accounts) awaiting(ctx context.Context, signIn string) (id domain.UtenteID, from netip.Addr, err error) {
	sum := hash(signIn)
	err = a.db.QueryRow(ctx, `SELECT utente, address FROM sign_in WHERE hash = $1 AND expires_at > $2`, sum[:], a.now()).Scan(&id, &from)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return "", from, commands.ErrRefused
	case err != nil:
		return "", from, fmt.Errorf("look up a sign-in: %w", err)
	}
	return id, from, nil
}

// end uses a sign-in up: of two that end it, one is refused.
func (a *Accounts) end(ctx context.Context, signIn string, p Proof) (Proof, error) {
	sum := hash(signIn)
	used, err := a.db.Exec(ctx, `DELETE FROM sign_in WHERE hash = $1 AND expires_at > $2`, sum[:], a.now())
	if err != nil {
		return Proof{}, fmt.Errorf("end the sign-in of %s: %w", p.Utente, err)
	}
	if used.RowsAffected() == 0 {
		return Proof{}, commands.ErrRefused
	}
	return p, a.welcome(ctx, p)
}

// welcome remembers from where a person proved who they are, and forgets the
// failures that stood in the way.
func (a *Accounts) welcome(ctx context.Context, p Proof) error {
	known, err := a.knows(ctx, p.Utente, p.Address)
	if err != nil {
		return err
	}
	done := &pgx.Batch{}
	for _, what := range []string{firstFactor, secondFactor} {
		for _, g := range guessesAt(what, limit{}, p.Utente, p.Address, known) {
			if !strings.HasPrefix(g.subject, networkPrefix) {
				done.Queue(`DELETE FROM guess WHERE subject = $1`, g.subject)
			}
		}
	}
	done.Queue(`
		INSERT INTO known_network (utente, network, last_at) VALUES ($1, $2, $3)
		ON CONFLICT (utente, network) DO UPDATE SET last_at = excluded.last_at`, p.Utente, network(p.Address), a.now())
	if err := a.db.SendBatch(ctx, done).Close(); err != nil {
		return fmt.Errorf("remember the sign-in of %s: %w", p.Utente, err)
	}
	return nil
}
