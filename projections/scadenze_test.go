package projections

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

func TestWhenAVisuraIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	silence, retry := morning.Add(48*time.Hour), morning.Add(7*time.Minute)
	asked := request(roma, inps, rossi)
	approved := domain.VisuraApproved{Conferma: domain.Immediata, Effective: morning}
	started := domain.QueryStarted{Attempt: 1}
	// Event n of a story is recorded n seconds past eight.
	at := func(n int, later time.Duration) *time.Time {
		t := morning.Add(time.Duration(n)*time.Second + later)
		return &t
	}
	for name, c := range map[string]struct {
		story []domain.Event
		want  *time.Time
	}{
		"just asked":                    {[]domain.Event{asked}, at(1, grace)},
		"only an officer decides":       {[]domain.Event{asked, domain.ConfirmationAwaited{}}, nil},
		"an officer decides, or nobody": {[]domain.Event{asked, domain.ConfirmationAwaited{Scade: &silence}}, &silence},
		"the requester answers, or not": {[]domain.Event{asked, domain.ConfirmationAwaited{Due: &retry}, domain.ConfirmationSuspended{Scade: &silence}}, &silence},
		"nobody has decided":            {[]domain.Event{asked, domain.ConfirmationAwaited{Scade: &silence}, domain.VisuraExpired{}}, nil},
		"silence decides":               {[]domain.Event{asked, domain.ConfirmationAwaited{Due: &silence}}, &silence},
		"silence has decided":           {[]domain.Event{asked, domain.ConfirmationAwaited{Due: &silence}, approved}, at(3, grace)},
		"approved":                      {[]domain.Event{asked, approved}, at(2, grace)},
		"ANPR is being asked":           {[]domain.Event{asked, approved, started}, at(3, grace)},
		"ANPR is to be asked later":     {[]domain.Event{asked, approved, started, domain.QueryDeferred{RetryAt: retry}}, &retry},
		"issued":                        {[]domain.Event{asked, approved, started, issued(visuraID(1))}, nil},
		"not issuable":                  {[]domain.Event{asked, approved, started, domain.VisuraNotIssuable{}}, nil},
		"failed":                        {[]domain.Event{asked, approved, domain.VisuraFailed{}}, nil},
		"rejected before the silence":   {[]domain.Event{asked, domain.ConfirmationAwaited{Due: &silence}, domain.VisuraRejected{}}, nil},
		"withdrawn":                     {[]domain.Event{asked, domain.ConfirmationAwaited{Due: &silence}, domain.VisuraWithdrawn{}}, nil},
		"erased on the way":             {[]domain.Event{asked, approved, domain.VisuraErased{}}, at(3, grace)},
		"erased afterwards":             {[]domain.Event{asked, domain.VisuraFailed{}, domain.VisuraErased{}}, nil},
		"revoked":                       {[]domain.Event{asked, approved, issued(visuraID(1)), domain.VisuraRevoked{}}, at(4, grace)},
		"who took it is told":           {[]domain.Event{asked, approved, issued(visuraID(1)), domain.VisuraRevoked{}, domain.RevocationAnnounced{}}, nil},
		"downloaded":                    {[]domain.Event{asked, approved, issued(visuraID(1)), domain.VisuraDownloaded{}}, nil},
	} {
		l := enginetest.NewLog()
		for _, e := range c.story {
			l.Add(string(visuraID(1).Stream()), operatore, e)
		}
		enginetest.Clear(t, pool, All...)
		enginetest.Apply(t, pool, l.All(), All...)
		var due, next *time.Time
		var term bool
		if err := pool.QueryRow(t.Context(), `SELECT due_at AT TIME ZONE 'UTC', next_try AT TIME ZONE 'UTC', term FROM scadenze`).Scan(&due, &next, &term); err != nil {
			t.Fatal(err)
		}
		if term != (c.want == &silence) {
			t.Errorf("%s: the end of a term: %v", name, term)
		}
		if diff := cmp.Diff(c.want, due); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		if diff := cmp.Diff(due, next); diff != "" {
			t.Errorf("%s, next try:\n%s", name, diff)
		}
	}
}

func TestWhatIsDueIsClaimedAgainUntilItIsSettled(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), enginetest.NewLog()
	id := visuraID(1)
	l.Add(string(id.Stream()), operatore, request(roma, inps, rossi))
	due := morning.Add(time.Hour)
	l.Add(string(id.Stream()), operatore, domain.ConfirmationAwaited{Due: &due})
	enginetest.Apply(t, pool, l.All(), All...)
	queries := NewScadenzeQueries(pool)
	claims := func(at time.Time) int {
		ids, err := queries.ClaimTerms(t.Context(), at, 10, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		return len(ids)
	}
	next := func() string {
		at, ok, err := queries.NextTerm(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return "never"
		}
		return at.Sub(due).String()
	}
	if got := next(); got != "0s" {
		t.Errorf("the term ends next at %s", got)
	}
	if others, err := queries.ClaimDue(t.Context(), due.Add(time.Hour), 10, time.Minute); err != nil || len(others) > 0 {
		t.Errorf("%v is claimed as no end of a term, %v", others, err)
	}
	for _, c := range []struct {
		after time.Duration
		want  int
	}{
		{-time.Microsecond, 0}, {0, 1}, {0, 0},
		{time.Minute - 1000, 0}, {time.Minute, 1}, // then two minutes
		{3*time.Minute - 1000, 0}, {3 * time.Minute, 1}, // then four
		{7*time.Minute - 1000, 0}, {7 * time.Minute, 1}, // then eight, which is the most
		{15*time.Minute - 1000, 0}, {15 * time.Minute, 1}, {23*time.Minute - 1000, 0}, {23 * time.Minute, 1}, {31 * time.Minute, 1},
	} {
		if got := claims(due.Add(c.after)); got != c.want {
			t.Fatalf("%v after it was due: %d claimed, want %d", c.after, got, c.want)
		}
	}
	if got := next(); got != "39m0s" {
		t.Errorf("the term is claimed next at %s", got)
	}
	l.Add(string(id.Stream()), domain.Sistema, domain.VisuraApproved{Conferma: domain.SilenzioAssenso, Effective: due})
	enginetest.Apply(t, pool, l.All(), All...)
	if got, others := next(), claims(due.Add(1000*time.Hour)); got != "never" || others != 0 {
		t.Errorf("once silence has approved the term ends next at %s, %d claimed", got, others)
	}
	if others, err := queries.ClaimDue(t.Context(), due.Add(time.Hour), 10, time.Minute); err != nil || len(others) != 1 {
		t.Errorf("%v is claimed for its document, %v", others, err)
	}
	l.Add(string(id.Stream()), domain.Sistema, issued(id))
	enginetest.Apply(t, pool, l.All(), All...)
	if got := claims(due.Add(1000 * time.Hour)); got != 0 {
		t.Errorf("%d claimed after it was settled", got)
	}
}

func TestThoseWhoClaimAtOnceShare(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), enginetest.NewLog()
	for n := range 100 {
		l.Add(string(visuraID(n).Stream()), operatore, request(roma, inps, rossi))
	}
	enginetest.Apply(t, pool, l.All(), All...)
	queries := NewScadenzeQueries(pool)
	var mu sync.Mutex
	seen := make(map[string]int)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				ids, err := queries.ClaimDue(context.Background(), morning.Add(time.Hour), 7, time.Minute)
				if err != nil {
					t.Error(err)
				}
				if len(ids) == 0 {
					return
				}
				if len(ids) > 7 {
					t.Errorf("%d claimed at once", len(ids))
				}
				mu.Lock()
				for _, id := range ids {
					seen[id]++
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for id, n := range seen {
		if n > 1 {
			t.Errorf("%s was claimed %d times", id, n)
		}
	}
	ids, err := queries.ClaimDue(t.Context(), morning.Add(time.Hour), 100, time.Minute)
	if err != nil || len(seen)+len(ids) != 100 {
		t.Errorf("%d and then %d claimed of 100, %v", len(seen), len(ids), err)
	}
}
