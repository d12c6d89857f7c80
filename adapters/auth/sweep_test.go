package auth_test

import (
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/commands"
)

func TestSweepingDeletesWhatHasNoEffect(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	counts := func() (n int) {
		check(t, h.db.QueryRow(t.Context(), `
			SELECT (SELECT count(*) FROM invitation) + (SELECT count(*) FROM ceremony) + (SELECT count(*) FROM sign_in)
				+ (SELECT count(*) FROM guess) + (SELECT count(*) FROM known_device) + (SELECT count(*) FROM totp) + (SELECT count(*) FROM session)`).Scan(&n))
		return n
	}
	make := func() {
		id := h.person(t)
		_, _, err := h.sessions.Start(t.Context(), h.signIn(t, id, home), commands.CookieSession, "") // session, network counted
		check(t, err)
		must[string](t)(h.Remember(t.Context(), id, ""))
		must[string](t)(h.Invite(t.Context(), id))
		must[auth.FirstStep](t)(h.SignIn(t.Context(), id.Codice(), password, home)) // sign-in, account counted
		must[string](t)(h.EnrolTOTP(t.Context(), id, ""))
		must[auth.Challenge](t)(h.BeginPasskey(t.Context(), ""))
	}
	make()
	sweep := func() {
		check(t, h.Sweep(t.Context()))
		check(t, h.sessions.Sweep(t.Context()))
	}
	sweep()
	if n := counts(); n != 8 {
		t.Errorf("of what has effect %d rows of 8 are left", n)
	}
	h.pass(90 * 24 * time.Hour)
	make()
	if n := counts(); n != 15 { // the network is counted once
		t.Errorf("%d rows of 15", n)
	}
	sweep()
	if n := counts(); n != 8 {
		t.Errorf("%d rows of 8 are left", n)
	}
}
