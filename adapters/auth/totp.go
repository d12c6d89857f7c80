package auth

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// totpStep is how long a one-time password is the newest (RFC 6238); offerLife how
// long a secret may be confirmed.
const (
	totpStep  = 30 * time.Second
	offerLife = 10 * time.Minute
)

// EnrolTOTP offers a person, in a session, a secret and returns it as an otpauth
// address, to be shown once as a QR code: it cannot be read back. It replaces the one
// offered before; the one in use stays until this is confirmed.
func (a *Accounts) EnrolTOTP(ctx context.Context, id domain.UtenteID, session string) (string, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: a.issuer, AccountName: id.Codice()})
	if err != nil {
		return "", fmt.Errorf("make a TOTP secret: %w", err)
	}
	sealed, err := a.vault.Seal(ctx, totpName(id), []byte(key.Secret()))
	if err != nil {
		return "", err
	}
	_, err = a.db.Exec(ctx, `
		INSERT INTO totp (utente, confirmed, secret, session, created_at) VALUES ($1, false, $2, $3, $4)
		ON CONFLICT (utente, confirmed) DO UPDATE SET secret = excluded.secret, session = excluded.session, created_at = excluded.created_at`,
		id, sealed, session, a.now())
	if err != nil {
		return "", fmt.Errorf("offer a TOTP secret to %s: %w", id, err)
	}
	return key.URL(), nil
}

// ConfirmTOTP puts the secret offered to the session within the last ten minutes in
// use, in place of another, if the code is made with it; that code is used up.
// ErrRefused otherwise, which is delayed as a second factor that failed.
func (a *Accounts) ConfirmTOTP(ctx context.Context, e commands.Enrolling, code string) error {
	id, sealed, step := e.Utente, []byte(nil), int64(0)
	err := a.guarded(ctx, enrolment, id, e.From, func() (_ bool, err error) {
		sealed, step, err = a.matchTOTP(ctx, id, false, e.Session, code)
		return step != 0, err
	})
	if err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, a.db, func(tx pgx.Tx) error {
		if err := enrols(ctx, tx, e); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM totp WHERE utente = $1 AND confirmed`, id); err != nil {
			return fmt.Errorf("confirm the TOTP of %s: %w", id, err)
		}
		done, err := tx.Exec(ctx, `
			UPDATE totp SET confirmed = true, last_step = $3 WHERE utente = $1 AND NOT confirmed AND secret = $2`, id, sealed, step)
		if err != nil {
			return fmt.Errorf("confirm the TOTP of %s: %w", id, err)
		}
		if done.RowsAffected() == 0 {
			return commands.ErrRefused
		}
		return nil
	})
}

// CheckTOTP checks a one-time password of a person, of now or of 30 seconds before
// or after, and uses up its step and those before it: of two that bring the same at
// once, one is refused. Failures are delayed as those of passwords, up to an hour.
func (a *Accounts) CheckTOTP(ctx context.Context, id domain.UtenteID, code string, from commands.From) error {
	return a.guarded(ctx, secondFactor, id, from, func() (bool, error) { return a.useTOTP(ctx, id, code) })
}

func (a *Accounts) useTOTP(ctx context.Context, id domain.UtenteID, code string) (bool, error) {
	sealed, step, err := a.matchTOTP(ctx, id, true, "", code)
	if err != nil || step == 0 {
		return false, err
	}
	used, err := a.db.Exec(ctx, `
		UPDATE totp SET last_step = $3 WHERE utente = $1 AND confirmed AND secret = $2 AND last_step < $3`, id, sealed, step)
	if err != nil {
		return false, fmt.Errorf("use the TOTP of %s: %w", id, err)
	}
	return used.RowsAffected() == 1, nil
}

// matchTOTP returns a person's sealed secret, that in use or the one offered to a
// session, and the step a code is of; 0 if it is of none.
func (a *Accounts) matchTOTP(ctx context.Context, id domain.UtenteID, confirmed bool, session, code string) (sealed []byte, step int64, err error) {
	now := a.now()
	err = a.db.QueryRow(ctx, `
		SELECT secret FROM totp WHERE utente = $1 AND confirmed = $2 AND (confirmed OR session = $3 AND created_at > $4)`,
		id, confirmed, session, now.Add(-offerLife)).Scan(&sealed)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, 0, nil
	case err != nil:
		return nil, 0, fmt.Errorf("read the TOTP of %s: %w", id, err)
	}
	secret, err := a.vault.Unseal(ctx, totpName(id), sealed)
	if err != nil {
		return nil, 0, err
	}
	step, err = stepOf(string(secret), strings.ReplaceAll(code, " ", ""), now)
	return sealed, step, err
}

func stepOf(secret, code string, now time.Time) (int64, error) {
	current := now.Unix() / int64(totpStep/time.Second)
	for _, step := range []int64{current, current - 1, current + 1} {
		want, err := hotp.GenerateCodeCustom(secret, uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, fmt.Errorf("make a TOTP code: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return step, nil
		}
	}
	return 0, nil
}

func totpName(id domain.UtenteID) string { return "totp/" + string(id) }
