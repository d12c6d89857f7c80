package pgtest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/postgres"
)

// TestMain also plays another process that wants the pristine cluster.
func TestMain(m *testing.M) {
	if dir := os.Getenv("VISURE_TEST_FILL"); dir != "" {
		if err := copyPristine(context.Background(), dir); err != nil {
			println(err.Error())
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// Several processes that come at once to a machine where nothing is kept, after
// one that was killed half way, each get a whole cluster, and it is made once.
func TestProcessesThatComeAtOnceShareOneCluster(t *testing.T) {
	t.Parallel()
	version, err := postgres.Version(t.Context())
	if err != nil {
		Fill(t, t.TempDir()) // skips or fails
	}
	cache := t.TempDir()
	half := filepath.Join(cache, "visure-pgtest", "postgresql-"+version+".new", "data.new")
	if err := os.MkdirAll(half, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(half, "PG_VERSION"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 3 {
		dir := t.TempDir()
		group.Go(func() {
			child := exec.Command(os.Args[0])
			child.Env = append(os.Environ(), "VISURE_TEST_FILL="+dir, "XDG_CACHE_HOME="+cache, "HOME="+cache)
			if out, err := child.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
				return
			}
			if _, err := os.Stat(filepath.Join(dir, "data", "PG_VERSION")); err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(filepath.Join(dir, "data", "postmaster.pid")); !os.IsNotExist(err) {
				t.Errorf("it was copied while a server ran in it: %v", err)
			}
		})
	}
	group.Wait()
	kept, err := filepath.Glob(filepath.Join(cache, "**", "postgresql-*"))
	if err != nil || len(kept) != 1 {
		t.Errorf("kept are %v, %v", kept, err)
	}
}

// Whatever tests do to their copies, the next gets an untouched one.
func TestACopyIsTheTestsOwn(t *testing.T) {
	t.Parallel()
	first, second := t.TempDir(), t.TempDir()
	Fill(t, first)
	if err := os.RemoveAll(filepath.Join(first, "data", "base")); err != nil {
		t.Fatal(err)
	}
	Fill(t, second)
	if entries, err := os.ReadDir(filepath.Join(second, "data", "base")); err != nil || len(entries) < 4 {
		t.Errorf("the second copy has %v, %v", entries, err)
	}
}
