package auth_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func (h *house) start(t testing.TB, id domain.UtenteID) string {
	t.Helper()
	secret, _, err := h.sessions.Start(t.Context(), auth.Proof{Utente: id, Method: commands.MethodPasskey, Address: home.Address}, commands.CookieSession, "")
	check(t, err)
	return secret
}

func (h *house) uses(t testing.TB, secret string) error {
	t.Helper()
	_, err := h.sessions.Authenticate(t.Context(), secret)
	return err
}

func TestASessionSaysWhoSignedInHowAndFromWhere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for name, c := range map[string]struct {
		proof auth.Proof
		kind  auth.Kind
	}{
		"OpenID Connect": {auth.Proof{Method: commands.MethodOIDC, ACR: "https://www.spid.gov.it/SpidL2", SecondAt: h.now().Add(-time.Minute), Address: home.Address}, commands.CookieSession},
		"level 1":        {auth.Proof{Method: commands.MethodOIDC, ACR: "https://www.spid.gov.it/SpidL1", Address: home.Address}, commands.CookieSession},
		"a passkey":      {auth.Proof{Method: commands.MethodPasskey, Address: home.Address}, commands.CookieSession},
		"a password":     {auth.Proof{Method: commands.MethodPassword, Address: stranger(1).Address}, commands.BearerSession},
	} {
		c.proof.Utente = domain.UtenteID(uuid.NewString())
		secret, started, err := h.sessions.Start(t.Context(), c.proof, c.kind, "Firefox\x00 su Linux"+strings.Repeat("!", 200))
		check(t, err)
		if strings.HasPrefix(secret, "visure_s_") != (c.kind == commands.BearerSession) || len(strings.TrimPrefix(secret, "visure_s_")) != 43 {
			t.Errorf("%s: the secret is %s", name, secret)
		}
		want := auth.Session{
			Actor: domain.Actor{Utente: c.proof.Utente, Session: started.Actor.Session}, Kind: c.kind, Method: c.proof.Method, ACR: c.proof.ACR,
			Address: c.proof.Address, Device: "Firefox su Linux" + strings.Repeat("!", 84), CreatedAt: h.now(), LastSeen: h.now(), ExpiresAt: h.now().Add(8 * time.Hour),
		}
		want.SteppedUpAt = map[string]time.Time{"OpenID Connect": h.now().Add(-time.Minute), "a passkey": h.now()}[name]
		want.Actor.Strong = !want.SteppedUpAt.IsZero()
		listed := must[[]auth.Session](t)(h.sessions.List(t.Context(), c.proof.Utente))
		for _, got := range append(listed, started, must[auth.Session](t)(h.sessions.Authenticate(t.Context(), secret))) {
			if diff := cmp.Diff(want, got, cmpopts.EquateComparable(home.Address)); diff != "" || len(got.Actor.Session) != 12 || len(listed) != 1 {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
}

func TestASessionEndsWhenItIsIdleOrOld(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.account(t)
	unused := h.start(t, id)
	h.pass(15*time.Minute - time.Microsecond)
	check(t, h.uses(t, unused))
	h.pass(15 * time.Minute)
	if err := h.uses(t, unused); !errors.Is(err, auth.ErrUnknown) {
		t.Errorf("after 15 minutes: %v", err)
	}
	used := h.start(t, id)
	for range 8*6 - 1 {
		h.pass(10 * time.Minute)
		check(t, h.uses(t, used))
	}
	h.pass(10*time.Minute - time.Microsecond)
	check(t, h.uses(t, used))
	h.pass(time.Microsecond)
	if err := h.uses(t, used); !errors.Is(err, auth.ErrUnknown) {
		t.Errorf("after eight hours: %v", err)
	}
	if live := must[[]auth.Session](t)(h.sessions.List(t.Context(), id)); len(live) != 0 {
		t.Errorf("%+v", live)
	}
}

func TestAUseIsNotedOnceAMinute(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.account(t)
	secret, start := h.start(t, id), h.now()
	noted := func() time.Duration {
		return must[[]auth.Session](t)(h.sessions.List(t.Context(), id))[0].LastSeen.Sub(start)
	}
	for _, c := range []struct{ pass, want time.Duration }{
		{time.Minute - time.Microsecond, 0}, {time.Microsecond, time.Minute}, {30 * time.Second, time.Minute}, {time.Minute, 150 * time.Second},
	} {
		h.pass(c.pass)
		check(t, h.uses(t, secret))
		if got := noted(); got != c.want {
			t.Errorf("after %s noted is %s", h.now().Sub(start), got)
		}
	}
}

// queries counts all of them.
type queries struct{ atomic.Int32 }

func (q *queries) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	q.Add(1)
	return ctx
}

func (*queries) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func TestAUseOfASessionIsOneQuery(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	secret := h.start(t, h.account(t))
	config, n := h.db.Config(), &queries{}
	config.ConnConfig.Tracer = n
	pool := must[*pgxpool.Pool](t)(pgxpool.NewWithConfig(t.Context(), config))
	t.Cleanup(pool.Close)
	sessions := &auth.Sessions{DB: pool, Now: h.now}
	for i, pass := range []time.Duration{0, time.Second, time.Minute, 0} {
		h.pass(pass)
		_, err := sessions.Authenticate(t.Context(), secret)
		check(t, err)
		if int(n.Load()) != i+1 {
			t.Errorf("%d uses were %d queries", i+1, n.Load())
		}
	}
}

func TestACapacityIsChosenUnderANewSecret(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.account(t)
	first := h.start(t, id)
	before := must[auth.Session](t)(h.sessions.Authenticate(t.Context(), first))
	h.pass(5 * time.Minute)
	want := before
	capacity := domain.Actor{Role: domain.RoleAdmin, Ente: domain.EnteID(uuid.NewString()), Comune: "039002"}
	second, got, err := h.sessions.Switch(t.Context(), first, capacity)
	check(t, err)
	want.Actor.Role, want.Actor.Ente, want.Actor.Comune, want.LastSeen = capacity.Role, capacity.Ente, capacity.Comune, h.now()
	want.Actor.Session = got.Actor.Session
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(home.Address)); diff != "" || got.Actor.Session == before.Actor.Session || second == first {
		t.Errorf("%s", diff)
	}
	if err := h.uses(t, first); !errors.Is(err, auth.ErrUnknown) {
		t.Errorf("the old secret: %v", err)
	}
	if _, _, err := h.sessions.Switch(t.Context(), first, capacity); !errors.Is(err, auth.ErrUnknown) {
		t.Errorf("switching the old: %v", err)
	}
	check(t, h.uses(t, second))
	third, got, err := h.sessions.Switch(t.Context(), second, domain.Actor{Role: domain.RoleTop, Comune: "039014"})
	check(t, err)
	if got.Actor.Ente != "" || got.Actor.Role != domain.RoleTop || got.Actor.Comune != "039014" {
		t.Errorf("%+v", got)
	}
	h.pass(15 * time.Minute)
	if _, _, err := h.sessions.Switch(t.Context(), third, capacity); !errors.Is(err, auth.ErrUnknown) {
		t.Errorf("an idle one: %v", err)
	}
}

func TestASessionIsSteppedUp(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	secret, _, err := h.sessions.Start(t.Context(), auth.Proof{Utente: h.account(t), Method: commands.MethodPassword, Address: home.Address}, commands.BearerSession, "")
	check(t, err)
	h.pass(time.Minute)
	check(t, h.sessions.StepUp(t.Context(), secret))
	if s := must[auth.Session](t)(h.sessions.Authenticate(t.Context(), secret)); !s.SteppedUpAt.Equal(h.now()) {
		t.Errorf("%+v", s)
	}
	h.pass(15 * time.Minute)
	for _, gone := range []string{secret, "", "unknown"} {
		if err := h.sessions.StepUp(t.Context(), gone); !errors.Is(err, auth.ErrUnknown) {
			t.Errorf("%v", err)
		}
	}
}

func TestASessionIsNoTokenOfTheAPI(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	secret, _, err := h.sessions.Start(t.Context(), auth.Proof{Utente: h.account(t), Method: commands.MethodPasskey, Address: home.Address}, commands.BearerSession, "")
	check(t, err)
	tokens := &auth.Tokens{DB: h.db, Now: h.now}
	if _, err := tokens.Authenticate(t.Context(), "Bearer "+secret); !errors.Is(err, auth.ErrUnknown) {
		t.Errorf("%v", err)
	}
	if err := h.uses(t, issue(t, tokens, operator(), time.Hour)); !errors.Is(err, auth.ErrUnknown) {
		t.Errorf("a token, as a session: %v", err)
	}
	if err := h.uses(t, strings.TrimPrefix(secret, "visure_s_")); !errors.Is(err, auth.ErrUnknown) {
		t.Errorf("without its prefix: %v", err)
	}
}
