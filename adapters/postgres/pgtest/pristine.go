package pgtest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/postgres"
)

// Fill makes dir the folder of a private cluster that nobody has used, as the
// first postgres.Start would in more time. Where PostgreSQL is not installed
// the test is skipped, or fails if CI is set.
func Fill(t testing.TB, dir string) {
	t.Helper()
	err := copyPristine(t.Context(), dir)
	if errors.Is(err, postgres.ErrMissing) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// copyPristine gives a folder a copy of the pristine data.
func copyPristine(ctx context.Context, dir string) error {
	data, err := pristine(ctx)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	// cp keeps owners, modes and holes, and shares blocks where the file system can.
	if out, err := exec.CommandContext(ctx, "cp", "-a", data, filepath.Join(dir, "data")).CombinedOutput(); err != nil {
		return fmt.Errorf("copy the pristine cluster: %w\n%s", err, out)
	}
	return nil
}

// pristine returns a data folder that was initialised and never used. It is
// made once for a user and a version of PostgreSQL and kept: whoever comes
// first makes it, others wait, and it gets its name when it is complete.
func pristine(ctx context.Context) (string, error) {
	version, err := postgres.Version(ctx)
	if err != nil {
		return "", err
	}
	lock, err := openLock()
	if err != nil {
		return "", fmt.Errorf("keep a pristine cluster: %w", err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", fmt.Errorf("keep a pristine cluster: %w", err)
	}
	data := filepath.Join(filepath.Dir(lock.Name()), "postgresql-"+version)
	if _, err := os.Stat(data); !errors.Is(err, os.ErrNotExist) {
		return data, err
	}
	return data, makePristine(ctx, data)
}

// makePristine goes on where one who was killed meanwhile has left off.
func makePristine(ctx context.Context, data string) error {
	fresh := data + ".new"
	cluster, err := postgres.Start(ctx, postgres.Options{Dir: fresh, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	if err := cluster.Stop(); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(fresh, "data"), data); err != nil {
		return fmt.Errorf("keep a pristine cluster: %w", err)
	}
	return os.RemoveAll(fresh)
}

// openLock opens the file by which those who make pristine clusters take
// turns, in the folder that keeps them: the user's cache or, without a home,
// the temporary folder.
func openLock() (*os.File, error) {
	var dirs []string
	if cache, err := os.UserCacheDir(); err == nil {
		dirs = append(dirs, filepath.Join(cache, "visure-pgtest"))
	}
	dirs = append(dirs, filepath.Join(os.TempDir(), fmt.Sprintf("visure-pgtest-%d", os.Getuid())))
	var failed []error
	for _, dir := range dirs {
		err := os.MkdirAll(dir, 0o700)
		if err == nil {
			var lock *os.File
			if lock, err = os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600); err == nil {
				return lock, nil
			}
		}
		failed = append(failed, err)
	}
	return nil, errors.Join(failed...)
}
