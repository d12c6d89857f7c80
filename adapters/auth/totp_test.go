package auth_test

import (
	"context"
	"errors"
	"net/url"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// codeAt is what an app shows that was given the offer, some steps from now.
func codeAt(t interface{ Fatal(...any) }, offer string, now time.Time, steps int) string {
	u, err := url.Parse(offer)
	if err != nil {
		t.Fatal(err)
	}
	code, err := totp.GenerateCode(u.Query().Get("secret"), now.Add(time.Duration(steps)*30*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// enrolling is a person, in no session, who has proven what they have.
func enrolling(id domain.UtenteID) commands.Enrolling {
	return commands.Enrolling{Utente: id, Proven: true, From: home}
}

// enrol gives a person a TOTP secret and lets the step go by that confirmed it.
func (h *house) enrol(t testing.TB, id domain.UtenteID) (offer string) {
	t.Helper()
	offer = must[string](t)(h.EnrolTOTP(t.Context(), id, ""))
	check(t, h.ConfirmTOTP(t.Context(), enrolling(id), codeAt(t, offer, h.now(), 0)))
	h.pass(2 * time.Minute)
	return offer
}

func TestATOTPOfferSaysWhoseItIsWithoutAName(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.account(t)
	u := must[*url.URL](t)(url.Parse(must[string](t)(h.EnrolTOTP(t.Context(), id, ""))))
	if u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/Visure:"+id.Codice() || len(u.Query().Get("secret")) != 32 {
		t.Errorf("%s", u)
	}
	for name, want := range map[string]string{"digits": "6", "period": "30", "algorithm": "SHA1", "issuer": "Visure"} {
		if got := u.Query().Get(name); got != want {
			t.Errorf("%s is %s", name, got)
		}
	}
}

func TestATOTPCodeIsTakenOneStepAwayAndOnce(t *testing.T) {
	t.Parallel()
	for steps, want := range map[int]error{-2: commands.ErrRefused, -1: nil, 0: nil, 1: nil, 2: commands.ErrRefused} {
		h := newHouse(t)
		id := h.account(t)
		code := codeAt(t, h.enrol(t, id), h.now(), steps)
		for i, want := range []error{want, commands.ErrRefused} {
			if err := h.CheckTOTP(t.Context(), id, code[:3]+" "+code[3:], home); !errors.Is(err, want) {
				t.Errorf("%d steps away, %d times used: %v", steps, i, err)
			}
		}
	}
}

func TestTheCodeThatConfirmsIsUsedUp(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.account(t)
	offer := must[string](t)(h.EnrolTOTP(t.Context(), id, ""))
	code := codeAt(t, offer, h.now(), 0)
	if err := h.CheckTOTP(t.Context(), id, code, home); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("before it was confirmed: %v", err)
	}
	check(t, h.ConfirmTOTP(t.Context(), enrolling(id), code))
	if err := h.CheckTOTP(t.Context(), id, code, home); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("after: %v", err)
	}
	if err := h.ConfirmTOTP(t.Context(), enrolling(id), code); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("confirmed twice: %v", err)
	}
}

func TestASecretServesUntilAnotherIsConfirmed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.account(t)
	first := h.enrol(t, id)
	must[string](t)(h.EnrolTOTP(t.Context(), id, ""))
	second := must[string](t)(h.EnrolTOTP(t.Context(), id, ""))
	check(t, h.CheckTOTP(t.Context(), id, codeAt(t, first, h.now(), 0), home))
	h.pass(10*time.Minute - time.Second)
	check(t, h.ConfirmTOTP(t.Context(), enrolling(id), codeAt(t, second, h.now(), 0)))
	h.pass(time.Minute)
	if err := h.CheckTOTP(t.Context(), id, codeAt(t, first, h.now(), 0), home); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("the first: %v", err)
	}
	check(t, h.CheckTOTP(t.Context(), id, codeAt(t, second, h.now(), 0), home))
	late := must[string](t)(h.EnrolTOTP(t.Context(), id, ""))
	h.pass(10 * time.Minute)
	if err := h.ConfirmTOTP(t.Context(), enrolling(id), codeAt(t, late, h.now(), 0)); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("an offer of ten minutes ago: %v", err)
	}
}

func TestOfTwoWhoBringOneCodeOneIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.account(t)
	code := codeAt(t, h.enrol(t, id), h.now(), 0)
	onceOf(t, 16, func(i int) error { return h.CheckTOTP(context.Background(), id, code, stranger(i)) })
}

func TestGuessingCodesIsDelayed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.account(t)
	offer := h.enrol(t, id)
	for i := range 5 {
		if err := h.CheckTOTP(t.Context(), id, "", stranger(i)); !errors.Is(err, commands.ErrRefused) {
			t.Fatal(err)
		}
	}
	h.pass(time.Second - time.Microsecond)
	if err := h.CheckTOTP(t.Context(), id, codeAt(t, offer, h.now(), 0), home); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("within a second of the fifth failure: %v", err)
	}
	h.pass(time.Microsecond)
	check(t, h.CheckTOTP(t.Context(), id, codeAt(t, offer, h.now(), 0), home))
}

// Whatever is tried in whatever order: what is taken is one step away at most, and
// no step is taken again, nor one before it. In the end a fresh code is taken.
func TestNoStepIsEverTakenTwice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	rapid.Check(t, func(r *rapid.T) {
		id := h.account(t)
		offer := h.enrol(t, id)
		var last int64
		r.Repeat(map[string]func(*rapid.T){
			"time goes by": func(r *rapid.T) {
				h.pass(time.Duration(rapid.IntRange(1, 90).Draw(r, "seconds")) * time.Second)
			},
			"a code comes": func(r *rapid.T) {
				away := rapid.IntRange(-3, 3).Draw(r, "steps away")
				step := h.now().Unix()/30 + int64(away)
				if err := h.CheckTOTP(t.Context(), id, codeAt(r, offer, h.now(), away), home); err == nil {
					if step <= last || away < -1 || away > 1 {
						r.Fatalf("step %d was taken, %d away, after %d", step, away, last)
					}
					last = step
				} else if !errors.Is(err, commands.ErrRefused) {
					r.Fatal(err)
				}
			},
		})
		h.pass(24 * time.Hour)
		if err := h.CheckTOTP(t.Context(), id, codeAt(r, offer, h.now(), 0), home); err != nil {
			r.Fatalf("a fresh code: %v", err)
		}
	})
}
