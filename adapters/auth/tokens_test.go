package auth_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// clock is a time that tests move.
type clock struct{ atomic.Pointer[time.Time] }

func (c *clock) now() time.Time { return *c.Load() }

func (c *clock) pass(d time.Duration) {
	t := c.now().Add(d)
	c.Store(&t)
}

func newTokens(t *testing.T) (*auth.Tokens, *clock) {
	t.Helper()
	c := &clock{}
	start := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	c.Store(&start)
	return &auth.Tokens{DB: pgtest.New(t), Now: c.now}, c
}

func operator() domain.Actor {
	return domain.Actor{Utente: domain.UtenteID(uuid.NewString()), Role: domain.RoleStandard, Ente: domain.EnteID(uuid.NewString())}
}

func issue(t *testing.T, tokens *auth.Tokens, actor domain.Actor, validity time.Duration) string {
	t.Helper()
	token, err := tokens.Issue(t.Context(), actor, "test", validity)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestATokenSpeaksForItsPersonInTheirCapacity(t *testing.T) {
	t.Parallel()
	tokens, _ := newTokens(t)
	top := domain.Actor{Utente: domain.UtenteID(uuid.NewString()), Role: domain.RoleTop, Comune: "039002"}
	verifier := operator()
	verifier.Role = domain.RoleAuditor
	for name, actor := range map[string]domain.Actor{"at an Ente": operator(), "at a Comune": top, "an Ente's auditor": verifier} {
		token := issue(t, tokens, actor, time.Hour)
		got, err := tokens.Authenticate(t.Context(), "Bearer "+token)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(got.Session) != 12 || strings.Contains(token, got.Session) {
			t.Errorf("%s: the session is %q", name, got.Session)
		}
		got.Session = ""
		if diff := cmp.Diff(actor, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestTwoTokensOfAPersonAreTwoSessions(t *testing.T) {
	t.Parallel()
	tokens, _ := newTokens(t)
	actor := operator()
	sessions := map[string]bool{}
	for range 3 {
		got, err := tokens.Authenticate(t.Context(), "Bearer "+issue(t, tokens, actor, time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		sessions[got.Session] = true
	}
	if len(sessions) != 3 {
		t.Errorf("three tokens are %d sessions", len(sessions))
	}
}

func TestATokenEndsWhenItExpires(t *testing.T) {
	t.Parallel()
	tokens, clock := newTokens(t)
	header := "Bearer " + issue(t, tokens, operator(), time.Hour)
	clock.pass(time.Hour - time.Second)
	if _, err := tokens.Authenticate(t.Context(), header); err != nil {
		t.Errorf("a second before: %v", err)
	}
	clock.pass(time.Second)
	if _, err := tokens.Authenticate(t.Context(), header); !errors.Is(err, auth.ErrUnknown) {
		t.Errorf("at its end: %v", err)
	}
}

// idOf is what a token is called.
func idOf(t *testing.T, tokens *auth.Tokens, token string) string {
	t.Helper()
	actor, err := tokens.Authenticate(t.Context(), "Bearer "+token)
	if err != nil {
		t.Fatal(err)
	}
	return actor.Session
}

func TestATokenEndsWhenItIsRevoked(t *testing.T) {
	t.Parallel()
	tokens, _ := newTokens(t)
	actor := operator()
	revoked, other := issue(t, tokens, actor, time.Hour), issue(t, tokens, actor, time.Hour)
	id := idOf(t, tokens, revoked)
	for range 2 {
		if err := tokens.Revoke(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := tokens.Authenticate(t.Context(), "Bearer "+revoked); !errors.Is(err, auth.ErrUnknown) {
		t.Errorf("a revoked token: %v", err)
	}
	if _, err := tokens.Authenticate(t.Context(), "Bearer "+other); err != nil {
		t.Errorf("another of the same person: %v", err)
	}
	for _, unknown := range []string{"", "AAAAAAAA", id[:4], id + "AAAA", id + "!", revoked} {
		if err := tokens.Revoke(t.Context(), unknown); err != nil {
			t.Errorf("revoking %q, which nobody was given: %v", unknown, err)
		}
		if _, err := tokens.Find(t.Context(), unknown); domain.CodeOf(err) != domain.NotFound {
			t.Errorf("looking for %q: %v", unknown, err)
		}
	}
	if idOf(t, tokens, other) == "" {
		t.Error("another was revoked")
	}
}

func TestTokensAreListedWithWhatBecameOfThem(t *testing.T) {
	t.Parallel()
	tokens, clock := newTokens(t)
	made, actor := clock.now(), operator()
	used := issue(t, tokens, actor, time.Hour)
	clock.pass(time.Minute)
	top := domain.Actor{Utente: domain.UtenteID(uuid.NewString()), Role: domain.RoleTop, Comune: "039002"}
	issue(t, tokens, top, 48*time.Hour)
	clock.pass(30 * time.Second)
	noted := clock.now()
	id := idOf(t, tokens, used)
	clock.pass(59 * time.Second) // within a minute of the use before
	idOf(t, tokens, used)
	if err := tokens.Revoke(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	revoked := clock.now()
	got, err := tokens.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []commands.BearerToken{
		{ID: id, As: actor, Label: "test", CreatedAt: made, ExpiresAt: made.Add(time.Hour), LastUsedAt: &noted, RevokedAt: &revoked},
		{ID: got[1].ID, As: top, Label: "test", CreatedAt: made.Add(time.Minute), ExpiresAt: made.Add(time.Minute + 48*time.Hour)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if found, err := tokens.Find(t.Context(), id); err != nil || !cmp.Equal(found, want[0]) {
		t.Errorf("found is %v, %v", found, err)
	}
}

func TestOnlyAWellFormedBearerHeaderIsAccepted(t *testing.T) {
	t.Parallel()
	tokens, _ := newTokens(t)
	token := issue(t, tokens, operator(), time.Hour)
	for _, header := range []string{"Bearer " + token, "bearer " + token, "BEARER  " + token} {
		if _, err := tokens.Authenticate(t.Context(), header); err != nil {
			t.Errorf("%q: %v", header, err)
		}
	}
	for _, header := range []string{
		"", "Bearer", "Bearer ", token, "Basic " + token, "Bearer" + token, "Bearer\t" + token, "Bearer " + token + " ", "Bearer " + token + "x",
		"Bearer " + token[:len(token)-1], "Bearer " + strings.ToUpper(token), "Bearer " + strings.TrimPrefix(token, "visure_"),
		"Bearer " + token + ", Bearer " + token, "Bearer visure_" + strings.Repeat("\x00", 43), "Bearer " + strings.Repeat("x", 1<<20),
	} {
		if _, err := tokens.Authenticate(t.Context(), header); !errors.Is(err, auth.ErrUnknown) {
			t.Errorf("%.80q: %v", header, err)
		}
	}
}

func TestOnlyTheHashOfATokenIsKept(t *testing.T) {
	t.Parallel()
	tokens, _ := newTokens(t)
	token := issue(t, tokens, operator(), time.Hour)
	var row string
	var stored []byte
	if err := tokens.DB.QueryRow(t.Context(), `SELECT to_jsonb(t)::text, hash FROM api_token t`).Scan(&row, &stored); err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256([]byte(token)); string(sum[:]) != string(stored) {
		t.Errorf("kept is %x", stored)
	}
	if strings.Contains(row, token) || strings.Contains(row, strings.TrimPrefix(token, "visure_")) {
		t.Errorf("the token itself is kept: %s", row)
	}
}

func TestTokensAreIssuedUsedAndRevokedAtOnce(t *testing.T) {
	t.Parallel()
	tokens, _ := newTokens(t)
	var seen sync.Map
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			actor := operator()
			token, err := tokens.Issue(context.Background(), actor, "test", time.Hour)
			if err != nil {
				t.Error(err)
				return
			}
			if _, twice := seen.LoadOrStore(token, true); twice {
				t.Error("the same token was issued twice")
			}
			got, err := tokens.Authenticate(context.Background(), "Bearer "+token)
			if err != nil || got.Utente != actor.Utente {
				t.Errorf("%v, %v", got, err)
			}
			if err := tokens.Revoke(context.Background(), got.Session); err != nil {
				t.Error(err)
			}
			if _, err := tokens.Authenticate(context.Background(), "Bearer "+token); !errors.Is(err, auth.ErrUnknown) {
				t.Errorf("after it was revoked: %v", err)
			}
		})
	}
	all.Wait()
}

func TestADatabaseThatDoesNotAnswerIsNoUnknownCaller(t *testing.T) {
	t.Parallel()
	tokens, _ := newTokens(t)
	token := issue(t, tokens, operator(), time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tokens.Authenticate(ctx, "Bearer "+token); err == nil || errors.Is(err, auth.ErrUnknown) {
		t.Errorf("%v", err)
	}
}
