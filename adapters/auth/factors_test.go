package auth_test

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestASecondFactorThatAPersonHasIsAsked(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.person(t)
	first := must[auth.FirstStep](t)(h.SignIn(t.Context(), id.Codice(), password, home))
	if first.Utente != id || first.Factors != (auth.Factors{Password: true}) {
		t.Errorf("%+v", first)
	}
	if got := must[auth.Proof](t)(h.PasswordOnly(t.Context(), first.Secret, home)); got != (auth.Proof{Utente: id, Method: commands.MethodPassword, Address: home.Address}) {
		t.Errorf("%+v", got)
	}
	offer := h.enrol(t, id)
	must[[]string](t)(h.MakeRecoveryCodes(t.Context(), id))
	h.passkey(t, id)
	first = must[auth.FirstStep](t)(h.SignIn(t.Context(), id.Codice(), password, home))
	if first.Factors != (auth.Factors{Password: true, TOTP: true, Passkeys: 1, RecoveryCodes: 10}) {
		t.Errorf("%+v", first)
	}
	if _, err := h.PasswordOnly(t.Context(), first.Secret, home); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("the password alone: %v", err)
	}
	if _, err := h.VerifyTOTP(t.Context(), first.Secret, "000000", home); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("a wrong code: %v", err)
	}
	got := must[auth.Proof](t)(h.VerifyTOTP(t.Context(), first.Secret, codeAt(t, offer, h.now(), 0), home))
	if got != (auth.Proof{Utente: id, Method: commands.MethodPasswordTOTP, Address: home.Address}) {
		t.Errorf("%+v", got)
	}
	h.pass(time.Minute)
	if _, err := h.VerifyTOTP(t.Context(), first.Secret, codeAt(t, offer, h.now(), 0), home); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("a sign-in that has ended: %v", err)
	}
}

func TestASignInAwaitsTheSecondFactorForFiveMinutes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.person(t)
	offer := h.enrol(t, id)
	late := must[auth.FirstStep](t)(h.SignIn(t.Context(), id.Codice(), password, home))
	h.pass(time.Microsecond)
	inTime := must[auth.FirstStep](t)(h.SignIn(t.Context(), id.Codice(), password, home))
	h.pass(5*time.Minute - time.Microsecond)
	code := codeAt(t, offer, h.now(), 0)
	if _, err := h.VerifyTOTP(t.Context(), late.Secret, code, home); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("after five minutes: %v", err)
	}
	must[auth.Proof](t)(h.VerifyTOTP(t.Context(), inTime.Secret, code, home))
}

func TestOfManyWhoEndOneSignInOneDoes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	first := must[auth.FirstStep](t)(h.SignIn(t.Context(), h.person(t).Codice(), password, home))
	onceOf(t, 16, func(int) error {
		_, err := h.PasswordOnly(context.Background(), first.Secret, home)
		return err
	})
}

func TestARecoveryCodeIsGoodOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, other := h.person(t), h.person(t)
	old := must[[]string](t)(h.MakeRecoveryCodes(t.Context(), id))
	codes := must[[]string](t)(h.MakeRecoveryCodes(t.Context(), id))
	others := must[[]string](t)(h.MakeRecoveryCodes(t.Context(), other))
	if len(codes) != 10 || !regexp.MustCompile(`^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$`).MatchString(codes[0]) {
		t.Fatalf("%q", codes)
	}
	try := func(code string) error {
		first := must[auth.FirstStep](t)(h.SignIn(t.Context(), id.Codice(), password, home))
		p, err := h.VerifyRecovery(t.Context(), first.Secret, code, home)
		if err == nil && p != (auth.Proof{Utente: id, Method: commands.MethodPasswordRecovery, Address: home.Address}) {
			t.Errorf("%+v", p)
		}
		return err
	}
	for name, code := range map[string]string{"replaced": old[0], "another's": others[0], "none": ""} {
		if err := try(code); !errors.Is(err, commands.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i, code := range codes {
		if i%2 == 1 {
			code = strings.ToLower(strings.ReplaceAll(code, "-", " "))
		}
		check(t, try(code))
		if err := try(code); !errors.Is(err, commands.ErrRefused) {
			t.Errorf("twice: %v", err)
		}
		if left := must[auth.Factors](t)(h.Factors(t.Context(), id)).RecoveryCodes; left != 9-i {
			t.Errorf("%d are left", left)
		}
	}
}

func TestOfTwoWhoBringOneRecoveryCodeOneIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.person(t)
	code := must[[]string](t)(h.MakeRecoveryCodes(t.Context(), id))[0]
	var firsts [4]auth.FirstStep
	for i := range firsts {
		firsts[i] = must[auth.FirstStep](t)(h.SignIn(t.Context(), id.Codice(), password, home))
	}
	onceOf(t, len(firsts), func(i int) error {
		_, err := h.VerifyRecovery(context.Background(), firsts[i].Secret, code, home)
		return err
	})
}

func TestAResetTakesEverySecondFactorAndSession(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, other := h.person(t), h.person(t)
	for _, who := range []domain.UtenteID{id, other} {
		h.enrol(t, who)
		must[[]string](t)(h.MakeRecoveryCodes(t.Context(), who))
		h.passkey(t, who)
	}
	secret, _, err := h.sessions.Start(t.Context(), auth.Proof{Utente: id, Method: commands.MethodPasskey, Address: home.Address}, commands.CookieSession, "")
	check(t, err)
	first := must[auth.FirstStep](t)(h.SignIn(t.Context(), id.Codice(), password, home))
	asked := must[auth.Challenge](t)(h.BeginPasskeyRegistration(t.Context(), id, ""))
	reset := uuid.NewString()
	check(t, h.ResetSecondFactor(t.Context(), id, reset))
	if f := must[auth.Factors](t)(h.Factors(t.Context(), id)); f != (auth.Factors{Password: true, Used: true, MustEnrol: true}) {
		t.Errorf("%+v", f)
	}
	if f := must[auth.Factors](t)(h.Factors(t.Context(), other)); f != (auth.Factors{Password: true, TOTP: true, Passkeys: 1, RecoveryCodes: 10}) {
		t.Errorf("another's: %+v", f)
	}
	if _, err := h.sessions.Authenticate(t.Context(), secret); !errors.Is(err, auth.ErrUnknown) {
		t.Errorf("the session: %v", err)
	}
	if _, err := h.PasswordOnly(t.Context(), first.Secret, home); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("the sign-in under way: %v", err)
	}
	if err := h.FinishPasskeyRegistration(t.Context(), enrolling(id), asked.Ceremony, newDevice(t).Register(t, asked.Options), ""); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("the passkey under way: %v", err)
	}
	h.enrol(t, id)
	if f := must[auth.Factors](t)(h.Factors(t.Context(), id)); f.MustEnrol {
		t.Error("after a TOTP was enrolled they must enrol")
	}
	check(t, h.ResetSecondFactor(t.Context(), id, reset))
	if f := must[auth.Factors](t)(h.Factors(t.Context(), id)); !f.TOTP {
		t.Error("a reset that came again took what was enrolled since")
	}
	check(t, h.ResetSecondFactor(t.Context(), id, uuid.NewString()))
	h.passkey(t, id)
	if f := must[auth.Factors](t)(h.Factors(t.Context(), id)); f.MustEnrol {
		t.Error("after a passkey was made they must enrol")
	}
}

func TestChangesOfOneAccountAtOnceDoNotFail(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.person(t)
	offer := must[string](t)(h.EnrolTOTP(t.Context(), id, ""))
	ctx := context.Background()
	var all sync.WaitGroup
	for range 6 {
		for what, change := range map[string]func() error{
			"reset":   func() error { return h.ResetSecondFactor(ctx, id, uuid.NewString()) },
			"codes":   func() error { _, err := h.MakeRecoveryCodes(ctx, id); return err },
			"confirm": func() error { return h.ConfirmTOTP(ctx, enrolling(id), codeAt(t, offer, h.now(), 0)) },
			"enrol":   func() error { _, err := h.EnrolTOTP(ctx, id, ""); return err },
			"sign in": func() error { _, err := h.SignIn(ctx, id.Codice(), password, home); return err },
			"start": func() error {
				_, _, err := h.sessions.Start(ctx, auth.Proof{Utente: id, Method: commands.MethodPasskey, Address: home.Address}, commands.CookieSession, "")
				return err
			},
			"change": func() error {
				return h.ChangePassword(ctx, auth.PasswordChange{Utente: id, Old: password, New: password, From: home})
			},
		} {
			all.Go(func() {
				if err := change(); err != nil && !errors.Is(err, commands.ErrRefused) {
					t.Errorf("%s: %v", what, err)
				}
			})
		}
	}
	all.Wait()
}

func TestAnOfferIsForTheSessionThatAsked(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.account(t)
	offer := must[string](t)(h.EnrolTOTP(t.Context(), id, "mine"))
	asked := must[auth.Challenge](t)(h.BeginPasskeyRegistration(t.Context(), id, "mine"))
	mine, theirs := enrolling(id), enrolling(id)
	mine.Session, theirs.Session = "mine", "theirs"
	if err := h.ConfirmTOTP(t.Context(), theirs, codeAt(t, offer, h.now(), 0)); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("a secret: %v", err)
	}
	check(t, h.ConfirmTOTP(t.Context(), mine, codeAt(t, offer, h.now(), 0)))
	made := newDevice(t).Register(t, asked.Options)
	if err := h.FinishPasskeyRegistration(t.Context(), theirs, asked.Ceremony, made, ""); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("a passkey: %v", err)
	}
}

// Whoever is offered a second factor as their first, and has one when they confirm, has
// to have proven that.
func TestAFirstSecondFactorIsTheFirstWhenItIsConfirmed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for name, has := range map[string]func(domain.UtenteID){
		"a passkey": func(id domain.UtenteID) { h.passkey(t, id) },
		"one-time passwords": func(id domain.UtenteID) {
			check(t, h.ConfirmTOTP(t.Context(), enrolling(id), codeAt(t, must[string](t)(h.EnrolTOTP(t.Context(), id, "")), h.now(), 0)))
		},
	} {
		id := h.account(t)
		asked := must[auth.Challenge](t)(h.BeginPasskeyRegistration(t.Context(), id, ""))
		has(id)
		offer := must[string](t)(h.EnrolTOTP(t.Context(), id, ""))
		late := enrolling(id)
		late.Proven = false
		if err := h.ConfirmTOTP(t.Context(), late, codeAt(t, offer, h.now(), 0)); !errors.Is(err, commands.ErrProveFirst) {
			t.Errorf("who has %s, a secret: %v", name, err)
		}
		if err := h.FinishPasskeyRegistration(t.Context(), late, asked.Ceremony, newDevice(t).Register(t, asked.Options), ""); !errors.Is(err, commands.ErrProveFirst) {
			t.Errorf("who has %s, a passkey: %v", name, err)
		}
		late.Proven = true
		check(t, h.ConfirmTOTP(t.Context(), late, codeAt(t, offer, h.now(), 0)))
	}
}

func TestGuessingAtAnOfferIsDelayed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.account(t)
	offer := must[string](t)(h.EnrolTOTP(t.Context(), id, ""))
	for range 5 {
		if err := h.ConfirmTOTP(t.Context(), enrolling(id), ""); !errors.Is(err, commands.ErrRefused) {
			t.Fatal(err)
		}
	}
	h.pass(time.Second - time.Microsecond)
	if err := h.ConfirmTOTP(t.Context(), enrolling(id), codeAt(t, offer, h.now(), 0)); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("within a second of the fifth failure: %v", err)
	}
	h.pass(time.Microsecond)
	check(t, h.ConfirmTOTP(t.Context(), enrolling(id), codeAt(t, offer, h.now(), 0)))
}
