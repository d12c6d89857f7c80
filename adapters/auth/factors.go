package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Factors returns what a person can sign in with: nothing where there is no account.
func (a *Accounts) Factors(ctx context.Context, id domain.UtenteID) (Factors, error) {
	var f Factors
	err := a.db.QueryRow(ctx, `
		SELECT password <> '', EXISTS (SELECT FROM totp t WHERE t.utente = a.utente AND confirmed),
			(SELECT count(*) FROM passkey p WHERE p.utente = a.utente),
			(SELECT count(*) FROM recovery_code r WHERE r.utente = a.utente), must_enrol, last_used_at IS NOT NULL
		FROM account a WHERE utente = $1`, id).Scan(&f.Password, &f.TOTP, &f.Passkeys, &f.RecoveryCodes, &f.MustEnrol, &f.Used)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return Factors{}, fmt.Errorf("read the factors of %s: %w", id, err)
	}
	return f, nil
}

// ResetSecondFactor takes a person's second factors, recovery codes, known browsers,
// sessions and sign-ins under way from them, all or none; the password stays. They must enrol anew.
// A reset, a UUID, is carried out once: repeated it does nothing, so that what was
// enrolled since stays. Callers have seen to it that two persons agreed.
func (a *Accounts) ResetSecondFactor(ctx context.Context, id domain.UtenteID, reset string) error {
	now := a.now()
	err := pgx.BeginFunc(ctx, a.db, func(tx pgx.Tx) error {
		done, err := tx.Exec(ctx, `INSERT INTO second_factor_reset (id, utente, done_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, reset, id, now)
		if err != nil || done.RowsAffected() == 0 {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE account SET must_enrol = true WHERE utente = $1`, id); err != nil {
			return err
		}
		for _, table := range []string{"totp", "passkey", "recovery_code", "ceremony", "sign_in", "known_device"} {
			if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE utente = $1`, id); err != nil {
				return err
			}
		}
		return endSessions(ctx, tx, id, "", endRevoked, now)
	})
	if err != nil {
		return fmt.Errorf("reset the second factor of %s: %w", id, err)
	}
	return nil
}

// enrols notes that a person has a second factor from now on; ErrProveFirst if they
// have one already and have not proven it. As everywhere the account's row is locked
// before what hangs on it, so that nobody waits in a circle.
func enrols(ctx context.Context, tx pgx.Tx, e commands.Enrolling) error {
	_, err := tx.Exec(ctx, `UPDATE account SET must_enrol = false WHERE utente = $1`, e.Utente)
	has := false
	if err == nil && !e.Proven {
		err = tx.QueryRow(ctx, `
			SELECT EXISTS (SELECT FROM totp WHERE utente = $1 AND confirmed) OR EXISTS (SELECT FROM passkey WHERE utente = $1)`, e.Utente).Scan(&has)
	}
	switch {
	case err != nil:
		return fmt.Errorf("note the second factor of %s: %w", e.Utente, err)
	case has:
		return commands.ErrProveFirst
	}
	return nil
}

// setPassword sets a password, forgets failures at another and ends what was begun
// with it, save the session to keep; no browser but a device is known any more.
func setPassword(ctx context.Context, tx pgx.Tx, id domain.UtenteID, phc, keep, device string, now time.Time) error {
	if _, err := tx.Exec(ctx, `UPDATE account SET password = $2 WHERE utente = $1`, id, phc); err != nil {
		return fmt.Errorf("set the password of %s: %w", id, err)
	}
	if _, err := tx.Exec(ctx, `DELETE FROM sign_in WHERE utente = $1`, id); err != nil {
		return fmt.Errorf("set the password of %s: %w", id, err)
	}
	mine := hash(device)
	if _, err := tx.Exec(ctx, `DELETE FROM known_device WHERE utente = $1 AND hash <> $2`, id, mine[:]); err != nil {
		return fmt.Errorf("set the password of %s: %w", id, err)
	}
	if _, err := tx.Exec(ctx, `DELETE FROM guess WHERE starts_with(subject, $1)`, firstFactor+"/"+string(id)); err != nil {
		return fmt.Errorf("set the password of %s: %w", id, err)
	}
	return endSessions(ctx, tx, id, keep, endRevoked, now)
}
