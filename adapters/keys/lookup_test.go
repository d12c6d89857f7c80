package keys

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
)

// queries counts what a pool is asked.
type queries struct{ n atomic.Int64 }

func (q *queries) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	q.n.Add(1)
	return ctx
}

func (q *queries) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// counted is Keys on a pool whose queries are counted. A moment passes only when
// now is moved.
func counted(t *testing.T) (k *Keys, asked *atomic.Int64, now *time.Time) {
	t.Helper()
	config, err := pgxpool.ParseConfig(pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	tracer := &queries{}
	config.ConnConfig.Tracer = tracer
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	k = open(t, pool, filepath.Join(t.TempDir(), "keys"))
	at := time.Now()
	k.cache.now = func() time.Time { return at }
	return k, &tracer.n, &at
}

func TestManyKeysAreLookedUpWithOneQueryAndRemembered(t *testing.T) {
	t.Parallel()
	k, asked, now := counted(t)
	want, names := map[string][]byte{}, []string{}
	for i := range 100 {
		name := fmt.Sprint("visura-", i)
		want[name], names = create(t, k, name), append(names, name, name)
	}
	lookup := func(when string, queries int64) {
		t.Helper()
		before := asked.Load()
		got, err := k.Lookup(t.Context(), names)
		if err != nil || len(got) != len(want) {
			t.Fatalf("%s: %d keys, %v", when, len(got), err)
		}
		for name, key := range want {
			if !bytes.Equal(got[name], key) {
				t.Errorf("%s: %s is another key", when, name)
			}
			got[name][0]++ // whoever got a key may do with it as they like
		}
		if n := asked.Load() - before; n != queries {
			t.Errorf("%s: %d queries, want %d", when, n, queries)
		}
	}
	lookup("just made", 0)
	*now = now.Add(forgetAfter)
	lookup("forgotten", 1)
	lookup("looked up before", 0)
}

func TestALookupLeavesOutTheKeysThatAreDestroyed(t *testing.T) {
	t.Parallel()
	k, asked, now := counted(t)
	kept := create(t, k, "visura-kept")
	create(t, k, "visura-erased")
	if err := k.Destroy(t.Context(), "visura-erased"); err != nil {
		t.Fatal(err)
	}
	for _, when := range []string{"at once", "later"} {
		before := asked.Load()
		got, err := k.Lookup(t.Context(), []string{"visura-kept", "visura-erased"})
		if err != nil || len(got) != 1 || !bytes.Equal(got["visura-kept"], kept) {
			t.Errorf("%s: %d keys, %v", when, len(got), err)
		}
		if n := asked.Load() - before; n != 1 {
			t.Errorf("%s: %d queries", when, n)
		}
		*now = now.Add(forgetAfter)
	}
}

func TestALookupOfANameNeverMadeFails(t *testing.T) {
	t.Parallel()
	k, _, _ := counted(t)
	create(t, k, "visura-1")
	if got, err := k.Lookup(t.Context(), []string{"visura-1", "visura-2"}); !errors.Is(err, ErrUnknown) || got != nil || !strings.Contains(err.Error(), "visura-2") {
		t.Errorf("%d keys, %v", len(got), err)
	}
	if got, err := k.Lookup(t.Context(), nil); err != nil || len(got) != 0 {
		t.Errorf("of none: %d keys, %v", len(got), err)
	}
}

func TestALookupOfAKeyThatDoesNotOpenFails(t *testing.T) {
	t.Parallel()
	k, _, now := counted(t)
	create(t, k, "visura-1")
	create(t, k, "visura-2")
	if _, err := k.pool.Exec(t.Context(), `UPDATE data_key SET wrapped = substring(wrapped FOR 20) WHERE name = 'visura-2'`); err != nil {
		t.Fatal(err)
	}
	*now = now.Add(forgetAfter)
	if got, err := k.Lookup(t.Context(), []string{"visura-1", "visura-2"}); !errors.Is(err, errUnwrap) || got != nil {
		t.Errorf("%d keys, %v", len(got), err)
	}
}
