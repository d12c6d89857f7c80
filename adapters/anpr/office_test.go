package anpr_test

import (
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/visure-anagrafiche/visure/adapters/anpr"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/pki"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/commands/storetest"
	"github.com/visure-anagrafiche/visure/domain"
)

// password opens every keystore that is handed over here, and must show nowhere.
const password = "quercia-7-lanterna"

var (
	officer    = domain.CodiceFiscale(people.Operator(bagnacavallo))
	substitute = domain.CodiceFiscale("MRTMTT91D08F205J") // enabled by the simulators here
	stranger   = domain.CodiceFiscale("VRDLCU78C14A547O") // by none
)

// office is a Comune that connects itself to a simulated registry.
type office struct {
	t         *testing.T
	store     commands.Store
	memory    *storetest.Memory
	simulator *simulator.Server
	config    anpr.Config
	client    *anpr.Client
	log       strings.Builder
	now       func() time.Time
	commands.Connection
}

// newOffice starts a registry and enters the Comune, not connected yet.
func newOffice(t *testing.T, change ...func(*simulator.Config)) *office {
	t.Helper()
	k, err := kit()
	if err != nil {
		t.Fatal(err)
	}
	config := simulator.Config{Kit: k, Population: population()}
	for _, f := range change {
		f(&config)
	}
	s, err := simulator.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	s.Enable(bagnacavallo, string(substitute))
	roots := x509.NewCertPool()
	roots.AddCert(k.CA.Certificate)
	memory := &storetest.Memory{}
	o := &office{t: t, store: memory, memory: memory, simulator: s, now: time.Now}
	o.config = anpr.Config{BaseURL: map[string]string{"TEST": s.URL()}, RootCAs: roots, Keystores: filepath.Join(t.TempDir(), "anpr"), Log: slog.New(slog.NewTextHandler(&o.log, nil))}
	o.start()
	_, err = commands.Handle(t.Context(), o.Handler, comune.Stream(), asSystem, commands.RegisterComune{ISTAT: comune, Nome: "Bagnacavallo", Provincia: "RA"})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

const comune = domain.CodiceISTAT(bagnacavallo)

var asSystem = domain.Meta{By: domain.Sistema}

// start makes what a server makes when it starts: it remembers nothing.
func (o *office) start() {
	o.t.Helper()
	client, err := anpr.New(o.config)
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(client.Close)
	o.client = client
	now := func() time.Time { return o.now() }
	o.Connection = commands.Connection{
		Handler:   &commands.Handler{Store: o.store, Now: now, NewID: uuid.NewString},
		Connector: client, Open: anpr.Open,
	}
}

// handed is a keystore as ANPR delivers it, with a new certificate.
func handed(t *testing.T, name string, options pki.Options) (commands.Keystore, *x509.Certificate) {
	t.Helper()
	k, err := kit()
	if err != nil {
		t.Fatal(err)
	}
	return handedBy(t, k.CA, name, options)
}

func handedBy(t *testing.T, ca *pki.CA, name string, options pki.Options) (commands.Keystore, *x509.Certificate) {
	t.Helper()
	id, err := ca.Comune(name, options)
	if err != nil {
		t.Fatal(err)
	}
	return packed(t, id.Key, id.Certificate, ca.Certificate), id.Certificate
}

func packed(t *testing.T, key any, cert *x509.Certificate, others ...*x509.Certificate) commands.Keystore {
	t.Helper()
	file, err := pkcs12.Modern2023.WithIterations(1).Encode(key, cert, others, password)
	if err != nil {
		t.Fatal(err)
	}
	return commands.Keystore{PKCS12: file, Password: password}
}

// spare are keys that the simulator takes, made once: keys take time.
var spare = sync.OnceValues(func() (commands.Keystore, error) {
	k, err := kit()
	if err != nil {
		return commands.Keystore{}, err
	}
	file, err := os.ReadFile(k.Machine(bagnacavallo))
	return commands.Keystore{PKCS12: file, Password: k.Password}, err
})

// first is a connection that the simulator takes.
func first(t *testing.T) commands.NewConnection {
	t.Helper()
	machine, err := spare()
	if err != nil {
		t.Fatal(err)
	}
	return commands.NewConnection{Machine: machine, Operatore: officer, TipoInvio: "TEST"}
}

// connected connects the office, which must go well.
func (o *office) connected(n commands.NewConnection) commands.ConnectionReport {
	o.t.Helper()
	report, err := o.Replace(o.t.Context(), comune, asSystem, n)
	if err != nil || report.Test.Outcome != domain.ConnectionOK {
		o.t.Fatalf("not connected: %v, %+v", err, report.Test)
	}
	return report
}

func (o *office) state() domain.Collegamento {
	o.t.Helper()
	c, err := commands.Fact(context.WithoutCancel(o.t.Context()), o.Handler, comune.Stream())
	if err != nil {
		o.t.Fatal(err)
	}
	return c.Collegamento
}

// history returns the Comune's events, oldest first.
func (o *office) history() (events []domain.Event) {
	o.t.Helper()
	if _, err := o.memory.Load(o.t.Context(), string(comune.Stream()), commands.NoStream, func(r domain.Recorded) { events = append(events, r.Event) }); err != nil {
		o.t.Fatal(err)
	}
	return events
}

// files are the names in the folder of keystores.
func (o *office) files() (names []string) {
	o.t.Helper()
	entries, err := os.ReadDir(o.config.Keystores)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		o.t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// keystoresOf are the files that a version needs, sorted.
func keystoresOf(v domain.ComuneConnected) (names []string) {
	for _, k := range []string{v.Keystore, v.KeystorePostazione} {
		if k != "" {
			names = append(names, k+".p12", k+".password")
		}
	}
	slices.Sort(names)
	return names
}

// ask asks for a visura's card over the connection as it stands.
func (o *office) ask(id string) error {
	p := residents(domain.Residenza, 1)[0]
	_, err := o.client.Consult(o.t.Context(), about(o.t, domain.Residenza, p, id, func(q *commands.Query) { q.Collegamento = o.state().ComuneConnected }))
	return err
}
