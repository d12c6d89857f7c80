package commands

import (
	"context"
	"errors"
	"net/netip"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

// SignIn checks a person's password. What is refused is one answer, whatever the
// reason; the caller enters it with Failed once it has answered.
func (a *Access) SignIn(ctx context.Context, login, password string, from netip.Addr) (FirstStep, error) {
	return a.Accounts.SignIn(ctx, login, password, from)
}

// Second is what ends a sign-in: one of the two, or neither for who has no second
// factor.
type Second struct {
	TOTP     string
	Recovery string
}

// Finish ends a sign-in that began with a password.
func (a *Access) Finish(ctx context.Context, m domain.Meta, signIn string, s Second, kind SessionKind, device string) (secret string, _ Session, err error) {
	var p Proof
	switch {
	case s.TOTP != "":
		p, err = a.Accounts.VerifyTOTP(ctx, signIn, s.TOTP)
	case s.Recovery != "":
		p, err = a.Accounts.VerifyRecovery(ctx, signIn, s.Recovery)
	default:
		p, err = a.Accounts.PasswordOnly(ctx, signIn)
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
	m.By = s.Actor
	return secret, s, a.enter(ctx, m, p.Address, domain.AccessRecorded{Action: "sign-in", Outcome: "ok", How: strings.TrimSpace(string(p.Method) + " " + p.ACR)})
}

// Failed enters a sign-in, or a step of one, that was refused: in the journal of
// whose account was tried, or of who is not known.
func (a *Access) Failed(ctx context.Context, m domain.Meta, from netip.Addr, action string, err error) error {
	var r *Refusal
	if errors.As(err, &r) {
		m.By = domain.Actor{Utente: r.Utente}
	}
	return a.enter(ctx, m, from, domain.AccessRecorded{Action: action, Outcome: "refused"})
}

// SignInRefused turns what was refused into the one answer people get.
func SignInRefused(err error) error {
	if errors.Is(err, ErrRefused) {
		return errSignIn
	}
	return err
}
