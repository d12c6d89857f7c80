package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/jackc/pgx/v5/pgxpool"

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
