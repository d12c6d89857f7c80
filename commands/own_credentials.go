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
func (a *Access) ChangePassword(ctx context.Context, m domain.Meta, from netip.Addr, old, fresh string) error {
	own, err := a.own(ctx, m.By.Utente)
	if err != nil {
		return err
	}
	err = a.Accounts.ChangePassword(ctx, PasswordChange{Utente: m.By.Utente, Old: old, New: fresh, Own: own, From: from, Keep: m.By.Session})
	if errors.Is(err, ErrRefused) {
		return domain.FieldErrorf(domain.Forbidden, "attuale", "la password attuale non è giusta: riprovare tra poco")
	}
	if err != nil {
		return err
	}
	return a.enter(ctx, m, from, domain.AccessRecorded{Action: "change-password", Outcome: "ok"})
}

// ConfirmTOTP puts a person's new secret of one-time passwords in force, and counts as
// a second factor proven in the session. Who has a second factor already has proven it
// first.
func (a *Access) ConfirmTOTP(ctx context.Context, m domain.Meta, from netip.Addr, session, code string) error {
	switch err := a.Accounts.ConfirmTOTP(ctx, m.By.Utente, code); {
	case errors.Is(err, ErrRefused):
		return errCode
	case err != nil:
		return err
	}
	if err := a.Sessions.StepUp(ctx, session); err != nil {
		return err
	}
	return a.enter(ctx, m, from, domain.AccessRecorded{Action: "enrol-totp", Outcome: "ok"})
}

// AddPasskey puts a person's new passkey in force, and counts as a second factor
// proven in the session.
func (a *Access) AddPasskey(ctx context.Context, m domain.Meta, from netip.Addr, session, ceremony string, response []byte, label string) error {
	switch err := a.Accounts.FinishPasskeyRegistration(ctx, m.By.Utente, ceremony, response, label); {
	case errors.Is(err, ErrRefused):
		return domain.FieldErrorf(domain.Invalid, "risposta", "la passkey non è stata accettata: ripetere dall'inizio")
	case err != nil:
		return err
	}
	if err := a.Sessions.StepUp(ctx, session); err != nil {
		return err
	}
	return a.enter(ctx, m, from, domain.AccessRecorded{Action: "add-passkey", Outcome: "ok"})
}

// RemovePasskey takes a passkey of a person's own out of use.
func (a *Access) RemovePasskey(ctx context.Context, m domain.Meta, from netip.Addr, passkey []byte) error {
	if err := a.Accounts.RemovePasskey(ctx, m.By.Utente, passkey); err != nil {
		return err
	}
	return a.enter(ctx, m, from, domain.AccessRecorded{Action: "remove-passkey", Outcome: "ok"})
}

// MakeRecoveryCodes makes ten codes that each take the place of a second factor once;
// those made before are worth nothing.
func (a *Access) MakeRecoveryCodes(ctx context.Context, m domain.Meta, from netip.Addr) ([]string, error) {
	codes, err := a.Accounts.MakeRecoveryCodes(ctx, m.By.Utente)
	if err != nil {
		return nil, err
	}
	return codes, a.enter(ctx, m, from, domain.AccessRecorded{Action: "make-recovery-codes", Outcome: "ok"})
}

// MayEnrol refuses another second factor to who has one and has not proven it within
// the session's step-up.
func (a *Access) MayEnrol(ctx context.Context, id domain.UtenteID, steppedUp bool) error {
	f, err := a.Accounts.Factors(ctx, id)
	switch {
	case err != nil:
		return err
	case f.Any() && !steppedUp:
		return domain.Errorf(domain.Forbidden, "prima va usato il secondo fattore che si ha già")
	}
	return nil
}
