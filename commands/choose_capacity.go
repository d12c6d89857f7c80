package commands

import (
	"context"
	"net/netip"

	"github.com/visure-anagrafiche/visure/domain"
)

// errSecondFactor refuses a capacity to who has proven no second factor.
var errSecondFactor = domain.Errorf(domain.Forbidden, "questa capacità vuole il secondo fattore: va registrato e usato per accedere")

// errMustEnrol refuses every capacity to whose second factors were reset until they
// have enrolled another: the password alone is what somebody else may know.
var errMustEnrol = domain.Errorf(domain.Forbidden, "il secondo fattore è stato reimpostato: prima va registrato di nuovo")

// Choose lets a session act in a capacity that its person holds, under a new secret.
// TOP, ADMIN and AUDITOR want a second factor, and so does who acts under an act that
// does; whose second factors were reset wants one for any.
func (a *Access) Choose(ctx context.Context, m domain.Meta, from netip.Addr, secret string, s Session, capacity domain.Actor) (fresh string, _ Session, err error) {
	capacity = domain.Actor{Utente: s.Actor.Utente, Role: capacity.Role, Ente: capacity.Ente, Comune: capacity.Comune}
	who, err := Standing(ctx, a.Handler, capacity)
	if err != nil {
		return "", Session{}, err
	}
	r, held := who.Reach(capacity, a.Handler.Now())
	if !held {
		return "", Session{}, domain.Errorf(domain.Forbidden, "il ruolo indicato non è attribuito")
	}
	if s.SteppedUpAt.IsZero() {
		if err := a.withoutSecond(ctx, capacity, r); err != nil {
			return "", Session{}, err
		}
	}
	fresh, s, err = a.Sessions.Switch(ctx, secret, capacity)
	if err != nil {
		return "", Session{}, err
	}
	m.By = atWorkstation(s.Actor, m.By.Postazione)
	return fresh, s, a.enter(ctx, m, from, domain.AccessRecorded{Action: "choose-capacity", Outcome: "ok"})
}

// withoutSecond refuses a capacity that wants a second factor.
func (a *Access) withoutSecond(ctx context.Context, capacity domain.Actor, r domain.Reach) error {
	f, err := a.Accounts.Factors(ctx, capacity.Utente)
	if err != nil {
		return err
	}
	strong, err := a.wantsSecond(ctx, capacity, r)
	switch {
	case err != nil:
		return err
	case f.MustEnrol:
		return errMustEnrol
	case strong:
		return errSecondFactor
	}
	return nil
}

// wantsSecond says whether a capacity wants a second factor.
func (a *Access) wantsSecond(ctx context.Context, capacity domain.Actor, r domain.Reach) (bool, error) {
	if capacity.Role == domain.RoleTop || capacity.Role == domain.RoleAdmin || capacity.Role == domain.RoleAuditor {
		return true, nil
	}
	if capacity.Ente == "" {
		return false, nil
	}
	for _, comune := range r.Comuni() {
		act, err := Fact(ctx, a.Handler, domain.ConvenzioneIDOf(domain.Pair{Ente: capacity.Ente, Comune: comune}).Stream())
		if err != nil {
			return false, err
		}
		if in, _ := act.InForce(domain.ItalianDay(a.Handler.Now())); in.SecondoFattore {
			return true, nil
		}
	}
	return false, nil
}

// StepUp proves a second factor within a session. A passkey is proven by the answer
// to BeginPasskey.
type StepUp struct {
	TOTP     string
	Ceremony string // of a passkey
	Response []byte
}

// StepUp notes that the person of a session has proven a second factor just now.
func (a *Access) StepUp(ctx context.Context, m domain.Meta, from From, secret string, p StepUp) error {
	id := m.By.Utente
	if p.Ceremony != "" {
		proof, err := a.Accounts.FinishPasskey(ctx, p.Ceremony, p.Response, from)
		if err != nil {
			return err
		}
		if proof.Utente != id {
			return &Refusal{Utente: id}
		}
	} else if err := a.Accounts.CheckTOTP(ctx, id, p.TOTP, from); err != nil {
		return err
	}
	if err := a.Sessions.StepUp(ctx, secret); err != nil {
		return err
	}
	return a.enter(ctx, m, from.Address, domain.AccessRecorded{Action: "step-up", Outcome: "ok"})
}

// SignOut ends a session of the person's own, named as in Actor.Session.
func (a *Access) SignOut(ctx context.Context, m domain.Meta, from netip.Addr, session string) error {
	if err := a.Sessions.Revoke(ctx, m.By.Utente, session); err != nil {
		return err
	}
	return a.enter(ctx, m, from, domain.AccessRecorded{Action: "sign-out", Outcome: "ok"})
}
