package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// VerifyTOTP ends a sign-in with a one-time password of six digits, as CheckTOTP
// does. A wrong one may be followed by another.
func (a *Accounts) VerifyTOTP(ctx context.Context, signIn, code string, from commands.From) (Proof, error) {
	return a.verify(ctx, signIn, from, commands.MethodPasswordTOTP, func(id domain.UtenteID) (bool, error) {
		return a.useTOTP(ctx, id, code)
	})
}

// VerifyRecovery ends a sign-in with one of the person's recovery codes, in any
// case, with or without dashes, and uses it up.
func (a *Accounts) VerifyRecovery(ctx context.Context, signIn, code string, from commands.From) (Proof, error) {
	return a.verify(ctx, signIn, from, commands.MethodPasswordRecovery, func(id domain.UtenteID) (bool, error) {
		return a.useRecoveryCode(ctx, id, code)
	})
}

// PasswordOnly ends the sign-in of a person who has no second factor; ErrRefused if
// they have one. Whether that is enough for what they may do, is the caller's matter.
func (a *Accounts) PasswordOnly(ctx context.Context, signIn string, from commands.From) (Proof, error) {
	id, err := a.awaiting(ctx, signIn)
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
	return a.end(ctx, signIn, Proof{Utente: id, Method: commands.MethodPassword}, from)
}

func (a *Accounts) verify(ctx context.Context, signIn string, from commands.From, m Method, try func(domain.UtenteID) (bool, error)) (Proof, error) {
	id, err := a.awaiting(ctx, signIn)
	if err != nil {
		return Proof{}, err
	}
	if err := a.guarded(ctx, secondFactor, id, from, func() (bool, error) { return try(id) }); err != nil {
		return Proof{}, err
	}
	return a.end(ctx, signIn, Proof{Utente: id, Method: m}, from)
}

// awaiting returns whose sign-in awaits a second factor.
func (a *Accounts) awaiting(ctx context.Context, signIn string) (id domain.UtenteID, err error) {
	sum := hash(signIn)
	err = a.db.QueryRow(ctx, `SELECT utente FROM sign_in WHERE hash = $1 AND expires_at > $2`, sum[:], a.now()).Scan(&id)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return "", commands.ErrRefused
	case err != nil:
		return "", fmt.Errorf("look up a sign-in: %w", err)
	}
	return id, nil
}

// end uses a sign-in up: of two that end it, one is refused.
func (a *Accounts) end(ctx context.Context, signIn string, p Proof, from commands.From) (Proof, error) {
	sum := hash(signIn)
	used, err := a.db.Exec(ctx, `DELETE FROM sign_in WHERE hash = $1 AND expires_at > $2`, sum[:], a.now())
	if err != nil {
		return Proof{}, fmt.Errorf("end the sign-in of %s: %w", p.Utente, err)
	}
	if used.RowsAffected() == 0 {
		return Proof{}, commands.ErrRefused
	}
	return a.welcome(ctx, p, from)
}

// welcome forgets the failures that stood in the way of who proved who they are, and
// says from where they did.
func (a *Accounts) welcome(ctx context.Context, p Proof, from commands.From) (Proof, error) {
	p.Address = from.Address
	known, err := a.knows(ctx, p.Utente, from)
	if err != nil {
		return Proof{}, err
	}
	var stood []string
	for _, what := range []string{firstFactor, secondFactor} {
		for _, g := range guessesAt(what, limit{}, string(p.Utente), from, known) {
			if !strings.HasPrefix(g.subject, networkPrefix) {
				stood = append(stood, g.subject)
			}
		}
	}
	if _, err := a.db.Exec(ctx, `DELETE FROM guess WHERE subject = ANY ($1)`, stood); err != nil {
		return Proof{}, fmt.Errorf("forget failures at the account of %s: %w", p.Utente, err)
	}
	return p, nil
}
