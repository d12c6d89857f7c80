package main

import (
	"log/slog"
	"testing"

	"github.com/google/uuid"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/pki"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// A running server takes new certificates and a second operator, issues over them
// when ANPR has locked the first, says so, and keeps password and operators nowhere
// in clear but in the folder of keystores.
func TestACertificateIsReplacedInARunningServer(t *testing.T) {
	said := recordStderr(t)
	const password, second = "quercia-7-lanterna", domain.CodiceFiscale("MRTMTT91D08F205J")
	c := Config{Listen: "127.0.0.1:0", Workers: 4, Sweep: defaultSweep, Drain: defaultDrain}
	c.Data, c.LogLevel, c.ANPR.Keystores = newData(t), slog.LevelDebug, t.TempDir()
	d, err := startDemo(t.Context(), c, demoOptions{People: 2000, Seed: 1}, t.Logf)
	defer func() { d.close() }()
	if err != nil {
		t.Fatal(err)
	}
	first := people.Operator(string(demoComune))
	d.simulator.Enable(string(demoComune), string(second))
	id, err := d.simulator.CA().Comune(string(demoComune)+"-CO-9998", pki.Options{})
	if err != nil {
		t.Fatal(err)
	}
	file, err := pkcs12.Modern.Encode(id.Key, id.Certificate, nil, password)
	if err != nil {
		t.Fatal(err)
	}
	supplente := second
	report, err := d.stack.connection.Replace(t.Context(), demoComune, asSistema, commands.NewConnection{
		Machine: commands.Keystore{PKCS12: file, Password: password}, Supplente: &supplente,
	})
	if err != nil || report.InForce.Version != 2 || report.InForce.Machine.Subject != id.Certificate.Subject.CommonName {
		t.Fatalf("%+v, %v", report.Test, err)
	}

	d.simulator.Block(first)
	somebody := &askedAbout{t: t, demo: d}
	ask := askFor(domain.Residenza, somebody.somebody(people.FitsResidenza).CodiceFiscale)
	if err := settled(t.Context(), d.as(domain.RoleStandard), domain.VisuraID(uuid.NewString()), ask); err != nil {
		t.Error(err)
	}
	comune, err := commands.Fact(t.Context(), d.stack.handler, demoComune.Stream())
	if err != nil || !comune.Collegamento.StoodIn || comune.Collegamento.Version != 2 {
		t.Errorf("%+v, %v", comune.Collegamento, err)
	}

	d.close()
	kept := &search{t: t, names: []string{password, first, string(second)}}
	kept.under(c.Data, "after the replacement")
	kept.in("the log", said())
}
