package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/adapters/postgres"
)

// refused starts on a folder that must be refused, and returns why it was.
func refused(t *testing.T, ctx context.Context, o postgres.Options) error {
	t.Helper()
	o.Log = slog.New(slog.DiscardHandler)
	c, err := postgres.Start(ctx, o)
	if err == nil {
		_ = c.Stop()
		t.Fatal("it starts")
	}
	if c != nil {
		t.Error("there is a cluster beside the error")
	}
	if !strings.HasPrefix(err.Error(), "start postgres: ") {
		t.Errorf("the error does not say what was attempted: %v", err)
	}
	return err
}

// servers gives a file to who owns the data.
func servers(dir, file string) error {
	info, err := os.Stat(filepath.Join(dir, "data"))
	if err != nil {
		return err
	}
	owner := info.Sys().(*syscall.Stat_t)
	return os.Chown(file, int(owner.Uid), int(owner.Gid))
}

// gone fails unless the folder is free for another start.
func gone(t *testing.T, dir string) {
	t.Helper()
	c := start(t, dir)
	if got := query(t, c, `SELECT 'here'`); got != "here" {
		t.Error(got)
	}
	if err := c.Stop(); err != nil {
		t.Error(err)
	}
}

func TestStoppingTwiceIsStoppingOnce(t *testing.T) {
	t.Parallel()
	dir := used(t)
	c := start(t, dir)
	select {
	case <-c.Done():
		t.Fatal("it has ended before it was stopped")
	default:
	}
	for range 3 {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
		<-c.Done()
	}
	if _, err := os.Stat(filepath.Join(dir, "data", "postmaster.pid")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the server has not shut down: %v", err)
	}
	if _, err := pgx.Connect(t.Context(), c.URL()); err == nil {
		t.Error("it still answers")
	}
}

// Stopping does not wait for who holds a transaction open, and nothing of it is
// kept.
func TestStoppingEndsConnectionsAndTheirTransactions(t *testing.T) {
	t.Parallel()
	dir := used(t)
	c := start(t, dir)
	query(t, c, `CREATE TABLE kept AS SELECT 'committed'::text AS word`)
	idle, err := pgx.Connect(t.Context(), c.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close(context.WithoutCancel(t.Context()))
	tx, err := idle.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `UPDATE kept SET word = 'uncommitted'`); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("it took %s, as long as its patience", took)
	}
	if err := tx.Commit(t.Context()); err == nil {
		t.Error("a transaction was committed after the end")
	}
	if got := query(t, start(t, dir), `SELECT word FROM kept`); got != "committed" {
		t.Errorf("kept is %q", got)
	}
}

// A server that ends by itself is told to who started it; what was committed is
// there at the next start, however often it is killed.
func TestACrashOfTheServerIsNoticedEachTime(t *testing.T) {
	t.Parallel()
	dir := used(t)
	for round := range 3 {
		c := start(t, dir)
		if round == 0 {
			query(t, c, `CREATE TABLE rounds (n int)`)
		}
		query(t, c, fmt.Sprintf(`INSERT INTO rounds VALUES (%d) RETURNING 'done'`, round))
		if err := syscall.Kill(postmaster(t, dir), []syscall.Signal{syscall.SIGKILL, syscall.SIGQUIT, syscall.SIGINT}[round]); err != nil {
			t.Fatal(err)
		}
		select {
		case <-c.Done():
		case <-time.After(time.Minute):
			t.Fatal("nobody is told that it has ended")
		}
		if err := c.Stop(); err != nil {
			t.Errorf("stopping what has ended: %v", err)
		}
	}
	if got := query(t, start(t, dir), `SELECT count(*)::text FROM rounds`); got != "3" {
		t.Errorf("%s of 3 rounds are kept", got)
	}
}

// Whatever a crash or a careless hand leaves beside the data, a start goes on.
func TestWhatIsLeftOverDoesNotHinderAStart(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(dir string) error{
		"half of an initialisation": func(dir string) error {
			fresh := filepath.Join(dir, "data.new", "base")
			return errors.Join(os.MkdirAll(fresh, 0o700), os.WriteFile(filepath.Join(fresh, "1"), []byte("half"), 0o600))
		},
		"a lock file nobody holds": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "lock"), []byte("12345\n"), 0o600)
		},
		"the id of a process that is gone": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "data", "postmaster.pid"), []byte(strconv.Itoa(1<<22-1)+"\n"+dir+"\n1\n5432\n.\n\n\n"), 0o600)
		},
		"the file of a socket": func(dir string) error {
			socket, lock := filepath.Join(dir, "data", ".s.PGSQL.5432"), filepath.Join(dir, "data", ".s.PGSQL.5432.lock")
			return errors.Join(os.WriteFile(socket, nil, 0o600), os.WriteFile(lock, []byte(strconv.Itoa(1<<22-1)+"\n"), 0o600),
				servers(dir, socket), servers(dir, lock))
		},
		"a log of many megabytes": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "postgres.log"), bytes.Repeat([]byte("old\n"), 3<<20), 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := used(t)
			if err := leave(dir); err != nil {
				t.Fatal(err)
			}
			gone(t, dir)
			if info, err := os.Stat(filepath.Join(dir, "postgres.log")); err != nil || info.Size() > 1<<20 {
				t.Errorf("the log: %v, %v", info, err)
			}
		})
	}
}

// outline is a data folder as far as it is looked at before the server starts.
func outline(t *testing.T) string {
	t.Helper()
	version, err := postgres.Version(t.Context())
	if err != nil {
		return used(t) // skips or fails
	}
	dir := t.TempDir()
	major, _, _ := strings.Cut(version, "-")
	if err := os.MkdirAll(filepath.Join(dir, "data", "base"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "data", "PG_VERSION"), []byte(major+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// What no start can mend is refused with its reason, and the folder stays as it
// was: no data are made beside data.
func TestWhatNoStartCanMendIsRefused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		spoil    func(dir string) error
		says     string
		launched bool // the server itself refuses it
	}{
		"data of a version that is not installed": {func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "data", "PG_VERSION"), []byte("9\n"), 0o600)
		}, "the data folder was made by PostgreSQL 9 and only ", false},
		"a version nobody can read": {func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "data", "PG_VERSION"), []byte("new\n"), 0o600)
		}, "read the version of the data folder", false},
		"a version that is a folder": {func(dir string) error {
			return errors.Join(os.Remove(filepath.Join(dir, "data", "PG_VERSION")), os.Mkdir(filepath.Join(dir, "data", "PG_VERSION"), 0o700))
		}, "read the version of the data folder", false},
		"a process id that is none": {func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "data", "postmaster.pid"), []byte("init\n"), 0o600)
		}, `postmaster.pid holds no process id: "init"`, false},
		"the process id of all": {func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "data", "postmaster.pid"), []byte("-1\n"), 0o600)
		}, "postmaster.pid holds no process id", false},
		"data without the control file": {func(dir string) error {
			return os.Remove(filepath.Join(dir, "data", "global", "pg_control"))
		}, "pg_control", true},
		"a configuration with a mistake": {func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "data", "postgresql.conf"), []byte("no such setting = 1\n"), 0o600)
		}, "syntax error", true},
		"data that others may read": {func(dir string) error {
			return os.Chmod(filepath.Join(dir, "data"), 0o777)
		}, "permissions", true},
		"a log that is a folder": {func(dir string) error {
			return os.Mkdir(filepath.Join(dir, "postgres.log"), 0o700)
		}, "open the server's log", false},
		"a lock that is a folder": {func(dir string) error {
			return os.Mkdir(filepath.Join(dir, "lock"), 0o700)
		}, "lock", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := outline(t)
			if tc.launched {
				dir = used(t)
			}
			if err := tc.spoil(dir); err != nil {
				t.Fatal(err)
			}
			if err := refused(t, t.Context(), postgres.Options{Dir: dir}); !strings.Contains(err.Error(), tc.says) {
				t.Errorf("it says %v", err)
			}
			if _, err := os.Stat(filepath.Join(dir, "data.new")); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("data were made beside the data: %v", err)
			}
			if _, err := os.Stat(filepath.Join(dir, "data", "base")); err != nil {
				t.Errorf("the data are touched: %v", err)
			}
		})
	}
}

func TestAFolderThatIsAFileIsRefused(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "below")} {
		if err := refused(t, t.Context(), postgres.Options{Dir: dir}); errors.Is(err, postgres.ErrMissing) || errors.Is(err, postgres.ErrInUse) {
			t.Errorf("it says %v", err)
		}
	}
	if text, err := os.ReadFile(file); string(text) != "precious" || err != nil {
		t.Errorf("the file holds %q, %v", text, err)
	}
}

// A setting the server does not know ends the start with the server's own words,
// and the folder is free again.
func TestAnImpossibleSettingIsRefusedInTheServersWords(t *testing.T) {
	t.Parallel()
	dir := used(t)
	for setting, value := range map[string]string{"no_such_setting": "on", "max_connections": "many", "shared_buffers": "-1"} {
		err := refused(t, t.Context(), postgres.Options{Dir: dir, Settings: map[string]string{setting: value}})
		if !strings.Contains(err.Error(), setting) || !strings.Contains(err.Error(), "the server ended at once") {
			t.Errorf("%s: %v", setting, err)
		}
	}
	gone(t, dir)
}

// A start that nobody waits for any more ends, with the server it has begun.
func TestAStartThatIsCalledOffLeavesNothingRunning(t *testing.T) {
	t.Parallel()
	dir := used(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := refused(t, ctx, postgres.Options{Dir: dir}); !errors.Is(err, context.Canceled) && !errors.Is(err, postgres.ErrMissing) {
		t.Errorf("it says %v", err)
	}
	gone(t, dir)
}

func TestEverySettingTakesPrecedence(t *testing.T) {
	t.Parallel()
	settings := map[string]string{
		"max_connections": "17", "shared_buffers": "16MB", "jit": "on", "work_mem": "5MB", "application_name": "it's a 'name' with spaces",
		"log_error_verbosity": "default", "checkpoint_timeout": "7min", "max_wal_size": "256MB", "timezone": "Europe/Rome",
	}
	c := startWith(t, postgres.Options{Dir: used(t), Settings: settings})
	for name, want := range settings {
		if got := query(t, c, `SHOW `+name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := query(t, c, `SHOW fsync`); got != "on" {
		t.Errorf("a default was lost: fsync is %q", got)
	}
}

// Two processes that start on one folder at once: one serves, the others are
// told that it is in use, and the folder is free when the one has stopped.
func TestOfManyStartsAtOnceOneServes(t *testing.T) {
	t.Parallel()
	dir := used(t)
	type outcome struct {
		cluster *postgres.Cluster
		err     error
	}
	const starts = 4
	outcomes := make(chan outcome, starts)
	for range starts {
		go func() {
			c, err := postgres.Start(t.Context(), postgres.Options{Dir: dir, Log: slog.New(slog.DiscardHandler)})
			outcomes <- outcome{c, err}
		}()
	}
	var serving []*postgres.Cluster
	for range starts {
		o := <-outcomes
		switch {
		case o.err == nil:
			serving = append(serving, o.cluster)
			t.Cleanup(func() { _ = o.cluster.Stop() })
		case !errors.Is(o.err, postgres.ErrInUse) || !strings.Contains(o.err.Error(), dir):
			t.Errorf("one is told %v", o.err)
		}
	}
	if len(serving) != 1 {
		t.Fatalf("%d serve", len(serving))
	}
	if got := query(t, serving[0], `SELECT 'here'`); got != "here" {
		t.Error(got)
	}
	if err := serving[0].Stop(); err != nil {
		t.Fatal(err)
	}
	gone(t, dir)
}

// Clusters of two folders know nothing of each other, though both name their
// socket alike.
func TestTwoFoldersAreTwoDatabases(t *testing.T) {
	t.Parallel()
	one, two := start(t, used(t)), start(t, used(t))
	query(t, one, `CREATE TABLE kept AS SELECT 'one'::text AS word`)
	if got := query(t, two, `SELECT count(*)::text FROM pg_tables WHERE tablename = 'kept'`); got != "0" {
		t.Error("the table of one is in the other")
	}
	if err := two.Stop(); err != nil {
		t.Fatal(err)
	}
	if got := query(t, one, `SELECT word FROM kept`); got != "one" {
		t.Errorf("after the other has stopped: %q", got)
	}
}

// The address holds nothing secret and only works for who may enter the folder.
func TestTheAddressIsASocketInTheFolder(t *testing.T) {
	t.Parallel()
	dir := used(t)
	config, err := pgx.ParseConfig(start(t, dir).URL())
	if err != nil {
		t.Fatal(err)
	}
	if config.Host != filepath.Join(dir, "data") && !strings.HasPrefix(config.Host, os.TempDir()) || config.Password != "" || config.User != "visure" || config.Database != "visure" {
		t.Errorf("the address is of %s, %s, %s, %q", config.Host, config.User, config.Database, config.Password)
	}
	info, err := os.Stat(filepath.Join(config.Host, ".s.PGSQL.5432"))
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the socket: %v, %v", info.Mode(), err)
	}
}

// Folders of names that a shell, a URL or a setting would read otherwise.
func TestFoldersOfAnyNameWork(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"with blanks", "a'b\"c", "100%25", "a?b=c&d#e", "1+1", "a,b"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(used(t), name)
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(filepath.Join(filepath.Dir(dir), "data"), filepath.Join(dir, "data")); err != nil {
				t.Fatal(err)
			}
			gone(t, dir)
		})
	}
}
