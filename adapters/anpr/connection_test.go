package anpr_test

import (
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
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/pki"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

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

func TestAConnectionIsReplacedOnlyWhereTheComuneWasSeen(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.connected(first(t))
	calls, head := len(o.simulator.Calls()), int64(len(o.history())-1)
	next := commands.NewConnection{Operatore: substitute}
	if _, err := o.ReplaceAt(t.Context(), comune, head-1, asSystem, next); !errors.Is(err, commands.ErrMoved) {
		t.Errorf("where it no longer is: %v", err)
	}
	if n := len(o.simulator.Calls()); n != calls {
		t.Errorf("ANPR was called %d times for nothing", n-calls)
	}
	if report, err := o.ReplaceAt(t.Context(), comune, head, asSystem, next); err != nil || report.InForce.Operatore != substitute {
		t.Errorf("where it is: %+v, %v", report, err)
	}
}
