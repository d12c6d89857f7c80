package keys

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.uber.org/goleak"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
)

// No batch of keys outlives the pool it is made with; the database server is there
// for all tests.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/visure-anagrafiche/visure/adapters/postgres.spawn.func1"))
}

func draw(t testing.TB, k *Keys) (name string, key []byte) {
	t.Helper()
	name, key, err := k.Draw(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return name, key
}

func TestAThousandWhoDrawAtOnceGetAThousandKeysThatLast(t *testing.T) {
	t.Parallel()
	pool, path := pgtest.New(t), filepath.Join(t.TempDir(), "keys")
	instances := []*Keys{open(t, pool, path), open(t, pool, path)}
	got := make([]drawn, 1000)
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() {
			var err error
			if got[i].name, got[i].key, err = instances[i%2].Draw(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	names, keys := map[string]bool{}, map[string]bool{}
	var asked []string
	for _, d := range got {
		if _, err := uuid.Parse(d.name); err != nil || len(d.key) != keySize {
			t.Errorf("a key of %d bytes named %q", len(d.key), d.name)
		}
		names[d.name], keys[string(d.key)] = true, true
		asked = append(asked, d.name)
	}
	if len(names) != len(got) || len(keys) != len(got) {
		t.Errorf("%d draws gave %d names and %d keys", len(got), len(names), len(keys))
	}
	found, err := open(t, pool, path).Lookup(t.Context(), asked)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range got {
		if !bytes.Equal(found[d.name], d.key) {
			t.Errorf("another instance finds another key of the name %s", d.name)
		}
	}
}

// Whoever got a key may do with it as they like.
func TestWhatIsDrawnIsNotTheCachesOwn(t *testing.T) {
	t.Parallel()
	k := open(t, pgtest.New(t), filepath.Join(t.TempDir(), "keys"))
	name, key := draw(t, k)
	want := bytes.Clone(key)
	key[0]++
	if got, err := k.Key(t.Context(), name); err != nil || !bytes.Equal(got, want) {
		t.Errorf("the key has become another, %v", err)
	}
}

func TestDrawingWaitsForNoCommitWhileThereIsStock(t *testing.T) {
	t.Parallel()
	pool, path := pgtest.New(t), filepath.Join(t.TempDir(), "keys")
	k := open(t, pool, path)
	draw(t, k)
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(context.WithoutCancel(t.Context()))
	if _, err := tx.Exec(t.Context(), `LOCK TABLE data_key`); err != nil {
		t.Fatal(err)
	}
	for range batchSize - 1 {
		draw(t, k)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, _, err := k.Draw(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a key that is not durable is drawn: %v", err)
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	draw(t, k)
}

func TestKeysThatCannotBeMadeAreMadeAtTheNextDraw(t *testing.T) {
	t.Parallel()
	pool, path := pgtest.New(t), filepath.Join(t.TempDir(), "keys")
	k := open(t, pool, path)
	exec := func(sql string) {
		t.Helper()
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	exec(`ALTER TABLE data_key RENAME TO away`)
	for range 3 {
		if name, key, err := k.Draw(t.Context()); err == nil || name != "" || key != nil {
			t.Errorf("drawn from nowhere: %s, %v", name, err)
		}
	}
	exec(`ALTER TABLE away RENAME TO data_key`)
	draw(t, k)
}

// What is left is drawn although no more can be made, and then drawing fails.
func TestAClosedPoolEndsTheDrawing(t *testing.T) {
	t.Parallel()
	pool, path := pgtest.New(t), filepath.Join(t.TempDir(), "keys")
	k := open(t, pool, path)
	for range fewLeft + 1 { // the next batch is under way
		draw(t, k)
	}
	pool.Close()
	for range 3 * batchSize {
		if _, _, err := k.Draw(t.Context()); err != nil {
			return
		}
	}
	t.Errorf("%d keys are drawn after the pool was closed", 3*batchSize)
}
