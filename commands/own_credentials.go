package commands

import (
	"context"
	"errors"
	"net/netip"

	"github.com/visure-anagrafiche/visure/domain"
)

// errCode is the answer to a code that is not right, or was used.
var errCode = domain.FieldErrorf(domain.Invalid, "codice", "il codice non è valido: attendere il prossimo e riprovare")

// ChangePassword sets a person's own password and ends their other sessions.
func (a *Access) ChangePassword(ctx context.Context, m domain.Meta, from From, old, fresh string) error {
	own, err := a.own(ctx, m.By.Utente)
	if err != nil {
		return err
	}
	err = a.change(ctx, m, from.Address, "change-password", func() error {
		return a.Accounts.ChangePassword(ctx, PasswordChange{Utente: m.By.Utente, Old: old, New: fresh, Own: own, From: from, Keep: m.By.Session})
	})
	if errors.Is(err, ErrRefused) {
		return domain.FieldErrorf(domain.Forbidden, "attuale", "la password attuale non è giusta: riprovare tra poco")
	}
	return err
}

// OfferTOTP returns the otpauth address of a new secret of one-time passwords, for the
// session that asks to confirm. Who has a second factor has proven it within the
// session's step-up.
func (a *Access) OfferTOTP(ctx context.Context, by domain.Actor, steppedUp bool) (url string, err error) {
	if err := a.mayEnrol(ctx, by.Utente, steppedUp); err != nil {
		return "", err
	}
	return a.Accounts.EnrolTOTP(ctx, by.Utente, by.Session)
}

// OfferPasskey is OfferTOTP for a passkey.
func (a *Access) OfferPasskey(ctx context.Context, by domain.Actor, steppedUp bool) (Challenge, error) {
	if err := a.mayEnrol(ctx, by.Utente, steppedUp); err != nil {
		return Challenge{}, err
	}
	return a.Accounts.BeginPasskeyRegistration(ctx, by.Utente, by.Session)
}

// ConfirmTOTP puts a person's new secret of one-time passwords in force, and counts as
// a second factor proven in the session. Whether they may enrol is judged again, as
// for OfferTOTP.
func (a *Access) ConfirmTOTP(ctx context.Context, m domain.Meta, from From, session string, steppedUp bool, code string) error {
	err := a.change(ctx, m, from.Address, "enrol-totp", func() error {
		if err := a.Accounts.ConfirmTOTP(ctx, enrolling(m.By, from, steppedUp), code); err != nil {
			return err
		}
		return a.Sessions.StepUp(ctx, session)
	})
	if errors.Is(err, ErrRefused) {
		return errCode
	}
	return err
}

func enrolling(by domain.Actor, from From, steppedUp bool) Enrolling {
	return Enrolling{Utente: by.Utente, Session: by.Session, Proven: steppedUp, From: from}
}

// AddPasskey puts a person's new passkey in force, as ConfirmTOTP does a secret.
func (a *Access) AddPasskey(ctx context.Context, m domain.Meta, from From, session string, steppedUp bool, ceremony string, response []byte, label string) error {
	err := a.change(ctx, m, from.Address, "add-passkey", func() error {
		if err := a.Accounts.FinishPasskeyRegistration(ctx, enrolling(m.By, from, steppedUp), ceremony, response, label); err != nil {
			return err
		}
		return a.Sessions.StepUp(ctx, session)
	})
	if errors.Is(err, ErrRefused) {
		return domain.FieldErrorf(domain.Invalid, "risposta", "la passkey non è stata accettata: ripetere dall'inizio")
	}
	return err
}

// RemovePasskey takes a passkey of a person's own out of use.
func (a *Access) RemovePasskey(ctx context.Context, m domain.Meta, from netip.Addr, passkey []byte) error {
	return a.change(ctx, m, from, "remove-passkey", func() error { return a.Accounts.RemovePasskey(ctx, m.By.Utente, passkey) })
}

// MakeRecoveryCodes makes ten codes that each take the place of a second factor once;
// those made before are worth nothing.
func (a *Access) MakeRecoveryCodes(ctx context.Context, m domain.Meta, from netip.Addr) (codes []string, err error) {
	err = a.change(ctx, m, from, "make-recovery-codes", func() (err error) {
		codes, err = a.Accounts.MakeRecoveryCodes(ctx, m.By.Utente)
		return err
	})
	return codes, err
}

// mayEnrol refuses another second factor to who has one and has not proven it within
// the session's step-up.
func (a *Access) mayEnrol(ctx context.Context, id domain.UtenteID, steppedUp bool) error {
	f, err := a.Accounts.Factors(ctx, id)
	switch {
	case err != nil:
		return err
	case f.Any() && !steppedUp:
		return ErrProveFirst
	}
	return nil
}
