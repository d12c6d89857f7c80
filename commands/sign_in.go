package commands

import (
	"context"
	"errors"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

// SignIn checks a person's password. What is refused is one answer, whatever the
// reason.
func (a *Access) SignIn(ctx context.Context, login, password string, from From) (FirstStep, error) {
	return a.Accounts.SignIn(ctx, login, password, from)
}

// Second is what ends a sign-in: one of the two, or neither for who has no second
// factor.
type Second struct {
	TOTP     string
	Recovery string
}

// Finish ends a sign-in that began with a password, there or elsewhere.
func (a *Access) Finish(ctx context.Context, m domain.Meta, from From, signIn string, s Second, kind SessionKind, device string) (secret string, _ Session, err error) {
	var p Proof
	switch {
	case s.TOTP != "":
		p, err = a.Accounts.VerifyTOTP(ctx, signIn, s.TOTP, from)
	case s.Recovery != "":
		p, err = a.Accounts.VerifyRecovery(ctx, signIn, s.Recovery, from)
	default:
		p, err = a.Accounts.PasswordOnly(ctx, signIn, from)
	}
	if err != nil {
		return "", Session{}, err
	}
	return a.Start(ctx, m, p, kind, device)
}

// Start begins the session of who proved who they are, if they may come in at all. The
// journal says by which method, and how sure an identity provider is.
func (a *Access) Start(ctx context.Context, m domain.Meta, p Proof, kind SessionKind, device string) (secret string, _ Session, err error) {
	u, err := Fact(ctx, a.Handler, p.Utente.Stream())
	if err != nil {
		return "", Session{}, err
	}
	if !u.Registered {
		return "", Session{}, ErrRefused
	}
	secret, s, err := a.Sessions.Start(ctx, p, kind, device)
	if err != nil {
		return "", Session{}, err
	}
	m.By = atWorkstation(s.Actor, m.By.Postazione)
	return secret, s, a.enter(ctx, m, p.Address, domain.AccessRecorded{Action: "sign-in", Outcome: "ok", Purpose: "accesso", How: strings.TrimSpace(string(p.Method) + " " + p.ACR)})
}

// atWorkstation is somebody at a workstation, or at none.
func atWorkstation(by domain.Actor, postazione string) domain.Actor {
	by.Postazione = postazione
	return by
}

// SignInRefused turns what was refused into the one answer people get.
func SignInRefused(err error) error {
	if errors.Is(err, ErrRefused) {
		return errSignIn
	}
	return err
}
