package simulator

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/pki"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/wssecurity"
)

// Config says how the simulator runs; the zero value of a field is its default.
type Config struct {
	Addr      string // HTTPS, default a free port of loopback
	AdminAddr string // plain HTTP for scripts and logs; "" means none

	Population *people.Population // default: People people from Seed
	People     int                // default people.Default
	Seed       uint64             // also of latencies and shares

	Kit        *pki.Kit // certificates; required
	RequireTLS bool     // ask the caller for a client certificate of the CA

	// Environment is the tipoInvio accepted: TEST (default), PRE_SUB or PROD.
	Environment string
	// Operators are the officers enabled, by Comune; a Comune not named has
	// people.Operator alone.
	Operators map[string][]string
	// Algorithms accepted in signatures: "sha1", "sha256"; default both.
	Algorithms []string
	// ClockSkew is forgiven in timestamps and assertions, default a minute;
	// ClockTolerance in dataOraRichiesta, default ten.
	ClockSkew, ClockTolerance time.Duration

	Latency Latency
	Data    string // folder that keeps the answers across restarts, "" for none
	Log     *slog.Logger
	Now     func() time.Time
}

// Server is a running simulator, safe for concurrent use.
type Server struct {
	cfg      Config
	people   *people.Population
	verifier *wssecurity.Verifier
	answers  *answers
	script   *script
	journal  *journal
	log      *slog.Logger
	now      func() time.Time

	listener net.Listener
	https    *http.Server
	adminL   net.Listener
	admin    *http.Server
	done     chan struct{} // closed when the server stops
	closing  sync.Once
	closeErr error

	mu      sync.Mutex
	revoked map[string]bool // serial numbers
	blocked map[string]bool // officers
	extra   map[string]bool // Comuni and officers
}

// Start listens and serves until Close.
func Start(cfg Config) (*Server, error) {
	if cfg.Kit == nil {
		return nil, errors.New("start ANPR simulator: no certificates")
	}
	cfg.defaults()
	s := &Server{cfg: cfg, people: cfg.Population, log: cfg.Log, now: cfg.Now, done: make(chan struct{}), revoked: map[string]bool{}, blocked: map[string]bool{}, extra: map[string]bool{},
		journal: newJournal(100_000), script: &script{latency: cfg.Latency, dice: rand.New(rand.NewPCG(cfg.Seed, 2))}}
	s.verifier = &wssecurity.Verifier{CA: cfg.Kit.CA.Certificate, Operator: s.enabled, Revoked: s.isRevoked, Skew: cfg.ClockSkew,
		Production: cfg.Environment == "PROD", SHA1: slices.Contains(cfg.Algorithms, "sha1"), SHA256: slices.Contains(cfg.Algorithms, "sha256")}
	var err error
	if s.answers, err = openAnswers(cfg.Data); err != nil {
		return nil, fmt.Errorf("start ANPR simulator: %w", err)
	}
	if err := s.listen(); err != nil {
		return nil, errors.Join(fmt.Errorf("start ANPR simulator: %w", err), s.answers.close())
	}
	return s, nil
}

func (c *Config) defaults() {
	if c.Addr == "" {
		c.Addr = "127.0.0.1:0"
	}
	if c.Population == nil {
		c.Population = people.People(c.Seed, c.People)
	}
	if c.Environment == "" {
		c.Environment = "TEST"
	}
	if c.Algorithms == nil {
		c.Algorithms = []string{"sha1", "sha256"}
	}
	if c.ClockSkew == 0 {
		c.ClockSkew = time.Minute
	}
	if c.ClockTolerance == 0 {
		c.ClockTolerance = 10 * time.Minute
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
}

func (s *Server) listen() error {
	pool := x509.NewCertPool()
	pool.AddCert(s.cfg.Kit.CA.Certificate)
	id := s.cfg.Kit.Server
	conf := &tls.Config{MinVersion: tls.VersionTLS12, ClientCAs: pool, ClientAuth: tls.VerifyClientCertIfGiven,
		Certificates: []tls.Certificate{{Certificate: [][]byte{id.Certificate.Raw}, PrivateKey: id.Key, Leaf: id.Certificate}}}
	if s.cfg.RequireTLS {
		conf.ClientAuth = tls.RequireAndVerifyClientCert
	}
	var err error
	if s.listener, err = net.Listen("tcp", s.cfg.Addr); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if s.cfg.AdminAddr != "" {
		if s.adminL, err = net.Listen("tcp", s.cfg.AdminAddr); err != nil {
			return errors.Join(fmt.Errorf("listen for administration: %w", err), s.listener.Close())
		}
	}
	errorLog := slog.NewLogLogger(s.log.Handler(), slog.LevelDebug)
	s.https = &http.Server{Handler: s.routes(), ReadHeaderTimeout: 10 * time.Second, ErrorLog: errorLog}
	go s.serveOn(s.https, tls.NewListener(s.listener, conf))
	if s.adminL != nil {
		s.admin = &http.Server{Handler: s.adminRoutes(), ReadHeaderTimeout: 10 * time.Second, ErrorLog: errorLog}
		go s.serveOn(s.admin, s.adminL)
	}
	return nil
}

func (s *Server) serveOn(h *http.Server, l net.Listener) {
	if err := h.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		s.log.Error("simulator stopped serving", "addr", l.Addr().String(), "error", err)
	}
}

// URL is the base of the services: https://host:port.
func (s *Server) URL() string { return "https://" + s.listener.Addr().String() }

// AdminURL is the base of the administration, "" when there is none.
func (s *Server) AdminURL() string {
	if s.adminL == nil {
		return ""
	}
	return "http://" + s.adminL.Addr().String()
}

// Close stops at once: calls still hanging are cut off. It may be called twice.
func (s *Server) Close() error {
	s.closing.Do(func() {
		close(s.done)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := s.https.Shutdown(ctx); err != nil {
			s.closeErr = s.https.Close()
		}
		if s.admin != nil {
			s.closeErr = errors.Join(s.closeErr, s.admin.Close())
		}
		s.closeErr = errors.Join(s.closeErr, s.answers.close())
	})
	return s.closeErr
}

// People is the population answered about.
func (s *Server) People() *people.Population { return s.people }

// CA is the authority whose certificates are trusted.
func (s *Server) CA() *pki.CA { return s.cfg.Kit.CA }

// Script puts a rule in force, before those already there.
func (s *Server) Script(r Rule) error { return s.script.add(r) }

// ClearScript lets every call go well again.
func (s *Server) ClearScript() { s.script.clear() }

// SetLatency changes how long processing takes from the next call on.
func (s *Server) SetLatency(l Latency) { s.script.setLatency(l) }

// Calls is the log, oldest first: the last hundred thousand at most.
func (s *Server) Calls() []Call { return s.journal.list() }

// AwaitCalls returns when n calls have been made since the log was last cleared,
// or with ctx's error.
func (s *Server) AwaitCalls(ctx context.Context, n int) error { return s.journal.await(ctx, n) }

// Subject is the digest that stands for a codice fiscale in the log.
func (s *Server) Subject(codiceFiscale string) string {
	return s.journal.subject(strings.ToUpper(codiceFiscale))
}

// Reset forgets rules, log, revocations, who was blocked or enabled, and stored
// answers.
func (s *Server) Reset() error {
	s.script.clear()
	s.journal.clear()
	s.mu.Lock()
	s.revoked, s.blocked, s.extra = map[string]bool{}, map[string]bool{}, map[string]bool{}
	s.mu.Unlock()
	return s.answers.clear()
}
