// Package pgtest gives tests a real PostgreSQL: a throw-away private cluster
// shared by the tests of one binary, or the server named by
// VISURE_TEST_DATABASE_URL, and in it an own database for each test.
package pgtest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/postgres"
	"github.com/visure-anagrafiche/visure/migrations"
)

// New returns a pool on a database of the test's own, with the newest schema.
// Both go with the test. Where PostgreSQL is not installed the test is
// skipped, or fails if CI is set.
func New(t testing.TB) *pgxpool.Pool {
	t.Helper()
	config, err := pgxpool.ParseConfig(URL(t))
	if err != nil {
		t.Fatalf("read the test database's address: %v", err)
	}
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	if err != nil {
		t.Fatalf("open the test database: %v", err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// URL is New for who opens the database by itself.
func URL(t testing.TB) string {
	t.Helper()
	server, err := shared()
	if errors.Is(err, postgres.ErrMissing) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatalf("start the test server: %v", err)
	}
	name := fmt.Sprintf("visure_test_%d_%d_%d", os.Getpid(), time.Now().UnixMilli(), counter.Add(1))
	if err := execute(server.admin, `CREATE DATABASE `+name+` TEMPLATE `+server.template); err != nil {
		t.Fatalf("make the test database: %v", err)
	}
	t.Cleanup(func() {
		if err := execute(server.admin, `DROP DATABASE `+name+` WITH (FORCE)`); err != nil {
			t.Errorf("drop the test database: %v", err)
		}
	})
	return withDatabase(server.admin, name)
}

var counter atomic.Int64

// testServer is where databases are made; template is the one that has the
// newest schema.
type testServer struct{ admin, template string }

// shared starts what the tests of this binary share, once.
var shared = sync.OnceValues(func() (testServer, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	admin := os.Getenv("VISURE_TEST_DATABASE_URL")
	if admin == "" {
		url, err := throwAway(ctx)
		if err != nil {
			return testServer{}, err
		}
		admin = url
	}
	template, err := makeTemplate(ctx, admin)
	return testServer{admin, template}, err
})

// throwAway starts a cluster that ends, and whose folder is removed, when this
// process does, however it does.
func throwAway(ctx context.Context) (string, error) {
	dir, err := os.MkdirTemp("", "visure-pgtest-")
	if err != nil {
		return "", err
	}
	if err := removeAtExit(dir); err != nil {
		return "", err
	}
	if err := copyPristine(ctx, dir); err != nil {
		return "", err
	}
	cluster, err = postgres.Start(ctx, postgres.Options{
		Dir: dir, Log: slog.New(slog.DiscardHandler),
		// What is thrown away need not outlive a power cut.
		Settings: map[string]string{"max_connections": "300", "fsync": "off"},
	})
	if err != nil {
		return "", err
	}
	return asSuperuser(cluster.URL())
}

// asSuperuser makes the address of the maintenance database, where databases
// may be made.
func asSuperuser(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	u.User, u.Path = url.User("postgres"), "/postgres"
	return u.String(), nil
}

// Both are held until this process ends: the lifeline is a pipe nobody else has
// open, whose end tells the cleaner.
var (
	cluster *postgres.Cluster
	//lint:ignore U1000 it is held, not used: the collector would close it
	lifeline *os.File
)

const cleaner = `cat
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) && kill -INT "$pid" 2>/dev/null
i=0; while [ -e "$1/data/postmaster.pid" ] && [ $i -lt 100 ]; do sleep 0.1; i=$((i+1)); done
rm -rf "$1"`

func removeAtExit(dir string) error {
	end, ours, err := os.Pipe()
	if err != nil {
		return err
	}
	defer end.Close()
	lifeline = ours
	cmd := exec.Command("sh", "-c", cleaner, "sh", dir)
	cmd.Stdin = end
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd.Start()
}

// makeTemplate makes the database the others are copied from. Its name is made
// of the schema's text, so that a server that is kept never offers an old one.
func makeTemplate(ctx context.Context, admin string) (string, error) {
	name, err := templateName()
	if err != nil {
		return "", err
	}
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	// Test binaries that share a server take turns.
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock(hashtextextended($1, 0))`, name); err != nil {
		return "", err
	}
	var exists bool
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name).Scan(&exists); err != nil || exists {
		return name, err
	}
	fresh := name + "_fresh"
	for _, statement := range []string{`DROP DATABASE IF EXISTS ` + fresh, `CREATE DATABASE ` + fresh} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return "", err
		}
	}
	if err := migrations.Up(ctx, withDatabase(admin, fresh)); err != nil {
		return "", err
	}
	_, err = conn.Exec(ctx, `ALTER DATABASE `+fresh+` RENAME TO `+name)
	return name, err
}

func templateName() (string, error) {
	files, err := fs.Glob(migrations.Files(), "*.sql")
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, file := range files {
		text, err := fs.ReadFile(migrations.Files(), file)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s %d\n%s", file, len(text), text)
	}
	return fmt.Sprintf("visure_template_%x", sum.Sum(nil)[:8]), nil
}

func withDatabase(admin, name string) string {
	u, err := url.Parse(admin)
	if err != nil {
		return admin // it was parsed by pgx before
	}
	u.Path = "/" + name
	return u.String()
}

func execute(url, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}
