package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/projections"
)

// Whatever is asked, refused, withdrawn, issued and rejected, nobody asked about
// is named by a log at its most talkative, by a file's name, or by the bytes of
// the event store, the archive and PostgreSQL with its write-ahead log, before
// and after erasing.
func TestNobodyIsNamedWhereverThingsAreKept(t *testing.T) {
	said := recordStderr(t)
	c := Config{Listen: "127.0.0.1:0", Workers: 4, Sweep: defaultSweep, Drain: defaultDrain}
	c.Data, c.LogLevel = newData(t), slog.LevelDebug
	d, err := startDemo(t.Context(), c, demoOptions{People: 2000, Seed: 1}, t.Logf)
	defer func() { d.close() }()
	if err != nil {
		t.Fatal(err)
	}
	asked := &askedAbout{t: t, demo: d}
	var ids []domain.VisuraID
	for _, tipo := range documento.Tipi() {
		id := domain.VisuraID(uuid.NewString())
		ask := askFor(tipo, asked.somebody(people.ByTipo[string(tipo)]).CodiceFiscale)
		if err := settled(t.Context(), d.as(domain.RoleStandard), id, ask); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	ids = append(ids, asked.unknown(), asked.notIssuable(), asked.rejected(), asked.withdrawn())

	d.close() // PostgreSQL writes a checkpoint when it is stopped
	kept := &search{t: t, names: asked.names}
	kept.under(c.Data, "before erasing")

	if d, err = startDemo(t.Context(), c, demoOptions{People: 2000, Seed: 1}, t.Logf); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		done, err := d.stack.erasure.Erase(t.Context(), id, asSistema, commands.EraseVisura{Basis: "scarto"})
		if err != nil {
			t.Fatal(err)
		}
		for _, model := range projections.Names() {
			if err := d.stack.runner.Await(t.Context(), model, done.Position); err != nil {
				t.Fatal(err)
			}
		}
	}
	d.close()
	kept.under(c.Data, "after erasing")
	log := said()
	if !bytes.Contains(log, []byte("level=DEBUG")) {
		t.Error("the log is not at its most talkative")
	}
	kept.in("the log", log)
}

// askedAbout makes requests that end without a document, and remembers by which
// names people were asked about.
type askedAbout struct {
	t     *testing.T
	demo  *demo
	names []string
}

// somebody is a person of the Comune with a feature. Their surname is none that
// chance would write: long enough, and no user's.
func (a *askedAbout) somebody(f people.Feature) *people.Person {
	a.t.Helper()
	return a.one(a.demo.people.Select(string(demoComune), f, 0))
}

// stranger is a person of another Comune for whom a visura of residence can be issued.
func (a *askedAbout) stranger() *people.Person {
	a.t.Helper()
	return a.one(a.demo.people.Elsewhere(string(demoComune), people.FitsResidenza))
}

func (a *askedAbout) one(of []*people.Person) *people.Person {
	a.t.Helper()
	for _, p := range of {
		user := slices.ContainsFunc(demoPeople, func(u person) bool { return strings.EqualFold(u.Cognome, p.Surname) })
		if len(p.Surname) >= 6 && !user && !slices.Contains(a.names, p.CodiceFiscale) {
			a.names = append(a.names, p.CodiceFiscale, p.Surname)
			return p
		}
	}
	a.t.Fatal("the population has nobody like that")
	return nil
}

// unknown asks about nobody by name, once so that it cannot be read and once so
// that nobody is found.
func (a *askedAbout) unknown() domain.VisuraID {
	a.t.Helper()
	a.names = append(a.names, "ZZYZXIAN", "QUUXINO")
	ask := askFor(domain.Residenza, "")
	ask.Soggetto = commands.SoggettoRichiesto{Cognome: "Zzyzxian", Nome: "Quuxino", Sesso: "ZZYZXIAN", DataNascita: "1980-01-01"}
	if _, err := a.demo.as(domain.RoleStandard).request(a.t.Context(), domain.VisuraID(uuid.NewString()), ask, 0); err == nil {
		a.t.Error("any sex will do")
	}
	ask.Soggetto.Sesso = "M"
	return a.ends(ask, domain.NotIssuable)
}

// notIssuable asks whether a married person is free.
func (a *askedAbout) notIssuable() domain.VisuraID {
	a.t.Helper()
	p := a.somebody(people.Married | people.FitsMatrimonio)
	return a.ends(askFor(domain.StatoLibero, p.CodiceFiscale), domain.NotIssuable)
}

// rejected asks beyond the Comune; the officer names the person in the refusal.
func (a *askedAbout) rejected() domain.VisuraID {
	a.t.Helper()
	p := a.stranger()
	ask := askFor(domain.Residenza, "")
	ask.Ambito = string(domain.Nazionale)
	ask.Soggetto = commands.SoggettoRichiesto{Cognome: p.Surname, Nome: p.Name, Sesso: string(rune(p.Sex)), DataNascita: p.Birth.Date.Format(time.DateOnly)}
	id := a.ends(ask, domain.Awaiting)
	a.post(domain.RoleTop, id, "rejection", commands.RejectVisura{Motivo: "altro", Testo: p.Surname + " " + p.CodiceFiscale + " non risulta"})
	return id
}

// withdrawn asks beyond the Comune; the operator names the person in taking it
// back.
func (a *askedAbout) withdrawn() domain.VisuraID {
	a.t.Helper()
	p := a.stranger()
	ask := askFor(domain.Residenza, p.CodiceFiscale)
	ask.Ambito = string(domain.Nazionale)
	id := a.ends(ask, domain.Awaiting)
	a.post(domain.RoleTop, id, "question", commands.SuspendConfirmation{Domanda: "Chi è " + p.Surname + "?"})
	a.post(domain.RoleStandard, id, "answer", commands.AnswerQuestion{Risposta: p.CodiceFiscale + " è il coniuge"})
	a.post(domain.RoleStandard, id, "withdrawal", commands.WithdrawVisura{Testo: p.CodiceFiscale + " " + p.Surname + " chiesta per errore"})
	return id
}

// ends asks, and fails the test unless the request comes to the status.
func (a *askedAbout) ends(ask commands.RequestVisura, status domain.Status) domain.VisuraID {
	a.t.Helper()
	id := domain.VisuraID(uuid.NewString())
	answer, err := a.demo.as(domain.RoleStandard).request(a.t.Context(), id, ask, 30*time.Second)
	if err != nil || answer.Visura == nil || answer.Visura.Status != status {
		a.t.Fatalf("%+v, %v: not %s", answer, err, status)
	}
	return id
}

func (a *askedAbout) post(role domain.Role, id domain.VisuraID, what string, cmd any) {
	a.t.Helper()
	body, err := json.Marshal(cmd)
	if err != nil {
		a.t.Fatal(err)
	}
	if _, err := a.demo.as(role).do(a.t.Context(), "POST", visuraPath("/%s/%s", id, what), body, ""); err != nil {
		a.t.Fatal(err)
	}
}

// search looks for names in what is kept.
type search struct {
	t     *testing.T
	names []string
}

// under searches the names and bytes of all files but the simulator's, who knows
// everybody.
func (s *search) under(data, when string) {
	s.t.Helper()
	clear := map[string]bool{} // what is in clear can be found
	err := filepath.WalkDir(data, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && entry.Name() == "anpr-simulator" {
			return fs.SkipDir
		}
		name, _ := filepath.Rel(data, path)
		s.in("a name of a file "+when, []byte(name))
		if !entry.Type().IsRegular() {
			return nil
		}
		text, err := os.ReadFile(path)
		s.in(name+" "+when, text)
		folder, _, _ := strings.Cut(name, string(filepath.Separator))
		clear[folder] = clear[folder] || bytes.Contains(text, []byte("2026/004711"))
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if !clear["events"] || !clear["postgres"] {
		s.t.Errorf("%s: what is in clear is found in %v, so this proves nothing", when, clear)
	}
}

// in searches a text, whatever its case. Letters amid a long run of base64 are
// chance: what is sealed is kept so.
func (s *search) in(where string, text []byte) {
	s.t.Helper()
	text = bytes.ToUpper(text)
	for _, name := range s.names {
		name := []byte(strings.ToUpper(name))
		for at := bytes.Index(text, name); at >= 0; {
			if len(name) >= 16 || runOfBase64(text, at) < 64 {
				s.t.Errorf("%s names %s: %q", where, name, text[max(0, at-40):min(len(text), at+40)])
				break
			}
			next := bytes.Index(text[at+1:], name)
			if next < 0 {
				break
			}
			at += 1 + next
		}
	}
}

// runOfBase64 is the length of the run of base64 around a place.
func runOfBase64(text []byte, at int) int {
	other := func(r rune) bool {
		return !('A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '+' || r == '/')
	}
	before := bytes.LastIndexFunc(text[:at], other) + 1
	after := bytes.IndexFunc(text[at:], other)
	if after < 0 {
		after = len(text) - at
	}
	return at + after - before
}

// recordStderr returns what the process says from here on.
func recordStderr(t *testing.T) (said func() []byte) {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	before := os.Stderr
	os.Stderr = file
	t.Cleanup(func() {
		os.Stderr = before
		file.Close()
	})
	return func() []byte {
		text, err := os.ReadFile(file.Name())
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
}
