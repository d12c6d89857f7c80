package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
	"github.com/visure-anagrafiche/visure/adapters/postgres"
	"github.com/visure-anagrafiche/visure/migrations"
)

// maxWorkerConns bounds the database connections of the workers, who seldom need
// one all at once: a PostgreSQL as it is installed admits 100 of everybody's.
const maxWorkerConns = 48

// openDatabase connects to the configured PostgreSQL, or runs a private one.
func (s *stack) openDatabase(ctx context.Context) error {
	s.database = s.config.DatabaseURL
	if s.database != "" {
		s.report("PostgreSQL   the configured one")
	} else {
		cluster, err := s.privateDatabase(ctx)
		if err != nil {
			return err
		}
		s.database = cluster.URL()
	}
	if err := migrations.Up(ctx, s.database); err != nil {
		return err
	}
	config, err := pgxpool.ParseConfig(s.database)
	if err != nil {
		return fmt.Errorf("read database URL: %w", err)
	}
	config.MaxConns = int32(min(s.config.Workers, maxWorkerConns)) + 16
	if s.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return err
	}
	s.onClose(s.pool.Close)
	return s.pool.Ping(ctx)
}

func (s *stack) privateDatabase(ctx context.Context) (*postgres.Cluster, error) {
	s.report("PostgreSQL   a private one in %s", s.config.path("postgres"))
	options := postgres.Options{Dir: s.config.path("postgres"), Log: s.log}
	cluster, err := postgres.Start(ctx, options)
	if errors.Is(err, postgres.ErrMissing) && s.config.Install && os.Geteuid() == 0 {
		if err := s.installDatabase(ctx); err != nil {
			return nil, err
		}
		cluster, err = postgres.Start(ctx, options)
	}
	switch {
	case errors.Is(err, postgres.ErrInUse):
		return nil, fmt.Errorf("%w: stop the server that runs on it, or choose another folder with --data", err)
	case err != nil:
		return nil, err
	}
	s.onClose(func() {
		if err := cluster.Stop(); err != nil {
			s.log.Error("did not stop cleanly", "part", "PostgreSQL", "err", err)
		}
	})
	go func() {
		<-cluster.Done()
		s.failed <- fmt.Errorf("PostgreSQL has ended; why stands in %s", s.config.path("postgres", "postgres.log"))
	}()
	return cluster, nil
}

// installDatabase does what ErrMissing would have a person type.
func (s *stack) installDatabase(ctx context.Context) error {
	s.report("PostgreSQL   not installed: installing it with apt-get, which takes a minute")
	for _, args := range [][]string{{"update", "-qq"}, {"install", "-y", "-qq", "--no-install-recommends", "postgresql"}} {
		cmd := exec.CommandContext(ctx, "apt-get", args...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("apt-get %s: %w\n%s", args[0], err, out)
		}
	}
	return nil
}

// openEventStore connects to the configured EventStoreDB, or serves the
// embedded node on a socket nobody else may enter.
func (s *stack) openEventStore(ctx context.Context) error {
	connection := s.config.EventStore
	if connection != "" {
		s.report("event store  the configured one")
	} else {
		n, err := node.Open(node.Options{Dir: s.config.path("events"), Logger: s.log})
		if err != nil {
			return err
		}
		s.onClose(func() {
			if err := n.Close(); err != nil {
				s.log.Error("did not stop cleanly", "part", "event store", "err", err)
			}
		})
		if err := errors.Join(n.Administer(), s.registry.Register(n)); err != nil {
			return err
		}
		socket, err := s.socket()
		if err != nil {
			return err
		}
		if err := n.Start("unix://" + socket); err != nil {
			return err
		}
		connection = n.ConnectionString()
		s.report("event store  embedded, in %s", s.config.path("events"))
	}
	client, err := esdb.Connect(connection, s.log)
	if err != nil {
		return err
	}
	s.client = client
	s.onClose(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := client.Close(ctx); err != nil {
			s.log.Error("did not stop cleanly", "part", "event store client", "err", err)
		}
	})
	return client.Register(s.registry)
}

// maxSocket is the longest address a unix socket can have.
const maxSocket = 100

// socket is where the embedded event store listens: in a folder of the owner's
// under Data, or a temporary one when that is too long an address. The node
// holds its folder's lock, so a socket that is there is a killed process's.
func (s *stack) socket() (string, error) {
	dir := s.config.path("run")
	if len(dir) > maxSocket {
		var err error
		if dir, err = os.MkdirTemp("", "visure-"); err != nil {
			return "", err
		}
		s.onClose(func() { os.RemoveAll(dir) })
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(dir, "events")
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return filepath.Abs(path)
}
