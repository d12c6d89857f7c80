package web_test

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/visure-anagrafiche/visure/adapters/anpr"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/pki"
	"github.com/visure-anagrafiche/visure/adapters/archive"
	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/adapters/bus"
	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
	"github.com/visure-anagrafiche/visure/adapters/keys"
	"github.com/visure-anagrafiche/visure/adapters/pdf"
	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/adapters/quote"
	"github.com/visure-anagrafiche/visure/adapters/timer"
	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/adapters/web/api"
	"github.com/visure-anagrafiche/visure/adapters/web/changes"
	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/adapters/web/pages"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// comuni are those the office serves. The last is left to whoever breaks its
// registry.
var comuni = []domain.CodiceISTAT{"039002", "040007", "039014"}

// office is the whole system without its program: real parts on loopback, one
// for all the tests of the package, which share nothing but it.
type office struct {
	handler    *commands.Handler
	runner     *engine.Runner
	feed       *esdb.Feed
	log        *slog.Logger
	url        string
	pool       *pgxpool.Pool
	keys       *keys.Keys
	tokens     *auth.Tokens
	accounts   *auth.Accounts
	mailbox    sync.Map // letters by address
	archive    *archive.Directory
	annexes    *archive.Annexes
	printer    *pdf.Renderer
	store      *esdb.Store
	registry   *simulator.Server
	kit        *pki.Kit // of the Comuni it serves
	connection *commands.Connection
	subjects   map[domain.CodiceISTAT][]*people.Person // who a visura di residenza fits
	asked      atomic.Int64
	entered    atomic.Int64      // people and bodies
	names      map[string]string // what bodies and Comuni are called where people look; else as they are numbered
	now        func() time.Time
	newID      func() string        // of what tests enter
	served     []domain.CodiceISTAT // that the registry knows
	users      []*people.Person     // the population, each code once: some cards are of one person
}

// TestTheAPI opens the office once and runs in it everything that needs one.
func TestTheAPI(t *testing.T) {
	o := openOffice(t)
	t.Run("scripts", func(t *testing.T) { t.Parallel(); runScripts(t, o) })
	for name, test := range inTheOffice {
		t.Run(name, func(t *testing.T) { t.Parallel(); test(t, o) })
	}
}

func openOffice(t *testing.T) *office {
	t.Helper()
	o := &office{now: time.Now, newID: uuid.NewString, served: append(slices.Clone(comuni), apart[0], reconnected, modelled, modelledAtOnce, decided, watchful, timetabled)}
	return o.open(t, t.TempDir())
}

// open opens an office whose files are in a folder.
func (o *office) open(t *testing.T, dir string) *office {
	t.Helper()
	o.pool, o.subjects = pgtest.New(t), map[domain.CodiceISTAT][]*people.Person{}
	log := slog.New(slog.DiscardHandler)
	if os.Getenv("VISURE_TEST_LOG") != "" {
		log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	o.log = log
	var err error
	o.keys, err = keys.Open(t.Context(), o.pool, filepath.Join(dir, "kek"))
	must(err)
	o.tokens = &auth.Tokens{DB: o.pool, Now: o.now}
	o.accounts = o.newAccounts(t, o.now)
	events, err := node.Open(node.Options{Dir: filepath.Join(dir, "events"), Logger: log})
	must(err)
	t.Cleanup(func() { events.Close() })
	must(events.Start("127.0.0.1:0"))
	client, err := esdb.Connect(events.ConnectionString(), log)
	must(err)
	t.Cleanup(func() { client.Close(context.Background()) })
	o.store = esdb.NewStore(client, o.keys)
	o.archive, err = archive.NewDirectory(filepath.Join(dir, "documents"), o.store)
	must(err)
	o.annexes, err = archive.NewAnnexes(filepath.Join(dir, "annexes"), o.keys)
	must(err)
	o.handler = &commands.Handler{Store: o.store, Secrets: o.keys, Quote: quote.New(o.pool), Now: o.now, NewID: uuid.NewString}

	o.openRegistry(t, dir)
	processes := []commands.Process{o.emission(t, dir, log), &commands.Blocco{Handler: o.handler, NotFound: o.notFound}, o.massive()}
	o.feed = esdb.NewFeed(client, o.keys, log)
	o.runner = engine.NewRunner(o.pool, o.feed, log, projections.All...)
	background(t, o.runner.Run)
	subscriber, err := esdb.NewSubscriber(client, esdb.SubscriberConfig{
		Group: "process-v1", DrainTimeout: time.Second, Redelivery: esdb.Backoff{Initial: 50 * time.Millisecond, Max: 500 * time.Millisecond},
	}, log)
	must(err)
	router, err := bus.New(bus.Config{Subscriber: subscriber, Processes: processes, Park: esdb.Park, Metrics: prometheus.NewRegistry(), Log: log, CloseTimeout: 2 * time.Second})
	must(err)
	background(t, router.Run)
	due := projections.NewScadenzeQueries(o.pool)
	for _, claim := range []func(context.Context, time.Time, int, time.Duration) ([]string, error){due.ClaimDue, due.ClaimTerms} {
		ticker := time.NewTicker(200 * time.Millisecond)
		t.Cleanup(ticker.Stop)
		background(t, timer.Timer{
			Claim: func(ctx context.Context, now time.Time, limit int) ([]string, error) {
				return claim(ctx, now, limit, time.Second)
			},
			Processes: append(processes, &commands.Silenzio{Handler: o.handler}), Log: log, Ticks: ticker.C, Grace: time.Second,
		}.Run)
	}
	o.url = serve(t, o.server(nil).Handler())
	return o
}

// helper is where comments go.
const helper = "gestore@visure.example"

// newAccounts are what people come in with, on a clock.
func (o *office) newAccounts(t *testing.T, now func() time.Time) *auth.Accounts {
	t.Helper()
	accounts, err := auth.NewAccounts(auth.Options{
		DB: o.pool, Now: now, Vault: auth.Vault{Seal: o.keys.Seal, Unseal: o.keys.Unseal, AddressHash: o.keys.AddressHash},
		Issuer: "Visure anagrafiche", RPID: "visure.example", Origins: []string{"https://visure.example"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return accounts
}

// server is the HTTP face over the office, with something about it changed.
func (o *office) server(change func(*web.Server)) *web.Server {
	opener := esdb.NewOpener(o.keys)
	border := &edge.Edge{
		Commands: o.handler, Runner: o.runner, Stopping: context.Background(), Log: o.log,
		Callers: o.identify(o.now), Workstations: (&auth.Workstations{DB: o.pool, Now: o.now}).Identify, ClientCertHeader: "X-Client-Cert",
		Proxies: edge.Proxies{netip.MustParsePrefix("127.0.0.0/8")}, IsUnknown: func(err error) bool { return errors.Is(err, auth.ErrUnknown) },
	}
	elenco, registers := projections.NewElencoQueries(o.pool, opener), projections.NewRegisters(o.pool, opener)
	access, enrolment := o.access(), o.enrolment()
	s := &web.Server{
		Edge: border,
		API: &api.API{
			Edge: border, Archive: o.archive, Annexes: o.annexes, Elenco: elenco, Dettagli: projections.NewDettaglioQueries(o.pool, opener),
			Access: access, Enrolment: enrolment, Software: &auth.SoftwareTokens{DB: o.pool, Now: o.now}, Registers: registers, Connection: o.connection, Ricertificazioni: projections.NewRicertificazioniQueries(o.pool), Massive: projections.NewMassiveQueries(o.pool), Casi: projections.NewCasiQueries(o.pool, opener), Statistiche: projections.NewStatisticheQueries(o.pool),
			Lettere: o.printer.Lettera, Print: o.printer.Render, VerifyURL: verifyURL, DrawStemma: pdf.Stemma,
			Health:  func(context.Context) map[string]error { return map[string]error{"postgresql": nil} },
			Missing: func(context.Context) ([]string, error) { return nil, nil },
			Version: "test", Changes: o.changes(changes.Bounds{Kept: 1000, All: 100, Person: 3, Software: 4}), Streaming: api.AtPace,
		},
		Pages: &pages.Pages{Edge: border, Registers: registers, Elenco: elenco, Dettagli: projections.NewDettaglioQueries(o.pool, opener), Access: access, Enrolment: enrolment, Ricertificazioni: projections.NewRicertificazioniQueries(o.pool), Massive: projections.NewMassiveQueries(o.pool), Casi: projections.NewCasiQueries(o.pool, opener), Statistiche: projections.NewStatisticheQueries(o.pool), Comments: &commands.Comments{Handler: o.handler, Post: access.Post, To: helper}, Environment: "Dimostrazione", Idle: auth.SessionIdle, ReadOnly: func() bool { return false }},
	}
	s.Pages.HandOut, s.Pages.Letter = s.API.HandOut, s.API.Letter
	s.Pages.Effects, s.Pages.Attach, s.Pages.Annex = s.API.Effects, s.API.Attach, s.API.Annex
	s.Pages.Import = s.API.Import
	s.Pages.ReadPeople, s.Pages.RequestMassiva, s.Pages.Documents = s.API.ReadPeople, s.API.RequestMassiva, s.API.Documents
	s.Pages.ReplaceConnection, s.Pages.TryConnection, s.Pages.Circuit = s.API.ReplaceConnection, s.API.TryConnection, s.API.Circuit
	s.Pages.KeepStemma, s.Pages.Stemma = s.API.KeepStemma, s.API.Stemma
	s.Pages.PreviewModello, s.Pages.PrintModello = s.API.PreviewModello, s.API.PrintModello
	s.Pages.PreviewCalendario = s.API.PreviewCalendario
	if change != nil {
		change(s)
	}
	return s
}

// massive asks for the visure of requests about many people.
func (o *office) massive() *commands.Massive {
	return &commands.Massive{
		Handler: o.handler, DestroyKey: o.destroyKey,
		Moves: func() (<-chan struct{}, func()) { return o.runner.Moves(projections.Elenco{}.Name()) },
	}
}

// destroyKey destroys a stream's data key.
func (o *office) destroyKey(ctx context.Context, stream string) error {
	name, err := o.store.KeyName(ctx, stream)
	if err != nil {
		return err
	}
	return o.keys.Destroy(ctx, name)
}

// notFound counts what a person did not find, once the read models say all of it.
func (o *office) notFound(ctx context.Context, utente domain.UtenteID, at domain.Pair, after, until time.Time) (int, error) {
	head, err := o.store.Head(ctx)
	if err != nil {
		return 0, err
	}
	if err := o.runner.Await(ctx, projections.Dettaglio{}.Name(), head); err != nil {
		return 0, err
	}
	return projections.NewEsitiQueries(o.pool).NotFound(ctx, utente, at, after, until)
}

// changes are what streams tell.
func (o *office) changes(bounds changes.Bounds) *changes.Changes {
	moves := func() (<-chan struct{}, func()) { return o.runner.Moves(projections.Dettaglio{}.Name()) }
	return changes.New(bounds, projections.NewNovitaQueries(o.pool).After, moves, o.log)
}

// contents reads an answer; of one that stays open what it begins with.
func contents(resp *http.Response) ([]byte, error) {
	if resp.Header.Get("Content-Type") != "text/event-stream" {
		return io.ReadAll(resp.Body)
	}
	text := make([]byte, 1024)
	n, err := resp.Body.Read(text)
	if err == io.EOF {
		err = nil
	}
	return text[:n], err
}

// identify finds out who calls as the program does, and takes a time to be now for what
// wants a second factor of a moment ago.
func (o *office) identify(now func() time.Time) func(context.Context, edge.Credentials) (edge.Caller, error) {
	return callersOf(o.callersBy(o.pool), now)
}

// callersBy finds callers in a database.
func (o *office) callersBy(db *pgxpool.Pool) *auth.Callers {
	return &auth.Callers{
		Tokens: &auth.Tokens{DB: db, Now: o.now}, Sessions: &auth.Sessions{DB: db, Now: o.now},
		Software: &auth.SoftwareTokens{DB: db, Now: o.now},
	}
}

func callersOf(callers *auth.Callers, now func() time.Time) func(context.Context, edge.Credentials) (edge.Caller, error) {
	return func(ctx context.Context, c edge.Credentials) (edge.Caller, error) {
		who, err := callers.Find(ctx, auth.Shown{Authorization: c.Authorization, Session: c.Session, Glance: c.Glance})
		if err != nil {
			return edge.Caller{}, err
		}
		return edge.NewCaller(who.Actor, who.Session, who.Secret, who.Software, now()), nil
	}
}

// aside has connections of its own: a httptest.Server that closes ends those of
// http.DefaultTransport, also where another test is in the middle of a request.
var aside = &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}

// serve listens until the test ends, with the bounds of a server in production.
func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ReadTimeout, s.Config.WriteTimeout = 30*time.Second, 90*time.Second
	s.Start()
	t.Cleanup(s.Close)
	return s.URL
}

// background runs a part until the test ends, or stops it.
func background(t *testing.T, run func(context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("a part did not stop cleanly: %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}

func (o *office) openRegistry(t *testing.T, dir string) {
	t.Helper()
	names := make([]string, len(o.served))
	for i, c := range o.served {
		names[i] = string(c)
	}
	kit, err := pki.OpenKit(filepath.Join(dir, "anpr"), "", names...)
	if err != nil {
		t.Fatal(err)
	}
	o.kit = kit
	// The registry's clock is right, whatever the office takes to be now.
	off := time.Since(o.now()).Abs() + 10*time.Minute
	if o.registry, err = simulator.Start(simulator.Config{People: 6000, Seed: 1, Kit: kit, ClockTolerance: off}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.registry.Close() })
	known := map[string]bool{}
	for _, p := range o.registry.People().Persons() {
		if !known[p.CodiceFiscale] {
			o.users = append(o.users, p)
		}
		known[p.CodiceFiscale] = true
	}
	for _, c := range o.served {
		o.subjects[c] = o.registry.People().Select(string(c), people.FitsResidenza, 0)
	}
}

func (o *office) emission(t *testing.T, dir string, log *slog.Logger) *commands.Emission {
	t.Helper()
	kit, err := pki.OpenKit(filepath.Join(dir, "anpr"), "")
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(kit.CA.Certificate)
	registry, err := anpr.New(anpr.Config{
		BaseURL: map[string]string{"TEST": o.registry.URL()}, RootCAs: pool, Keystores: kit.Dir,
		Password: func(string) (string, error) { return kit.Password, nil },
		// Outages are short here.
		BreakDuration: 300 * time.Millisecond, Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	o.connection = &commands.Connection{Handler: o.handler, Connector: registry, Open: anpr.Open}
	if o.printer, err = pdf.New(nil); err != nil {
		t.Fatal(err)
	}
	return &commands.Emission{
		Handler: o.handler, Anagrafe: registry, Renderer: o.printer, Archive: o.archive,
		VerifyURL: verifyURL,
	}
}

// verifyURL is what documents of the office lead to.
func verifyURL(n domain.CIUV) string { return "http://127.0.0.1/verifica/" + string(n) }
