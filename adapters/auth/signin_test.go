package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// guess brings a wrong password.
func (h *house) guess(t testing.TB, login string, from netip.Addr) {
	t.Helper()
	if _, err := h.SignIn(t.Context(), login, "non è questa qui", from); !errors.Is(err, commands.ErrRefused) {
		t.Fatalf("a wrong password: %v", err)
	}
}

// admits says whether the right password is taken.
func (h *house) admits(t testing.TB, id domain.UtenteID, from netip.Addr) bool {
	t.Helper()
	_, err := h.SignIn(t.Context(), id.Codice(), password, from)
	if err != nil && !errors.Is(err, commands.ErrRefused) {
		t.Fatal(err)
	}
	return err == nil
}

func TestEveryRefusalCostsTheSame(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, unset, shared, delayed := h.person(t), h.account(t), h.person(t), h.person(t)
	check(t, h.Open(t.Context(), shared, string(id)+"@example.it"))
	for i := range 5 {
		h.guess(t, delayed.Codice(), stranger(i))
	}
	n := h.CountEvaluations()
	for name, try := range map[string]struct{ login, password string }{
		"unknown code":     {domain.UtenteID("x").Codice(), password},
		"unknown address":  {"nobody@example.it", password},
		"no login":         {"", password},
		"wrong password":   {id.Codice(), "non è questa qui"},
		"no password":      {id.Codice(), ""},
		"a long password":  {id.Codice(), strings.Repeat("x", 1<<20)},
		"no password set":  {unset.Codice(), ""},
		"a shared address": {string(id) + "@example.it", password},
		"delayed":          {delayed.Codice(), password},
	} {
		before := n.All.Load()
		if _, err := h.SignIn(t.Context(), try.login, try.password, stranger(100)); !errors.Is(err, commands.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
		if cost := n.All.Load() - before; cost != 1 {
			t.Errorf("%s cost %d evaluations", name, cost)
		}
	}
}

func TestTheDelayAtAnAccountDoubles(t *testing.T) {
	t.Parallel()
	for failures, delay := range map[int]time.Duration{4: 0, 5: time.Second, 6: 2 * time.Second, 8: 8 * time.Second, 14: 512 * time.Second, 15: 15 * time.Minute, 18: 15 * time.Minute} {
		h := newHouse(t)
		id := h.person(t)
		for i := range failures {
			h.guess(t, id.Codice(), stranger(i))
			if i < failures-1 && i >= 4 {
				h.pass(min(time.Second<<(i-4), 15*time.Minute))
			}
		}
		if delay > 0 {
			h.pass(delay - time.Microsecond)
			if h.admits(t, id, home) {
				t.Errorf("admitted within %s of failure %d", delay, failures)
			}
			h.pass(time.Microsecond)
		}
		if !h.admits(t, id, home) {
			t.Errorf("delayed %s after failure %d", delay, failures)
		}
	}
}

func TestASuccessForgetsFailuresAndSoDoesTime(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, other := h.person(t), h.person(t)
	for i := range 4 {
		h.guess(t, id.Codice(), stranger(i))
		h.guess(t, other.Codice(), stranger(i))
	}
	h.signIn(t, id, stranger(200))
	h.pass(time.Hour) // one failure of the other's is forgotten
	for i := range 4 {
		h.guess(t, id.Codice(), stranger(10+i))
	}
	h.guess(t, other.Codice(), stranger(10))
	if !h.admits(t, id, stranger(20)) || !h.admits(t, other, stranger(20)) {
		t.Error("failures were not forgotten")
	}
	h.guess(t, other.Codice(), stranger(11))
	if h.admits(t, other, stranger(21)) {
		t.Error("a password without the rest of the sign-in forgot failures")
	}
}

func TestStrangersDoNotLockOutWhoSignedInFromThere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, stale := h.person(t), h.person(t)
	h.signIn(t, stale, home)
	h.pass(time.Microsecond)
	h.signIn(t, id, home)
	h.pass(90*24*time.Hour - time.Microsecond)
	for i := range 6 {
		h.guess(t, id.Codice(), stranger(i))
		h.guess(t, stale.Codice(), stranger(i))
	}
	if h.admits(t, id, stranger(100)) {
		t.Error("strangers are not delayed")
	}
	if !h.admits(t, id, home) {
		t.Error("the person is locked out")
	}
	if h.admits(t, stale, home) {
		t.Error("a sign-in of 90 days ago is remembered")
	}
	for range 5 {
		h.guess(t, id.Codice(), home)
	}
	if h.admits(t, id, home) {
		t.Error("guessing at home is not delayed")
	}
	h.pass(time.Second)
	if !h.admits(t, id, home) {
		t.Error("it is delayed for longer than a second")
	}
}

func TestANetworkThatGuessesIsDelayedWithEveryAccount(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ from, same, other string }{
		"IPv4": {"192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2"},
		"IPv6": {"2001:db8:0:1::1", "2001:db8:0:1:ffff::2%eth0", "2001:db8:0:2::1"},
	} {
		h := newHouse(t)
		id, regular := h.person(t), h.person(t)
		from, same, other := netip.MustParseAddr(c.from), netip.MustParseAddr(c.same), netip.MustParseAddr(c.other)
		h.signIn(t, regular, same)
		for i := range 20 {
			if i == 19 && !h.admits(t, id, same) {
				t.Errorf("%s: delayed before the twentieth failure", name)
			}
			h.guess(t, fmt.Sprintf("nobody%d@example.it", i), from)
		}
		if h.admits(t, id, same) || !h.admits(t, id, other) {
			t.Errorf("%s: the wrong network is delayed", name)
		}
		if !h.admits(t, regular, same) {
			t.Errorf("%s: who has signed in from there is delayed", name)
		}
		h.pass(time.Second)
		if !h.admits(t, id, same) {
			t.Errorf("%s: delayed for longer than a second", name)
		}
	}
}

func TestManyGuessesAtOnceAreNoMoreThanFive(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.person(t)
	n := h.CountEvaluations()
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			if _, err := h.SignIn(context.Background(), id.Codice(), "non è questa qui", stranger(i)); !errors.Is(err, commands.ErrRefused) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if real := n.Real.Load(); real != 5 {
		t.Errorf("%d were compared with the password", real)
	}
}

func TestACrowdIsAdmittedAFewAtATime(t *testing.T) {
	t.Parallel()
	h := newRealHouse(t)
	id := h.person(t)
	n := h.CountEvaluations()
	var all sync.WaitGroup
	for range 200 { // of an office, when it opens
		all.Go(func() {
			if _, err := h.SignIn(context.Background(), id.Codice(), password, home); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if most := int(n.Most.Load()); most > h.Slots() || h.Slots() > 4 || n.Real.Load() != 200 {
		t.Errorf("%d of %d evaluations at once", most, n.Real.Load())
	}
}

func TestWhoGivesUpWaitingIsNoFailure(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.person(t)
	release := h.Occupy()
	for range 6 {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		if _, err := h.SignIn(ctx, id.Codice(), password, home); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		cancel()
	}
	release()
	if !h.admits(t, id, home) {
		t.Error("the person is delayed")
	}
}

func TestTheNetworksRememberedAreBounded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, err := h.db.Exec(t.Context(), `
		INSERT INTO guess SELECT 'network/' || n, 1, $1::timestamptz - n * interval '1 second', $1 FROM generate_series(1, $2 + 5) n`, h.now(), auth.MostNetworks)
	check(t, err)
	h.guess(t, "nobody", home)
	var left, latest int
	check(t, h.db.QueryRow(t.Context(), `SELECT count(*), count(*) FILTER (WHERE subject = 'network/192.0.2.10/32') FROM guess`).Scan(&left, &latest))
	if left != auth.MostNetworks || latest != 1 {
		t.Errorf("%d are left, of the newest %d", left, latest)
	}
}
