package auth_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// guess brings a wrong password.
func (h *house) guess(t testing.TB, login string, from commands.From) {
	t.Helper()
	if _, err := h.SignIn(t.Context(), login, "non è questa qui", from); !errors.Is(err, commands.ErrRefused) {
		t.Fatalf("a wrong password: %v", err)
	}
}

// admits says whether the right password is taken.
func (h *house) admits(t testing.TB, id domain.UtenteID, from commands.From) bool {
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

// remembered is somebody before a browser by which a person signs in.
func (h *house) remembered(t testing.TB, id domain.UtenteID, from commands.From) commands.From {
	t.Helper()
	h.signIn(t, id, from)
	from.Device = must[string](t)(h.Remember(t.Context(), id, from.Device))
	return from
}

// Whoever shares the network guesses, and so do strangers: the person comes in by their
// own browser, wherever they take it, and by no other.
func TestNobodyLocksOutWhoComesByTheirOwnBrowser(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, stale, colleague := h.person(t), h.person(t), h.person(t)
	old := h.remembered(t, stale, home)
	h.pass(time.Microsecond)
	mine, theirs := h.remembered(t, id, home), h.remembered(t, colleague, home)
	h.pass(90*24*time.Hour - time.Microsecond)
	for i := range 6 {
		h.guess(t, id.Codice(), home)
		h.guess(t, id.Codice(), stranger(i))
		h.guess(t, stale.Codice(), stranger(i))
	}
	for name, from := range map[string]commands.From{"a stranger": stranger(100), "who shares the network": home, "a colleague's browser": theirs} {
		if h.admits(t, id, from) {
			t.Errorf("%s is not delayed", name)
		}
	}
	elsewhere := stranger(101)
	elsewhere.Device = mine.Device
	for name, from := range map[string]commands.From{"at home": mine, "elsewhere": elsewhere} {
		if !h.admits(t, id, from) {
			t.Errorf("the person is locked out %s", name)
		}
	}
	if h.admits(t, stale, old) {
		t.Error("a sign-in of 90 days ago is remembered")
	}
	for range 5 {
		h.guess(t, id.Codice(), mine)
	}
	if h.admits(t, id, mine) {
		t.Error("guessing by the person's own browser is not delayed")
	}
	h.pass(time.Second)
	if !h.admits(t, id, mine) {
		t.Error("it is delayed for longer than a second")
	}
}

func TestABrowserIsKnownForEachWhoSignedInByIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, other := h.person(t), h.person(t)
	first := h.remembered(t, id, home)
	both := h.remembered(t, other, first)
	planted := h.remembered(t, other, commands.From{Address: home.Address, Device: strings.Repeat("A", 43)})
	if both.Device != first.Device || planted.Device == strings.Repeat("A", 43) {
		t.Errorf("the browser shows %s, then %s; one that showed what nobody gave it, %s", first.Device, both.Device, planted.Device)
	}
	for range 10 {
		h.pass(time.Second)
		h.remembered(t, id, home)
	}
	for i := range 6 {
		h.guess(t, id.Codice(), stranger(i))
		h.guess(t, other.Codice(), stranger(i))
	}
	if h.admits(t, id, first) || !h.admits(t, other, first) {
		t.Error("of ten browsers used since the first is known, or is another's no more")
	}
}

func TestBrowsersAreForgottenWithWhatPeopleSignInWith(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for name, c := range map[string]struct {
		change func(id domain.UtenteID, by commands.From) error
		stays  bool
	}{
		"a reset": {func(id domain.UtenteID, _ commands.From) error {
			return h.ResetSecondFactor(t.Context(), id, uuid.NewString())
		}, false},
		"a link": {func(id domain.UtenteID, _ commands.From) error { h.setPassword(t, id, password); return nil }, false},
		"a change there": {func(id domain.UtenteID, by commands.From) error {
			return h.ChangePassword(t.Context(), auth.PasswordChange{Utente: id, Old: password, New: password, From: by})
		}, true},
		"a change elsewhere": {func(id domain.UtenteID, _ commands.From) error {
			return h.ChangePassword(t.Context(), auth.PasswordChange{Utente: id, Old: password, New: password, From: home})
		}, false},
	} {
		id := h.person(t)
		mine := h.remembered(t, id, home)
		check(t, c.change(id, mine))
		for i := range 6 {
			h.guess(t, id.Codice(), stranger(i))
		}
		if h.admits(t, id, mine) != c.stays {
			t.Errorf("after %s the browser is known, or is not: want %v", name, c.stays)
		}
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
		near, same, other := from(c.from), from(c.same), from(c.other)
		known := h.remembered(t, regular, same)
		for i := range 20 {
			if i == 19 && !h.admits(t, id, same) {
				t.Errorf("%s: delayed before the twentieth failure", name)
			}
			h.guess(t, fmt.Sprintf("nobody%d@example.it", i), near)
		}
		if h.admits(t, id, same) || !h.admits(t, id, other) {
			t.Errorf("%s: the wrong network is delayed", name)
		}
		if !h.admits(t, regular, known) {
			t.Errorf("%s: who has signed in by that browser is delayed", name)
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
	for range 60 {
		all.Go(func() {
			if _, err := h.SignIn(context.Background(), id.Codice(), password, home); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if most := int(n.Most.Load()); most > h.Slots() || h.Slots() > 4 || n.Real.Load() != 60 {
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

func TestWhoWaitsTooLongInACrowdIsToldToComeAgainAndItIsNoFailure(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.person(t)
	h.HurryCrowds(20 * time.Millisecond)
	release := h.Occupy()
	for range 6 {
		if _, err := h.SignIn(t.Context(), id.Codice(), password, home); domain.CodeOf(err) != domain.Unavailable {
			t.Errorf("%v", err)
		}
	}
	release()
	if !h.admits(t, id, home) {
		t.Error("the person is delayed")
	}
}

// Of two at once the one with the earlier time may be counted last.
func TestWhoIsCountedAfterALaterTimeIsNotDelayed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, other := h.person(t), h.person(t)
	if !h.admits(t, id, home) {
		t.Fatal("refused")
	}
	h.pass(-time.Millisecond)
	if !h.admits(t, other, home) || !h.admits(t, id, home) {
		t.Error("refused though nobody has failed")
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
	check(t, h.db.QueryRow(t.Context(), `SELECT count(*), count(*) FILTER (WHERE subject = 'network/192.0.2.10/32') FROM guess WHERE starts_with(subject, 'network/')`).Scan(&left, &latest))
	if left != auth.MostNetworks || latest != 1 {
		t.Errorf("%d are left, of the newest %d", left, latest)
	}
}

// A stranger tries logins of nobody, many of them: what is counted of real accounts stays,
// and what is counted for nobody is bounded, delayed as theirs is, and costs as much.
func TestLoginsOfNobodyAreCountedApart(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.person(t)
	for i := range 5 {
		h.guess(t, id.Codice(), stranger(i))
	}
	rows := func(like string) (n int) {
		check(t, h.db.QueryRow(t.Context(), `SELECT count(*) FROM guess WHERE subject LIKE $1`, like).Scan(&n))
		return n
	}
	counted := func(login string, from commands.From) int {
		before := rows("%")
		h.guess(t, login, from)
		return rows("%") - before
	}
	if known, unknown := counted(h.person(t).Codice(), stranger(5)), counted("nobody@example.it", stranger(6)); known != 2 || unknown != 2 {
		t.Errorf("somebody's login is counted in %d rows, nobody's in %d", known, unknown)
	}
	for i := range 2 * auth.Nobodies {
		h.guess(t, fmt.Sprintf("nobody%d@example.it", i), stranger(100+i))
	}
	if n := rows("password/nobody/%"); n > auth.Nobodies || n < auth.Nobodies/2 {
		t.Errorf("%d rows for nobody", n)
	}
	if h.admits(t, id, stranger(7)) {
		t.Error("what was counted at an account is forgotten")
	}
}
