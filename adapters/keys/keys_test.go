package keys

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func open(t testing.TB, pool *pgxpool.Pool, path string) *Keys {
	t.Helper()
	k, err := Open(t.Context(), pool, path)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func create(t testing.TB, k *Keys, name string) []byte {
	t.Helper()
	key, err := k.create(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestAKeyOutlivesTheProcess(t *testing.T) {
	t.Parallel()
	pool, path := pgtest.New(t), filepath.Join(t.TempDir(), "new", "keys")
	made := create(t, open(t, pool, path), "visura-1")
	if len(made) != 32 {
		t.Fatalf("a key of %d bytes", len(made))
	}
	again := open(t, pool, path)
	for what, get := range map[string]func() ([]byte, error){
		"Key":    func() ([]byte, error) { return again.Key(t.Context(), "visura-1") },
		"create": func() ([]byte, error) { return again.create(t.Context(), "visura-1") },
	} {
		if got, err := get(); err != nil || !bytes.Equal(got, made) {
			t.Errorf("%s after a restart: the same key %v, %v", what, bytes.Equal(got, made), err)
		}
	}
}

func TestAKeyNeverMadeIsNotAnErasedOne(t *testing.T) {
	t.Parallel()
	k := open(t, pgtest.New(t), filepath.Join(t.TempDir(), "keys"))
	if _, err := k.Key(t.Context(), "visura-1"); !errors.Is(err, ErrUnknown) || errors.Is(err, commands.ErrErased) {
		t.Errorf("a key never made: %v", err)
	}
}

func TestADestroyedKeyIsGoneForGood(t *testing.T) {
	t.Parallel()
	pool, path := pgtest.New(t), filepath.Join(t.TempDir(), "keys")
	k := open(t, pool, path)
	create(t, k, "visura-1")
	for _, name := range []string{"visura-1", "visura-1", "visura-never-made"} {
		if err := k.Destroy(t.Context(), name); err != nil {
			t.Fatal(err)
		}
		for _, keys := range []*Keys{k, open(t, pool, path)} {
			if _, err := keys.Key(t.Context(), name); !errors.Is(err, commands.ErrErased) {
				t.Errorf("Key of %s: %v", name, err)
			}
			if _, err := keys.create(t.Context(), name); !errors.Is(err, commands.ErrErased) {
				t.Errorf("create of %s: %v", name, err)
			}
		}
	}
	var left int
	if err := pool.QueryRow(t.Context(), `SELECT length(wrapped) FROM data_key WHERE name = 'visura-1'`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d bytes of the key are left, %v", left, err)
	}
}

func TestAKeyDestroyedElsewhereIsForgottenInTime(t *testing.T) {
	t.Parallel()
	pool, path := pgtest.New(t), filepath.Join(t.TempDir(), "keys")
	here, there := open(t, pool, path), open(t, pool, path)
	now := time.Now()
	here.cache.now = func() time.Time { return now }
	create(t, here, "visura-1")
	if err := there.Destroy(t.Context(), "visura-1"); err != nil {
		t.Fatal(err)
	}
	// However often it is used.
	for range 10 {
		now = now.Add(forgetAfter / 10)
		_, _ = here.Key(t.Context(), "visura-1")
	}
	if _, err := here.Key(t.Context(), "visura-1"); !errors.Is(err, commands.ErrErased) {
		t.Errorf("%v later: %v", forgetAfter, err)
	}
}

func TestManyWhoCreateOneKeyGetTheSame(t *testing.T) {
	t.Parallel()
	pool, path := pgtest.New(t), filepath.Join(t.TempDir(), "keys")
	instances := []*Keys{open(t, pool, path), open(t, pool, path)}
	got := make([][]byte, 20)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() {
			key, err := instances[i%2].create(t.Context(), "visura-1")
			if err != nil {
				t.Error(err)
			}
			got[i] = key
		})
	}
	wg.Wait()
	for _, key := range got {
		if !bytes.Equal(key, got[0]) {
			t.Fatal("two different keys under one name")
		}
	}
}

func TestAWrappedKeyFitsItsOwnRowOnly(t *testing.T) {
	t.Parallel()
	pool, path := pgtest.New(t), filepath.Join(t.TempDir(), "keys")
	k := open(t, pool, path)
	create(t, k, "visura-1")
	create(t, k, "visura-2")
	if _, err := pool.Exec(t.Context(), `UPDATE data_key SET wrapped = (SELECT wrapped FROM data_key WHERE name = 'visura-1') WHERE name = 'visura-2'`); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, pool, path).Key(t.Context(), "visura-2"); !errors.Is(err, errUnwrap) {
		t.Errorf("a key moved to another row: %v", err)
	}
}

func TestTheKeyFileMustFitAndBePrivate(t *testing.T) {
	t.Parallel()
	pool, dir := pgtest.New(t), t.TempDir()
	path := filepath.Join(dir, "keys")
	create(t, open(t, pool, path), "visura-1")
	write := func(name, text string, mode os.FileMode) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
		return file
	}
	for name, c := range map[string]struct{ path, want string }{
		"of another database":   {write("other", newSecret(), 0o600), "is not the one this database's keys were wrapped with"},
		"lost":                  {filepath.Join(dir, "lost"), "is missing and the database holds keys"},
		"readable by the group": {write("wide", newSecret(), 0o640), "chmod 600"},
		"damaged":               {write("damaged", "abc\n", 0o600), "line 1 is not 64 hexadecimal digits"},
		"empty":                 {write("empty", header, 0o600), "holds no secret"},
	} {
		_, err := Open(t.Context(), pool, c.path)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("a key file %s: %v; want %q", name, err, c.want)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key file made at first: %v, %v", info.Mode(), err)
	}
}

func TestManyWhoMakeTheFileUseOne(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys")
	got := make([][][]byte, 8)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() {
			secrets, err := makeFile(path)
			if err != nil {
				t.Error(err)
			}
			got[i] = secrets
		})
	}
	wg.Wait()
	for _, secrets := range got {
		if len(secrets) != 1 || !bytes.Equal(secrets[0], got[0][0]) {
			t.Fatal("two processes use different secrets")
		}
	}
}

func TestANewSecretTakesOver(t *testing.T) {
	t.Parallel()
	pool, path := pgtest.New(t), filepath.Join(t.TempDir(), "keys")
	old := open(t, pool, path)
	made := create(t, old, "visura-1")
	create(t, old, "visura-2")
	if err := old.Destroy(t.Context(), "visura-2"); err != nil {
		t.Fatal(err)
	}
	if err := AddSecret(path); err != nil {
		t.Fatal(err)
	}
	k := open(t, pool, path)
	create(t, k, "visura-3")
	if n, err := k.Rewrap(t.Context()); err != nil || n != 2 { // visura-1 and the check
		t.Fatalf("rewrapped %d, %v; want 2", n, err)
	}
	if n, err := k.Rewrap(t.Context()); err != nil || n != 0 {
		t.Errorf("rewrapped again %d, %v", n, err)
	}
	k.ring = k.ring[1:] // without the old secret
	k.cache.drop("visura-1")
	if got, err := k.Key(t.Context(), "visura-1"); err != nil || !bytes.Equal(got, made) {
		t.Errorf("after the rotation: %v", err)
	}
	s := domain.Soggetto{CodiceFiscale: "RSSMRA80A01H501U"}
	if k.SubjectToken(s) != old.SubjectToken(s) || k.UtenteID(s.CodiceFiscale) != old.UtenteID(s.CodiceFiscale) {
		t.Error("people got new names")
	}
}

func TestPseudonymsAreStableAndTellNothing(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	k := open(t, pool, filepath.Join(t.TempDir(), "keys"))
	mario, maria := domain.Soggetto{CodiceFiscale: "RSSMRA80A01H501U"}, domain.Soggetto{CodiceFiscale: "RSSMRA80A41H501Y"}
	token := k.SubjectToken(mario)
	if token != k.SubjectToken(mario) || token == k.SubjectToken(maria) || len(token) != 64 {
		t.Errorf("token %q", token)
	}
	id := k.UtenteID(mario.CodiceFiscale)
	if _, err := domain.ParseUtenteID(string(id)); err != nil || id != k.UtenteID(mario.CodiceFiscale) || id == k.UtenteID(maria.CodiceFiscale) {
		t.Errorf("id %q, %v", id, err)
	}
	if strings.Contains(token, strings.ReplaceAll(string(id), "-", "")[:8]) {
		t.Error("the two hashes share a key")
	}
	other, err := newPseudonyms([]byte("another secret, as long as a file"))
	if err != nil || bytes.Equal(other.subject, k.pseudonyms.subject) {
		t.Errorf("another file makes the same tokens, %v", err)
	}
}

func TestTheCacheIsBounded(t *testing.T) {
	t.Parallel()
	c := cache{now: time.Now}
	for i := range 5 * maxRemembered {
		c.put(fmt.Sprint(i), []byte{1})
	}
	if n := len(c.young) + len(c.aged); n > 2*maxRemembered {
		t.Errorf("%d keys remembered", n)
	}
}

// BenchmarkDraw is what a new request pays for its key, alone and with 16 others
// beside it.
func BenchmarkDraw(b *testing.B) {
	k := open(b, pgtest.New(b), filepath.Join(b.TempDir(), "keys"))
	b.Run("alone", func(b *testing.B) {
		for b.Loop() {
			draw(b, k)
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "keys/s")
	})
	b.Run("beside 15 others", func(b *testing.B) {
		b.SetParallelism(8)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				draw(b, k)
			}
		})
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "keys/s")
	})
}
