package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/adapters/web/api"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// A server starts on a folder in which nothing was entered, and says what is missing;
// what is entered while it runs is there at once.
func TestAServerStartsOnAnEmptyInstallation(t *testing.T) {
	t.Parallel()
	o := newOffice(t, 50)
	o.start()
	if missing := o.missing(); len(missing) != 2 || !strings.Contains(missing[0], "visure init") || !strings.Contains(missing[1], "un Comune") {
		t.Errorf("missing at first: %q", missing)
	}
	said := mustRun(t, o.administered("init")...)
	if !strings.Contains(said, "manca           un Comune") {
		t.Errorf("init without a Comune says\n%s", said)
	}
	if missing := o.missing(); len(missing) != 1 || !strings.Contains(missing[0], "un Comune") {
		t.Errorf("missing without a Comune: %q", missing)
	}
	mustRun(t, o.beginning()...)
	if missing := o.missing(); len(missing) > 0 {
		t.Errorf("missing at last: %q", missing)
	}
	said = mustRun(t, o.administered("admin", "auditor", "name", "--comune", string(demoComune), "--codice-fiscale", "VRDNNA80A41H501H",
		"--cognome", "Verdi", "--nome", "Anna", "--dal", "2026-01-01", "--al", "2099-12-31")...)
	if !strings.Contains(said, "è AUDITOR") {
		t.Errorf("an AUDITOR for some years is named with\n%s", said)
	}
	if health := mustRun(t, o.administered("admin", "health")...); strings.Contains(health, "manca") || !strings.Contains(health, "event_store") {
		t.Errorf("health says\n%s", health)
	}
}

// What was tried by who is not known is in nobody's entries but the installation's: who
// administers it reads them, and nothing of what was sent.
func TestWhoIsNotKnownIsSeenByWhoAdministersTheInstallation(t *testing.T) {
	t.Parallel()
	o := newOffice(t, 50)
	o.start()
	mustRun(t, o.beginning()...)
	nobody := newCaller(o.url, "")
	for range 3 {
		if _, err := nobody.do(t.Context(), http.MethodPost, "/api/v1/sessions", []byte(`{"accesso":"RSSMRA80A01H501U","password":"una parola"}`), ""); err == nil {
			t.Fatal("nobody signs in")
		}
	}
	if err := o.stop(); err != nil { // what is entered later, is
		t.Fatal(err)
	}
	said := mustRun(t, o.administered("admin", "access", "--last", "20")...)
	lines := strings.Split(strings.TrimSpace(said), "\n")
	if len(lines) != 2 || !strings.Contains(lines[1], "sign-in") || !strings.Contains(lines[1], "127.0.0.1") || !strings.HasSuffix(lines[1], " 1") || !strings.HasSuffix(lines[0], " 2") {
		t.Errorf("it is told\n%s", said)
	}
	if strings.Contains(said, "RSSMRA") {
		t.Errorf("what was sent is told\n%s", said)
	}
	if said, err := program(t, o.administered("admin", "access", "--last", "0")...); err == nil {
		t.Errorf("no entries: %s", said)
	}
}

// missing is what the server's state says is missing, while each part fares well.
func (o *office) missing() []string {
	o.t.Helper()
	text, err := newCaller(o.url, "").do(o.t.Context(), http.MethodGet, "/status", nil, "")
	var status api.Status
	if err == nil {
		err = json.Unmarshal(text, &status)
	}
	if err != nil || status.Status != "ok" {
		o.t.Fatalf("%v: %s", err, text)
	}
	return status.Missing
}

// Token, rebuild and erase are done by the running server: it goes on, and each is in
// effect when the command ends.
func TestUpkeepStopsNoServer(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 500)
	o.start()
	operator, id := o.as(domain.RoleStandard), domain.VisuraID(uuid.NewString())
	if err := settled(t.Context(), operator, id, askFor(domain.Residenza, o.subjects(people.FitsResidenza)[0])); err != nil {
		t.Fatal(err)
	}
	auditor := string(o.users[domain.RoleAuditor].Utente)
	token := strings.TrimSpace(mustRun(t, o.administered("admin", "token", auditor, "auditor", string(demoComune))...))
	read := func() (d projections.VisuraDettaglio) { return o.detail(newCaller(o.url, token), id) }
	before := read()
	for _, model := range projections.Names() {
		mustRun(t, o.administered("admin", "rebuild", model)...)
	}
	if said := mustRun(t, o.administered("admin", "projections")...); strings.Count(said, " in pari ") != len(projections.Names()) {
		t.Errorf("rebuilt, projections says\n%s", said)
	}
	if after := read(); after.Revision != before.Revision || after.Status != domain.Issued {
		t.Errorf("rebuilt it is %s at %d, was %s at %d", after.Status, after.Revision, before.Status, before.Revision)
	}
	if _, err := operator.document(t.Context(), id); err != nil {
		t.Fatalf("before it is erased: %v", err)
	}
	mustRun(t, o.administered("admin", "reconcile")...)
	if said := mustRun(t, o.administered("admin", "erase", string(id), "--basis", "scarto")...); !strings.Contains(said, string(id)+" cancellata") {
		t.Errorf("erase says %q", said)
	}
	if _, err := operator.document(t.Context(), id); err == nil || strings.Contains(err.Error(), "500") {
		t.Errorf("the document of an erased visura: %v", err)
	}
	again := domain.VisuraID(uuid.NewString())
	if err := settled(t.Context(), operator, again, askFor(domain.Residenza, o.subjects(people.FitsResidenza)[0])); err != nil {
		t.Errorf("the next request: %v", err)
	}
	if err := o.stop(); err != nil {
		t.Errorf("the server did not stop cleanly: %v", err)
	}
	if said := mustRun(t, o.administered("admin", "projections")...); strings.Count(said, " in attesa ") != len(projections.Names()) || strings.Contains(said, " 0-0 ") {
		t.Errorf("with the server stopped, projections says\n%s", said)
	}
	said := mustRun(t, o.administered("admin", "health")...)
	if !strings.Contains(said, "event_store") {
		t.Errorf("with the server stopped, health says\n%s", said)
	}
}
