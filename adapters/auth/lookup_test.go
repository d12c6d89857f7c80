package auth_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
)

// asked counts queries for tokens, and tells of each.
type asked struct {
	n    atomic.Int32
	told chan struct{}
}

func (a *asked) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	if strings.Contains(q.SQL, "WHERE hash = ANY") {
		a.n.Add(1)
		a.told <- struct{}{}
	}
	return ctx
}

func (*asked) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func TestThoseWhoComeTogetherAreLookedUpTogether(t *testing.T) {
	t.Parallel()
	const crowd = 32
	config, err := pgxpool.ParseConfig(pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	queries := &asked{told: make(chan struct{}, crowd)}
	config.ConnConfig.Tracer = queries
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	tokens := &auth.Tokens{DB: pool, Now: time.Now}
	of := map[string]domain.Actor{}
	for range crowd {
		actor := operator()
		of[issue(t, tokens, actor, time.Hour)] = actor
	}
	lock, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock.Exec(t.Context(), `LOCK TABLE api_token`); err != nil {
		t.Fatal(err)
	}
	var all, came sync.WaitGroup
	call := func(token string) {
		all.Go(func() {
			came.Done()
			got, err := tokens.Authenticate(t.Context(), "Bearer "+token)
			if err != nil || got.Utente != of[token].Utente {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
	first := true
	for token := range of {
		came.Add(1)
		call(token)
		if first {
			<-queries.told // it waits for the table; the others come meanwhile
			first = false
		}
	}
	came.Wait()
	if err := lock.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	all.Wait()
	if n := queries.n.Load(); n > crowd/4 { // 2, and one for each who was late to the lock
		t.Errorf("%d callers took %d queries", crowd, n)
	}
}
