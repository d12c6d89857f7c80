package esdb_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// server is an event store that can be stopped and started again at the same
// address, with its data.
type server struct {
	t    testing.TB
	dir  string
	addr string
	node *node.Node
}

func startServer(t testing.TB) *server {
	t.Helper()
	s := &server{t: t, dir: t.TempDir(), addr: "127.0.0.1:0"}
	s.start()
	t.Cleanup(s.stop)
	return s
}

func (s *server) start() {
	s.t.Helper()
	n, err := node.Open(node.Options{Dir: s.dir})
	if err != nil {
		s.t.Fatal(err)
	}
	if err := n.Start(s.addr); err != nil {
		s.t.Fatal(err)
	}
	s.node, s.addr = n, n.Addr().String()
}

func (s *server) stop() {
	if s.node != nil {
		if err := s.node.Close(); err != nil {
			s.t.Errorf("close node: %v", err)
		}
		s.node = nil
	}
}

func (s *server) url() string { return "esdb://" + s.addr + "?tls=false" }

// connect returns a client that is closed with the test.
func (s *server) connect() *esdb.Client {
	s.t.Helper()
	c, err := esdb.Connect(s.url(), log())
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := c.Close(ctx); err != nil {
			s.t.Errorf("close client: %v", err)
		}
	})
	return c
}

// log is silent unless VISURE_TEST_LOG is set.
func log() *slog.Logger {
	if os.Getenv("VISURE_TEST_LOG") == "" {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// ring is a set of data keys in memory.
type ring struct {
	mu      sync.Mutex
	keys    map[string][]byte
	erased  map[string]bool
	lookups int // calls of Lookup
}

func newRing() *ring { return &ring{keys: map[string][]byte{}, erased: map[string]bool{}} }

func (r *ring) Key(_ context.Context, name string) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch key, ok := r.keys[name]; {
	case r.erased[name]:
		return nil, commands.ErrErased
	case !ok:
		return nil, errors.New("no such key")
	default:
		return key, nil
	}
}

func (r *ring) Lookup(ctx context.Context, names []string) (map[string][]byte, error) {
	r.mu.Lock()
	r.lookups++
	r.mu.Unlock()
	found := map[string][]byte{}
	for _, name := range names {
		switch key, err := r.Key(ctx, name); {
		case err == nil:
			found[name] = key
		case !errors.Is(err, commands.ErrErased):
			return nil, err
		}
	}
	return found, nil
}

func (r *ring) Draw(context.Context) (name string, key []byte, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	name, key = uuid.NewString(), make([]byte, 32)
	_, _ = rand.Read(key)
	r.keys[name] = key
	return name, key, nil
}

// drawn is how many keys were drawn and not destroyed.
func (r *ring) drawn() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.keys)
}

func (r *ring) destroy(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.keys, name)
	r.erased[name] = true
}

var (
	soon = 20 * time.Second // longer than anything should take

	mario = domain.Soggetto{CodiceFiscale: "RSSMRA80A01H501U", Cognome: "Rossi", Nome: "Mario"}

	requested = domain.VisuraRequested{
		Comune: "058091", Ente: "7d1b2c3e-0000-4000-8000-000000000001", Tipo: "residenza",
		Purpose:  domain.Purpose{Finalita: "F1", NumeroPratica: "2026/17"},
		Soggetto: mario, SubjectToken: "t0ken",
	}
	tokenOnly = func(e domain.VisuraRequested) domain.VisuraRequested { // as the feed hands requested out
		e.Soggetto = domain.Soggetto{}
		return e
	}(requested)
	approved = domain.VisuraApproved{Effective: time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)}
)

func newVisura() domain.VisuraID { return domain.VisuraID(uuid.NewString()) }

func metaNow() domain.Meta {
	id := uuid.NewString()
	return domain.Meta{
		At:        time.Date(2026, 3, 2, 9, 30, 0, 123456789, time.UTC),
		By:        domain.Actor{Utente: "7d1b2c3e-0000-4000-8000-000000000002", Role: domain.RoleStandard, Comune: "058091", Via: "7d1b2c3e-0000-4000-8000-000000000003"},
		Facts:     map[string]int64{"comune-058091": 3, "utente-7d1b2c3e-0000-4000-8000-000000000002": 0, "ente-x": commands.NoStream},
		CommandID: id, Correlation: id, Causation: id, Trace: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
	}
}

func withDeadline(t testing.TB, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

// history loads a whole stream.
func history(t testing.TB, s *esdb.Store, stream string) []domain.Recorded {
	t.Helper()
	var all []domain.Recorded
	if _, err := s.Load(withDeadline(t, soon), stream, commands.NoStream, func(r domain.Recorded) { all = append(all, r) }); err != nil {
		t.Fatal(err)
	}
	return all
}

// keyName is that of the key a stream is sealed under.
func keyName(t testing.TB, s *esdb.Store, stream string) string {
	t.Helper()
	name, err := s.KeyName(withDeadline(t, soon), stream)
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func mustAppend(t testing.TB, s *esdb.Store, stream string, expected int64, m domain.Meta, events ...domain.Event) domain.Position {
	t.Helper()
	pos, err := s.Append(withDeadline(t, soon), stream, expected, events, m)
	if err != nil {
		t.Fatal(err)
	}
	return pos
}
