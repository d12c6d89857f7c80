package auth_test

import (
	"context"
	"encoding/base64"
	"errors"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/adapters/auth/authtest"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// newDevice returns a device before a page of ours.
func newDevice(t testing.TB) *authtest.Authenticator {
	t.Helper()
	return authtest.New(t, origin, "visure.example.it")
}

var b64 = base64.RawURLEncoding

// passkey gives a person a passkey.
func (h *house) passkey(t testing.TB, id domain.UtenteID) *authtest.Authenticator {
	t.Helper()
	device := newDevice(t)
	c := must[auth.Challenge](t)(h.BeginPasskeyRegistration(t.Context(), id, ""))
	check(t, h.FinishPasskeyRegistration(t.Context(), enrolling(id), c.Ceremony, device.Register(t, c.Options), "chiave\x00 blu"))
	return device
}

func (h *house) usePasskey(t testing.TB, id domain.UtenteID, device *authtest.Authenticator) (auth.Proof, error) {
	t.Helper()
	c := must[auth.Challenge](t)(h.BeginPasskey(t.Context(), id))
	return h.FinishPasskey(t.Context(), c.Ceremony, device.Sign(t, c.Options), home)
}

func TestAPasskeySaysWhoItsPersonIs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, b := h.account(t), h.account(t)
	ofA, ofB := h.passkey(t, a), h.passkey(t, b)
	ofB.Counts = false
	for id, device := range map[domain.UtenteID]*authtest.Authenticator{a: ofA, b: ofB} {
		for _, asked := range []domain.UtenteID{"", id, ""} {
			got, err := h.usePasskey(t, asked, device)
			if want := (auth.Proof{Utente: id, Method: commands.MethodPasskey, Address: home.Address}); err != nil || got != want {
				t.Errorf("asked %q: %+v, %v", asked, got, err)
			}
		}
	}
	if _, err := h.usePasskey(t, b, ofA); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("somebody else's: %v", err)
	}
	kept := must[[]auth.Passkey](t)(h.Passkeys(t.Context(), a))
	if len(kept) != 1 || kept[0].Label != "chiave blu" || !kept[0].LastUsed.Equal(h.now()) {
		t.Errorf("%+v", kept)
	}
	check(t, h.RemovePasskey(t.Context(), b, kept[0].ID))
	if _, err := h.usePasskey(t, "", ofA); err != nil {
		t.Errorf("after another removed it: %v", err)
	}
	check(t, h.RemovePasskey(t.Context(), a, kept[0].ID))
	if _, err := h.usePasskey(t, "", ofA); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("after it was removed: %v", err)
	}
}

func TestTheBrowserIsAskedForWhatIsNeeded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.account(t)
	if _, err := h.BeginPasskey(t.Context(), id); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("who has none: %v", err)
	}
	device := h.passkey(t, id)
	made := authtest.Read(t, must[auth.Challenge](t)(h.BeginPasskeyRegistration(t.Context(), id, "")).Options).PublicKey
	if made.Attestation != "none" || made.User.ID != b64.EncodeToString([]byte(id)) {
		t.Errorf("%+v", made)
	}
	asked := authtest.Read(t, must[auth.Challenge](t)(h.BeginPasskey(t.Context(), id)).Options).PublicKey
	if asked.UserVerification != "required" || len(asked.AllowCredentials) != 1 || asked.AllowCredentials[0].ID != b64.EncodeToString(device.ID) {
		t.Errorf("%+v", asked)
	}
	if anybody := authtest.Read(t, must[auth.Challenge](t)(h.BeginPasskey(t.Context(), "")).Options).PublicKey; len(anybody.AllowCredentials) != 0 {
		t.Errorf("%+v", anybody)
	}
}

func TestWhatDoesNotAnswerTheChallengeIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.account(t)
	for name, spoil := range map[string]func(*authtest.Authenticator){
		"another origin":           func(a *authtest.Authenticator) { a.Origin = "https://visure.example.com" },
		"another domain":           func(a *authtest.Authenticator) { a.RPID = "example.it" },
		"a person not verified":    func(a *authtest.Authenticator) { a.Unlocked = false },
		"another key":              func(a *authtest.Authenticator) { a.Private = newDevice(t).Private },
		"a counter that stood":     func(a *authtest.Authenticator) { a.Counter-- },
		"a counter that went back": func(a *authtest.Authenticator) { a.Counter -= 2 },
		"another's handle":         func(a *authtest.Authenticator) { a.Handle = b64.EncodeToString([]byte(h.account(t))) },
		"no handle":                func(a *authtest.Authenticator) { a.Handle = "" },
	} {
		device := h.passkey(t, id)
		for range 2 {
			must[auth.Proof](t)(h.usePasskey(t, "", device))
		}
		spoil(device)
		if _, err := h.usePasskey(t, "", device); !errors.Is(err, commands.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, spoil := range map[string]func(*authtest.Authenticator){
		"another origin":        func(a *authtest.Authenticator) { a.Origin = "https://visure.example.com" },
		"another domain":        func(a *authtest.Authenticator) { a.RPID = "example.it" },
		"a person not verified": func(a *authtest.Authenticator) { a.Unlocked = false },
	} {
		device := newDevice(t)
		spoil(device)
		c := must[auth.Challenge](t)(h.BeginPasskeyRegistration(t.Context(), id, ""))
		if err := h.FinishPasskeyRegistration(t.Context(), enrolling(id), c.Ceremony, device.Register(t, c.Options), ""); !errors.Is(err, commands.ErrRefused) {
			t.Errorf("registering from %s: %v", name, err)
		}
	}
}

func TestACeremonyIsForOneUseOfOneKind(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, b := h.account(t), h.account(t)
	device := h.passkey(t, a)
	finish := func(c auth.Challenge, answer []byte) error {
		_, err := h.FinishPasskey(t.Context(), c.Ceremony, answer, home)
		return err
	}
	used := must[auth.Challenge](t)(h.BeginPasskey(t.Context(), ""))
	check(t, finish(used, device.Sign(t, used.Options)))
	if err := finish(used, device.Sign(t, used.Options)); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("twice: %v", err)
	}
	broken := must[auth.Challenge](t)(h.BeginPasskey(t.Context(), ""))
	for _, answer := range [][]byte{[]byte("{"), device.Sign(t, broken.Options)} {
		if err := finish(broken, answer); !errors.Is(err, commands.ErrRefused) {
			t.Errorf("%.10s: %v", answer, err)
		}
	}
	late := must[auth.Challenge](t)(h.BeginPasskey(t.Context(), ""))
	inTime := must[auth.Challenge](t)(h.BeginPasskey(t.Context(), ""))
	h.pass(5*time.Minute - time.Microsecond)
	check(t, finish(inTime, device.Sign(t, inTime.Options)))
	h.pass(time.Microsecond)
	if err := finish(late, device.Sign(t, late.Options)); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("after five minutes: %v", err)
	}
	made := must[auth.Challenge](t)(h.BeginPasskeyRegistration(t.Context(), a, ""))
	if err := finish(made, device.Sign(t, made.Options)); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("a registration, to sign in: %v", err)
	}
	if err := h.FinishPasskeyRegistration(t.Context(), enrolling(b), made.Ceremony, newDevice(t).Register(t, made.Options), ""); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("another's registration: %v", err)
	}
	again := must[auth.Challenge](t)(h.BeginPasskeyRegistration(t.Context(), b, ""))
	if err := h.FinishPasskeyRegistration(t.Context(), enrolling(b), again.Ceremony, device.Register(t, again.Options), ""); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("a passkey of somebody else: %v", err)
	}
}

func TestOfTwoAnswersToOneChallengeOneIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.account(t)
	device := h.passkey(t, id)
	c := must[auth.Challenge](t)(h.BeginPasskey(t.Context(), id))
	answer := device.Sign(t, c.Options)
	onceOf(t, 8, func(int) error {
		_, err := h.FinishPasskey(context.Background(), c.Ceremony, answer, home)
		return err
	})
}
