package postgres_test

import (
	"bufio"
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/adapters/postgres"
	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
)

// TestMain also plays the process that is killed while its server runs.
func TestMain(m *testing.M) {
	dir := os.Getenv("VISURE_TEST_START_IN")
	if dir == "" {
		os.Exit(m.Run())
	}
	_, err := postgres.Start(context.Background(), postgres.Options{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		println(err.Error())
		os.Exit(1)
	}
	os.Stdout.WriteString("ready\n")
	select {}
}

// used is the folder of a cluster that has been started and stopped before.
func used(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	pgtest.Fill(t, dir)
	return dir
}

func start(t *testing.T, dir string) *postgres.Cluster {
	t.Helper()
	return startWith(t, postgres.Options{Dir: dir})
}

func startWith(t *testing.T, o postgres.Options) *postgres.Cluster {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	o.Log = slog.New(slog.DiscardHandler)
	c, err := postgres.Start(ctx, o)
	if errors.Is(err, postgres.ErrMissing) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Stop() })
	return c
}

func query(t *testing.T, c *postgres.Cluster, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), c.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var answer string
	if err := conn.QueryRow(t.Context(), sql).Scan(&answer); err != nil && !errors.Is(err, pgx.ErrNoRows) {
		t.Fatal(err)
	}
	return answer
}

func TestASecondStartFindsItsData(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := start(t, dir)
	query(t, c, `CREATE TABLE kept AS SELECT 'kept'::text AS word`)
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	<-c.Done()
	if got := query(t, start(t, dir), `SELECT word FROM kept`); got != "kept" {
		t.Errorf("after a restart: %q", got)
	}
}

func TestTheServerIsDurableAndNotOnTheNetwork(t *testing.T) {
	t.Parallel()
	c := start(t, t.TempDir())
	for setting, want := range map[string]string{
		"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "data_checksums": "on",
		"listen_addresses": "", "log_error_verbosity": "terse", "TimeZone": "UTC", "server_encoding": "UTF8",
	} {
		if got := query(t, c, `SHOW `+setting); got != want {
			t.Errorf("%s is %q, want %q", setting, got, want)
		}
	}
	if got := query(t, c, `SELECT rolsuper::text FROM pg_roles WHERE rolname = current_user`); got != "false" {
		t.Errorf("the application is superuser: %s", got)
	}
}

func TestOnlyTheOwnerMayEnterTheFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new")
	start(t, dir)
	for _, path := range []string{dir, filepath.Join(dir, "data")} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o700 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
	}
}

func TestAFolderServesOneProcess(t *testing.T) {
	t.Parallel()
	dir := used(t)
	start(t, dir)
	_, err := postgres.Start(t.Context(), postgres.Options{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	if err == nil || !strings.Contains(err.Error(), "another process uses") {
		t.Errorf("a second start answers %v", err)
	}
}

func TestAPathTooLongForASocketWorks(t *testing.T) {
	t.Parallel()
	c := start(t, filepath.Join(t.TempDir(), strings.Repeat("long/", 30)))
	if got := query(t, c, `SELECT 'here'`); got != "here" {
		t.Error(got)
	}
}

func TestAKilledServerRecovers(t *testing.T) {
	t.Parallel()
	dir := used(t)
	c := start(t, dir)
	query(t, c, `CREATE TABLE kept AS SELECT 'kept'::text AS word`)
	if err := syscall.Kill(postmaster(t, dir), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-c.Done()
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	if got := query(t, start(t, dir), `SELECT word FROM kept`); got != "kept" {
		t.Errorf("after the crash: %q", got)
	}
}

func TestAProcessIDThatIsAnotherProgramsIsForgotten(t *testing.T) {
	t.Parallel()
	dir := used(t)
	stranger := exec.Command("sleep", "600")
	if err := stranger.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stranger.Process.Kill(); _ = stranger.Wait() }()
	stale := strconv.Itoa(stranger.Process.Pid) + "\n" + filepath.Join(dir, "data") + "\n1\n5432\n.\n\n 1 1\nready\n"
	if err := os.WriteFile(filepath.Join(dir, "data", "postmaster.pid"), []byte(stale), 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, dir)
}

// The one who starts the server is killed: the next start finds a server that
// is ending or still there, and all that was committed.
func TestTheServerOfAKilledProcessIsTakenOver(t *testing.T) {
	t.Parallel()
	dir := used(t)
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), "VISURE_TEST_START_IN="+dir)
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		t.Fatalf("the process to be killed says %q, %v", line, err)
	}
	before := postmaster(t, dir)
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait() // it was killed
	start(t, dir)
	if after := postmaster(t, dir); after == before {
		t.Errorf("the server is still the old one, %d", after)
	}
}

func postmaster(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}
