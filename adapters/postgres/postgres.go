// Package postgres runs a private PostgreSQL for one machine, from the
// installed binaries: everything is in one folder, a second start uses it again,
// and nothing listens on the network.
package postgres

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// Options say where a private cluster lives and how it runs.
type Options struct {
	// Dir holds everything: the data, the server's log and the lock that keeps
	// others out. It is made when absent.
	Dir string
	Log *slog.Logger
	// Settings are server parameters that take precedence over the defaults.
	Settings map[string]string
}

// Cluster is a running private server. It ends with the process that started
// it, also when that is killed.
type Cluster struct {
	dir, data string
	log       *slog.Logger
	lock      *os.File
	server    *server
	alias     string // folder of the short way to the socket, empty when none was needed
	url       string
	stop      sync.Once
	stopErr   error
}

// role is the owner of the application's database; it is no superuser.
const role = "visure"

// Start brings the cluster of a folder up, making it on first use, and returns
// once it answers. As root the server runs as the owner of the data, which is
// the user postgres, or nobody, on first use. A server left running by a
// process that was killed is stopped first. It returns ErrMissing when
// PostgreSQL is not installed, and ErrInUse when another process uses the
// folder.
//
// The server listens on a socket inside the data folder only, which nobody but
// its owner and root may enter; whoever can may sign in.
func Start(ctx context.Context, o Options) (_ *Cluster, err error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("start postgres: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("start postgres: %w", err)
	}
	c := &Cluster{dir: dir, data: filepath.Join(dir, "data"), log: o.Log}
	if c.lock, err = takeLock(filepath.Join(dir, "lock")); err != nil {
		return nil, fmt.Errorf("start postgres: %w", err)
	}
	defer func() {
		if err != nil {
			_ = c.Stop()
		}
	}()
	if err := c.bringUp(ctx, o.Settings); err != nil {
		return nil, fmt.Errorf("start postgres: %w", err)
	}
	return c, nil
}

func (c *Cluster) bringUp(ctx context.Context, settings map[string]string) error {
	major, err := dataVersion(c.data)
	if err != nil {
		return err
	}
	bin, err := choose(installed(ctx), major)
	if err != nil {
		return err
	}
	if major == 0 {
		c.log.Info("making a new database", "dir", c.dir, "postgres", bin.major)
		if err := c.initialise(ctx, bin); err != nil {
			return err
		}
	}
	if err := c.evictOrphan(ctx); err != nil {
		return err
	}
	if c.server, err = c.launch(bin, settings); err != nil {
		return err
	}
	host, err := c.socketFolder()
	if err != nil {
		return err
	}
	if err := c.prepare(ctx, host); err != nil {
		return err
	}
	c.url = connString(host, role, role)
	return nil
}

// URL returns the connection string of the application's database, for pgx
// and libpq alike. It holds no secret: access is limited by the folder's permissions.
func (c *Cluster) URL() string { return c.url }

// Done is closed when the server has ended, by Stop or by itself.
func (c *Cluster) Done() <-chan struct{} { return c.server.done }

// stopPatience bounds how long a fast shutdown may take before the server is
// told to quit at once; it then recovers at the next start.
const stopPatience = 30 * time.Second

// Stop ends connections, writes everything down and waits until the server has
// gone. Further calls return what the first returned.
func (c *Cluster) Stop() error {
	c.stop.Do(func() {
		if c.server != nil {
			c.stopErr = c.server.stop(stopPatience)
		}
		if c.alias != "" {
			_ = os.RemoveAll(c.alias)
		}
		releaseLock(c.lock)
	})
	return c.stopErr
}

// maxSocketPath is what sun_path holds on the systems that hold least, less
// the name of the socket itself.
const maxSocketPath = 103 - len("/.s.PGSQL.5432")

// socketFolder returns where clients find the socket: the data folder, or a
// short alias of it when its path is longer than a socket's may be, or when a
// comma in it would make it a list of hosts.
func (c *Cluster) socketFolder() (string, error) {
	if len(c.data) <= maxSocketPath && !strings.Contains(c.data, ",") {
		return c.data, nil
	}
	alias, err := os.MkdirTemp("", "visure-pg-")
	if err != nil {
		return "", fmt.Errorf("make a short path to the socket: %w", err)
	}
	c.alias = alias
	link := filepath.Join(alias, "s")
	if err := os.Symlink(c.data, link); err != nil {
		return "", fmt.Errorf("make a short path to the socket: %w", err)
	}
	return link, nil
}

// prepare waits until the server answers, then makes the application's role
// and database unless they exist.
func (c *Cluster) prepare(ctx context.Context, host string) error {
	conn, err := c.connect(ctx, connString(host, superuser, superuser))
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for _, step := range []struct{ exists, create string }{
		{`SELECT FROM pg_roles WHERE rolname = $1`, `CREATE ROLE ` + role + ` LOGIN`},
		{`SELECT FROM pg_database WHERE datname = $1`, `CREATE DATABASE ` + role + ` OWNER ` + role},
	} {
		tag, err := conn.Exec(ctx, step.exists, role)
		if err == nil && tag.RowsAffected() == 0 {
			_, err = conn.Exec(ctx, step.create)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", step.create, err)
		}
	}
	return nil
}

// connect tries until the server answers, has ended, or ctx has.
func (c *Cluster) connect(ctx context.Context, url string) (*pgx.Conn, error) {
	for {
		conn, err := pgx.Connect(ctx, url)
		if err == nil {
			return conn, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for the server: %w", ctx.Err())
		case <-c.server.done:
			return nil, fmt.Errorf("the server ended at once, its log says:\n%s", tail(c.logPath()))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func connString(host, user, database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(user), Path: "/" + database}
	// A blank is %20: clients of PostgreSQL take + for itself.
	u.RawQuery = strings.ReplaceAll(url.Values{"host": {host}, "port": {"5432"}, "sslmode": {"disable"}}.Encode(), "+", "%20")
	return u.String()
}
