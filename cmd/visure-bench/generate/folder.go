package generate

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/adapters/bus"
	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
	"github.com/visure-anagrafiche/visure/adapters/keys"
	"github.com/visure-anagrafiche/visure/adapters/postgres"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/migrations"
)

// folder is what of a server's folder a history is made in, opened as the server
// opens it (cmd/visure/stack.go).
type folder struct {
	log     *slog.Logger
	client  *esdb.Client
	store   *esdb.Store
	keys    *keys.Keys
	pool    *pgxpool.Pool
	tokens  tokens
	closers []func()
}

// openFolder opens it, making what is not there. Close it whatever is returned.
func openFolder(ctx context.Context, dir string, log *slog.Logger) (*folder, error) {
	f := &folder{log: log}
	cluster, err := postgres.Start(ctx, postgres.Options{Dir: filepath.Join(dir, "postgres"), Log: log})
	if err != nil {
		return f, err
	}
	f.onClose(func() error { return cluster.Stop() })
	if err := migrations.Up(ctx, cluster.URL()); err != nil {
		return f, err
	}
	if f.pool, err = pgxpool.New(ctx, cluster.URL()); err != nil {
		return f, err
	}
	f.onClose(func() error { f.pool.Close(); return nil })
	f.tokens = tokens{&auth.Tokens{DB: f.pool, Now: time.Now}}
	if f.keys, err = keys.Open(ctx, f.pool, filepath.Join(dir, "keys", "kek")); err != nil {
		return f, err
	}
	return f, f.openEvents(filepath.Join(dir, "events"))
}

// empty refuses a folder that has a history already.
func (f *folder) empty(ctx context.Context) error {
	head, err := f.store.Head(ctx)
	if err == nil && head != (domain.Position{}) {
		err = errors.New("the folder has a history already")
	}
	return err
}

func (f *folder) openEvents(dir string) error {
	n, err := node.Open(node.Options{Dir: dir, Logger: f.log})
	if err != nil {
		return err
	}
	f.onClose(n.Close)
	run, err := os.MkdirTemp("", "visure-")
	if err != nil {
		return err
	}
	f.onClose(func() error { return os.RemoveAll(run) })
	if err := n.Start("unix://" + filepath.Join(run, "events")); err != nil {
		return err
	}
	if f.client, err = esdb.Connect(n.ConnectionString(), f.log); err != nil {
		return err
	}
	f.onClose(func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		return f.client.Close(ctx)
	})
	f.store = esdb.NewStore(f.client, f.keys)
	return nil
}

// processGroup is the group of the server's processes (cmd/visure/stack_processes.go).
const processGroup = "process-v1"

// carriedOn makes the group by which the emission is woken, to begin at the end of
// what is there: its work on this history is told already, and what is still to
// be done the timer finds.
func (f *folder) carriedOn() error {
	subscriber, err := esdb.NewSubscriber(f.client, esdb.SubscriberConfig{Group: processGroup, FromEnd: true}, f.log)
	if err != nil {
		return err
	}
	return subscriber.SubscribeInitialize(bus.Topic(&commands.Emission{}))
}

func (f *folder) onClose(c func() error) {
	f.closers = append(f.closers, func() {
		if err := c(); err != nil {
			f.log.Error("did not stop cleanly", "err", err)
		}
	})
}

// close stops what was started, last first.
func (f *folder) close() {
	for i := len(f.closers) - 1; i >= 0; i-- {
		f.closers[i]()
	}
}
