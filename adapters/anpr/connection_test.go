package anpr_test

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
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

func TestAConnectionComesIntoForceOnceATestCallWentWell(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	machine, certificate := handed(t, bagnacavallo+"-CO-9999", pki.Options{})
	station, _ := handed(t, bagnacavallo+"-PC-0001", pki.Options{NotAfter: time.Now().Add(40 * 24 * time.Hour)})
	second := substitute
	report := o.connected(commands.NewConnection{Machine: machine, Postazione: station, Operatore: officer, Supplente: &second, TipoInvio: "TEST"})

	v := o.state().ComuneConnected
	if v != report.InForce || v.Version != 1 || v.Storico != domain.Storico6001 || v.Supplente != substitute {
		t.Errorf("in force: %+v, told %+v", v, report.InForce)
	}
	if v.Machine.Subject != bagnacavallo+"-CO-9999" || !v.Machine.NotAfter.Equal(certificate.NotAfter) || v.Postazione.Subject != bagnacavallo+"-PC-0001" {
		t.Errorf("certificates %+v and %+v", v.Machine, v.Postazione)
	}
	if calls := o.simulator.Calls(); len(calls) != 2 || calls[0].Outcome != "KO EN122" || calls[0].ID != report.Test.IDOperazioneComune && calls[1].ID != report.Test.IDOperazioneComune {
		t.Errorf("the registry was called %+v, want once for each operator, about nobody", calls)
	}
	if got := o.files(); !slices.Equal(got, keystoresOf(v)) {
		t.Errorf("kept %v, want %v", got, keystoresOf(v))
	}
	for _, name := range o.files() {
		if info, err := os.Stat(filepath.Join(o.config.Keystores, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	if err := o.ask("ASK1"); err != nil {
		t.Errorf("a visura over it: %v", err)
	}
	if days, due := (domain.Comune{Collegamento: o.state()}).CertificateNotice(time.Now()); days != 60 || !due {
		t.Errorf("the workstation's certificate of 40 days is announced %d days ahead: %t", days, due)
	}
}

func TestNothingSecretIsRecordedLoggedOrPrinted(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	n := first(t)
	n.Machine, _ = handed(t, bagnacavallo+"-CO-9999", pki.Options{})
	o.connected(n)
	wrong := n
	wrong.Machine.Password = "altra-" + password
	_, refused := o.Replace(t.Context(), comune, asSystem, wrong)
	events, err := json.Marshal(o.history())
	if err != nil {
		t.Fatal(err)
	}
	_, written := json.Marshal(n.Machine)
	if written == nil {
		t.Error("a keystore was written out")
	}
	slog.New(slog.NewJSONHandler(&o.log, nil)).Info("handed over", "keystore", n.Machine, "connection", n)
	shown := strings.Join([]string{string(events), o.log.String(), refused.Error(), fmt.Sprintf("%v %+v %#v %s %x", n, n, n, n.Machine, n.Machine)}, "\n")
	for what, secret := range map[string]string{
		"the password": password, "its hexadecimal": fmt.Sprintf("%x", password), "the file": base64.StdEncoding.EncodeToString(n.Machine.PKCS12)[:40],
	} {
		if strings.Contains(shown, secret) {
			t.Errorf("%s is shown", what)
		}
	}
}

func TestAConnectionThatFailsItsTestLeavesTheFormerInForce(t *testing.T) {
	t.Parallel()
	foreign, err := pki.NewCA()
	if err != nil {
		t.Fatal(err)
	}
	strange := x509.NewCertPool()
	strange.AddCert(foreign.Certificate)
	rule := func(r simulator.Rule) func(*office, *commands.NewConnection) {
		return func(o *office, _ *commands.NewConnection) {
			if err := o.simulator.Script(r); err != nil {
				o.t.Fatal(err)
			}
		}
	}
	configured := func(change func(*anpr.Config)) func(*office, *commands.NewConnection) {
		return func(o *office, _ *commands.NewConnection) { change(&o.config); o.start() }
	}
	stranged := stranger
	for name, c := range map[string]struct {
		but     func(*office, *commands.NewConnection)
		outcome domain.ConnectionOutcome
		code    string
	}{
		"an operator whom the registry does not know": {func(_ *office, n *commands.NewConnection) { n.Operatore = stranger }, domain.PolicyRejection, "rejected by policy"},
		"the operator alone is rejected": {func(_ *office, n *commands.NewConnection) {
			second := substitute
			n.Operatore, n.Supplente = stranger, &second
		}, domain.OperatorRefused, "rejected by policy"},
		"the second operator is rejected": {func(_ *office, n *commands.NewConnection) { n.Supplente = &stranged }, domain.SupplenteRefused, "rejected by policy"},
		"a revoked certificate": {func(o *office, n *commands.NewConnection) {
			machine, cert := handed(o.t, bagnacavallo+"-CO-9998", pki.Options{})
			o.simulator.Revoke(cert)
			n.Machine = machine
		}, domain.CertificateRevoked, "certificate revoked"},
		"a certificate of another authority": {func(o *office, n *commands.NewConnection) {
			n.Machine, _ = handedBy(o.t, foreign, bagnacavallo+"-CO-9998", pki.Options{})
		}, domain.PolicyRejection, "rejected by policy"},
		"one that the server will not see": {func(o *office, n *commands.NewConnection) {
			o.config.ClientTLS = true
			o.start()
			n.Machine, _ = handedBy(o.t, foreign, bagnacavallo+"-CO-9998", pki.Options{})
		}, domain.CertificateRefused, ""},
		"a workstation that is refused": {rule(simulator.Rule{Kind: simulator.Fault, Text: simulator.Faultstrings[3]}), domain.WorkstationRefused, "postazione certificate"},
		"a workstation's signature":     {rule(simulator.Rule{Kind: simulator.Fault, Text: simulator.Faultstrings[4]}), domain.WorkstationRefused, "pkcs#7"},
		"a message it cannot read":      {rule(simulator.Rule{Kind: simulator.Fault, Text: simulator.Faultstrings[1]}), domain.CallRefused, "internal error (from client)"},
		"a fault of the registry's":     {rule(simulator.Rule{Kind: simulator.Fault12}), domain.RegistryFailing, "internal error (from server)"},
		"a fault that nobody has seen":  {rule(simulator.Rule{Kind: simulator.Fault, Text: "MARIO ROSSI is not welcome"}), domain.CallRefused, ""},
		"an outage of the registry's":   {rule(simulator.Rule{Kind: simulator.Unavailable}), domain.RegistryFailing, "http status 503"},
		"an error that may pass":        {rule(simulator.Rule{Kind: simulator.Error, Code: "999"}), domain.RegistryFailing, "999"},
		"a refusal without a code":      {rule(simulator.Rule{Kind: simulator.EmptyErrors}), domain.RegistryFailing, ""},
		"a Comune that may not ask":     {rule(simulator.Rule{Kind: simulator.Error, Code: "EN210"}), domain.HeaderRefused, "EN210"},
		"another refusal":               {rule(simulator.Rule{Kind: simulator.Error, Code: "EC025"}), domain.CallRefused, "EC025"},
		"a connection cut off":          {rule(simulator.Rule{Kind: simulator.Reset}), domain.Unreachable, ""},
		"another environment": {func(o *office, n *commands.NewConnection) {
			o.config.BaseURL["PROD"] = o.simulator.URL()
			n.TipoInvio = "PROD"
		}, domain.HeaderRefused, "XXXX"},
		"an environment without an address": {func(_ *office, n *commands.NewConnection) { n.TipoInvio = "PRE_SUB" },
			domain.NotSetUp, ""},
		"nothing at the address": {configured(func(c *anpr.Config) { c.BaseURL = map[string]string{"TEST": "https://127.0.0.1:1"} }), domain.Unreachable, ""},
		"a wrong path":           {configured(func(c *anpr.Config) { c.BaseURL = map[string]string{"TEST": c.BaseURL["TEST"] + "/altrove"} }), domain.NotSetUp, "http status 404"},
		"no answer in time": {func(o *office, n *commands.NewConnection) {
			configured(func(c *anpr.Config) { c.Timeout = 100 * time.Millisecond })(o, n)
			rule(simulator.Rule{Kind: simulator.Hang})(o, n)
		}, domain.Unreachable, ""},
		"a server of another authority": {configured(func(c *anpr.Config) { c.RootCAs = strange }), domain.ServerUntrusted, ""},
		"a clock that is ahead":         {configured(func(c *anpr.Config) { c.Clock = func() time.Time { return time.Now().Add(10 * time.Minute) } }), domain.ClockSkewed, "rejected by policy"},
		"a clock that is behind":        {configured(func(c *anpr.Config) { c.Clock = func() time.Time { return time.Now().Add(-10 * time.Minute) } }), domain.ClockSkewed, "rejected by policy"},
		"a request of another time": {func(o *office, _ *commands.NewConnection) {
			o.now = func() time.Time { return time.Now().Add(time.Hour) }
		}, domain.ClockSkewed, "EHR09"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			n := first(t)
			former := o.connected(n).InForce
			before := len(o.history())
			c.but(o, &n)
			report, err := o.Replace(t.Context(), comune, asSystem, n)
			if err != nil {
				t.Fatal(err)
			}
			if got := report.Test; got.Outcome != c.outcome || got.Code != c.code || got.Class == "" {
				t.Errorf("the test says %q %q (%s), want %q %q", got.Outcome, got.Code, got.Class, c.outcome, c.code)
			}
			if what, todo := report.Test.Outcome.Text(); what == string(c.outcome) || todo == "" {
				t.Errorf("TOP is told %q, and to do %q", what, todo)
			}
			if o.state().ComuneConnected != former || report.InForce != former {
				t.Errorf("in force: %+v", o.state())
			}
			if got := o.files(); !slices.Equal(got, keystoresOf(former)) {
				t.Errorf("in the folder: %v", got)
			}
			want := report.Test
			want.Version = 2
			if h := o.history(); len(h) != before+1 || h[before] != domain.Event(want) {
				t.Errorf("recorded %+v, want %+v", h[before:], want)
			}
			for _, private := range []domain.CodiceFiscale{officer, substitute, stranger, "MARIO ROSSI"} {
				if strings.Contains(o.log.String(), string(private)) || strings.Contains(report.Test.Code, string(private)) {
					t.Errorf("%s is named: %s", private, &o.log)
				}
			}
		})
	}
}

func TestTheConnectionInForceIsTestedAsItStands(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	if _, err := o.Test(t.Context(), comune, asSystem); domain.CodeOf(err) != domain.Conflict {
		t.Errorf("a Comune without a connection: %v", err)
	}
	v := o.connected(first(t)).InForce
	test := func(want domain.ConnectionOutcome) {
		t.Helper()
		report, err := o.Test(t.Context(), comune, asSystem)
		if h := o.history(); err != nil || report.Test.Outcome != want || report.Test.Version != 1 || h[len(h)-1] != domain.Event(report.Test) {
			t.Errorf("%+v, %v; want %s", report.Test, err, want)
		}
	}
	test(domain.ConnectionOK)
	o.config.Clock = func() time.Time { return time.Now().AddDate(3, 0, 0) }
	o.start()
	test(domain.CertificateExpired)
	o.config.Clock = nil
	o.start()
	if err := os.Remove(filepath.Join(o.config.Keystores, v.Keystore+".p12")); err != nil {
		t.Fatal(err)
	}
	test(domain.NotSetUp)
}

func TestAnOperatorIsReplacedWithoutNewKeys(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	n := first(t)
	second := substitute
	n.Supplente = &second
	former := o.connected(n).InForce
	if _, err := o.Replace(t.Context(), comune, asSystem, commands.NewConnection{Operatore: officer}); domain.CodeOf(err) != domain.Conflict {
		t.Errorf("what is in force already: %v", err)
	}
	none := domain.CodiceFiscale("")
	got := o.connected(commands.NewConnection{Operatore: substitute, Supplente: &none}).InForce
	if got.Version != 2 || got.Operatore != substitute || got.Supplente != "" || got.Keystore != former.Keystore || got.Machine != former.Machine {
		t.Errorf("in force: %+v, before %+v", got, former)
	}
}

// together is a Connector at which as many as are expected keep keys at once.
type together struct {
	commands.Connector
	expected *sync.WaitGroup
}

func (c together) Keep(name string, k commands.Keystore) error {
	c.expected.Done()
	c.expected.Wait()
	return c.Connector.Keep(name, k)
}

func TestOfTwoWhoReplaceAConnectionOneSucceeds(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	former := o.connected(first(t)).InForce
	var both, wg sync.WaitGroup
	both.Add(2)
	o.Connector = together{o.client, &both}
	reports, errs := make([]commands.ConnectionReport, 2), make([]error, 2)
	for i := range 2 {
		machine, _ := handed(t, fmt.Sprintf("%s-CO-%04d", bagnacavallo, 9997+i), pki.Options{})
		wg.Go(func() {
			reports[i], errs[i] = o.Replace(context.Background(), comune, asSystem, commands.NewConnection{Machine: machine})
		})
	}
	wg.Wait()
	won := slices.IndexFunc(errs, func(err error) bool { return err == nil })
	if won < 0 || domain.CodeOf(errs[1-won]) != domain.Conflict {
		t.Fatalf("one and only one succeeds: %v", errs)
	}
	v := o.state().ComuneConnected
	if reports[won].InForce != v || v.Version != 2 || reports[1-won].InForce != former {
		t.Errorf("in force %+v, told %+v", v, reports)
	}
	want := append(keystoresOf(former), keystoresOf(v)...)
	if slices.Sort(want); !slices.Equal(o.files(), want) {
		t.Errorf("in the folder %v, want %v", o.files(), want)
	}
}
