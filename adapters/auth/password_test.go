package auth_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestAPasswordIsLongUncommonAndNobodysName(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.account(t)
	own := []string{"Neri", "Anna Rosa", "NRENRS80A41H294F", "anna.neri", "U-VNM27-3R9FN", "Comune di San Giovanni in Persiceto", "De Luca", "D'Alò", "Re"}
	for password, good := range map[string]bool{
		"abcde fghi?":                       false, // 11
		"abcde fghi?!":                      true,
		strings.Repeat("è", 11):             false,
		strings.Repeat("x y", 42) + "fine":  false, // 130
		strings.Repeat("x y", 42) + "fi":    true,  // 128
		"un mulino vecchio":                 true,
		"pesche delle suore":                true,
		"prendere il treno":                 true, // "re" is too short to be looked for
		"motherfucker":                      false,
		"1QAZ2wsx3edc":                      false,
		"password2026":                      false,
		"2026!Password!":                    false,
		"P@ssw0rd1234":                      false,
		"juventusjuventus":                  false,
		"aaaaaaaaaaaaaa":                    false,
		"x9q!x9q!x9q!":                      false,
		"x9q!w4-x9q!w4-":                    false,
		"x9q!w4-bx9q!w4-b":                  true, // eight characters, twice
		"123456789012":                      false,
		"qwertyuiopasdf":                    false,
		"il cane di ANNA ROSA":              false,
		"nre nrs 80a41 h294f":               false,
		"io sono anna.néri":                 false,
		"uvnm273r9fn e poi":                 false,
		"a Persiceto si va":                 false,
		"san giovanni con":                  false,
		"la torta di deluca":                false,
		"vado da dalo a cena":               false,
		"\xffnon e' testo valido\xff":       false,
		"è una bella giornata":              true,
		"e\u0300 una bella giornata di sol": true,
	} {
		link := must[string](t)(h.Invite(t.Context(), id))
		_, err := h.Redeem(t.Context(), link, password, own)
		if good != (err == nil) {
			t.Errorf("%q: %v", password, err)
		}
		var refusal *domain.Error
		if err != nil && (!errors.As(err, &refusal) || refusal.Code != domain.Invalid || refusal.Field != "password" || strings.Contains(err.Error(), password)) {
			t.Errorf("%q: %v", password, err)
		}
	}
}

func TestAPasswordIsTheSameFromEveryKeyboard(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.account(t)
	h.setPassword(t, id, "perche\u0301 no, domani")
	must[auth.FirstStep](t)(h.SignIn(t.Context(), id.Codice(), "perché no, domani", home))
	if _, err := h.SignIn(t.Context(), id.Codice(), "perche no, domani", home); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("without the accent: %v", err)
	}
}

func TestALinkIsGoodOnceAndForThreeDays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.account(t)
	old := must[string](t)(h.Invite(t.Context(), id))
	link := must[string](t)(h.Invite(t.Context(), id))
	for name, secret := range map[string]string{"replaced": old, "unknown": link + "x", "empty": ""} {
		if _, err := h.Invited(t.Context(), secret); !errors.Is(err, commands.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := h.Redeem(t.Context(), secret, password, nil); !errors.Is(err, commands.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	h.pass(72*time.Hour - time.Microsecond)
	if _, err := h.Redeem(t.Context(), link, "short", nil); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("%v", err)
	}
	if got := must[domain.UtenteID](t)(h.Invited(t.Context(), link)); got != id {
		t.Errorf("it is for %s", got)
	}
	if got := must[domain.UtenteID](t)(h.Redeem(t.Context(), link, password, nil)); got != id {
		t.Errorf("it was for %s", got)
	}
	if _, err := h.Redeem(t.Context(), link, password, nil); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("twice: %v", err)
	}
	h.signIn(t, id, home)
	late := must[string](t)(h.Invite(t.Context(), id))
	h.pass(72 * time.Hour)
	if _, err := h.Redeem(t.Context(), late, password, nil); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("after three days: %v", err)
	}
}

func TestANewPasswordForgetsFailuresAtTheOld(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.person(t)
	for i := range 6 {
		h.guess(t, id.Codice(), stranger(i))
	}
	if h.admits(t, id, home) {
		t.Fatal("failures do not delay")
	}
	h.setPassword(t, id, password)
	if !h.admits(t, id, home) {
		t.Error("who has a new password waits for what was guessed at the old")
	}
}

func TestOfTwoWhoUseOneLinkOneIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	link := must[string](t)(h.Invite(t.Context(), h.account(t)))
	onceOf(t, 8, func(int) error {
		_, err := h.Redeem(context.Background(), link, password, nil)
		return err
	})
}

func TestAPasswordIsChangedByWhoKnowsIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.person(t)
	secret, mine, err := h.sessions.Start(t.Context(), h.signIn(t, id, home), commands.CookieSession, "")
	check(t, err)
	under := must[auth.FirstStep](t)(h.SignIn(t.Context(), id.Codice(), password, home))
	change := auth.PasswordChange{Utente: id, Old: password, New: "un'altra, migliore", From: home, Keep: mine.Actor.Session, Own: []string{"Bianchi"}}
	wrong, weak := change, change
	wrong.Old, weak.New = "non è questa qui", "bianchi 1234567"
	if err := h.ChangePassword(t.Context(), wrong); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("with a wrong one: %v", err)
	}
	if err := h.ChangePassword(t.Context(), weak); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("to a weak one: %v", err)
	}
	check(t, h.ChangePassword(t.Context(), change))
	if _, err := h.sessions.Authenticate(t.Context(), secret); err != nil {
		t.Errorf("the session that stays: %v", err)
	}
	if _, err := h.PasswordOnly(t.Context(), under.Secret, home); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("a sign-in under way: %v", err)
	}
	for password, want := range map[string]error{password: commands.ErrRefused, change.New: nil} {
		if _, err := h.SignIn(t.Context(), id.Codice(), password, home); !errors.Is(err, want) {
			t.Errorf("%q: %v", password, err)
		}
	}
	change.Old, change.New, change.Keep = change.New, "ancora un'altra qui", ""
	check(t, h.ChangePassword(t.Context(), change))
	if _, err := h.sessions.Authenticate(t.Context(), secret); !errors.Is(err, auth.ErrUnknown) {
		t.Errorf("a session that does not stay: %v", err)
	}
}

func TestAWeakHashIsReplacedAtSignIn(t *testing.T) {
	t.Parallel()
	h := newRealHouse(t)
	id := h.person(t)
	weak := must[string](t)(argon2id.CreateHash(password, &argon2id.Params{Memory: 8 * 1024, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}))
	_, err := h.db.Exec(t.Context(), `UPDATE account SET password = $2 WHERE utente = $1`, id, weak)
	check(t, err)
	kept := func() (phc string) {
		check(t, h.db.QueryRow(t.Context(), `SELECT password FROM account WHERE utente = $1`, id).Scan(&phc))
		return phc
	}
	if _, err := h.SignIn(t.Context(), id.Codice(), "another password", home); !errors.Is(err, commands.ErrRefused) || kept() != weak {
		t.Errorf("a wrong password: %v", err)
	}
	h.signIn(t, id, home)
	strong := kept()
	if !strings.HasPrefix(strong, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("kept is %s", strong)
	}
	h.signIn(t, id, home)
	if kept() != strong {
		t.Error("what was strong was replaced")
	}
}
