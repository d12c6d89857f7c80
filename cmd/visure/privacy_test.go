package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Whatever is asked, refused, issued and rejected, nobody is named by a log at
// its most talkative, by a file's name, or by the bytes of the event store and
// of the archive.
func TestNobodyIsNamedOutsideTheDatabase(t *testing.T) {
	said := recordStderr(t)
	c := Config{Listen: "127.0.0.1:0", Workers: 4, Sweep: defaultSweep, Drain: defaultDrain}
	c.Data, c.LogLevel = t.TempDir(), slog.LevelDebug
	d, err := startDemo(t.Context(), c, demoOptions{People: 2000, Seed: 1}, t.Logf)
	defer func() { d.close() }()
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"ZZYZXIAN", "QUUXINO"}
	for _, p := range demoPeople {
		names = append(names, string(p.CodiceFiscale))
	}
	operator, officer := newCaller(d.stack.url, d.users[0].Token), newCaller(d.stack.url, d.users[2].Token)
	for _, tipo := range []domain.Tipo{domain.Residenza, domain.StatoFamiglia, domain.Morte} {
		subject := d.fitting(tipo)
		names = append(names, subject.CodiceFiscale, subject.Surname+" "+subject.Name)
		if err := settled(t.Context(), operator, domain.VisuraID(uuid.NewString()), askFor(tipo, subject.CodiceFiscale)); err != nil {
			t.Fatal(err)
		}
	}
	byName := askFor(domain.Residenza, "")
	byName.Soggetto = commands.SoggettoRichiesto{Cognome: "Zzyzxian", Nome: "Quuxino", Sesso: "M", DataNascita: "1980-01-01"}
	if _, err := operator.request(t.Context(), domain.VisuraID(uuid.NewString()), byName, 30*time.Second); err != nil {
		t.Fatal(err)
	}
	byName.Soggetto.Sesso = "ZZYZXIAN"
	if _, err := operator.request(t.Context(), domain.VisuraID(uuid.NewString()), byName, 0); err == nil {
		t.Error("any sex will do")
	}
	beyond, id := byName, domain.VisuraID(uuid.NewString())
	beyond.Ambito, beyond.Soggetto.Sesso = string(domain.Nazionale), "M"
	if _, err := operator.request(t.Context(), id, beyond, 0); err != nil {
		t.Fatal(err)
	}
	words, err := json.Marshal(commands.RejectVisura{Motivo: "altro", Testo: "ZZYZXIAN QUUXINO non risulta"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := officer.do(t.Context(), "POST", visuraPath("/%s/rejection", id), words, ""); err != nil {
		t.Fatal(err)
	}
	d.close()

	search := func(where string, text []byte) {
		for _, name := range names {
			if bytes.Contains(bytes.ToUpper(text), []byte(strings.ToUpper(name))) {
				t.Errorf("%s names %s", where, name)
			}
		}
	}
	log := said()
	if !bytes.Contains(log, []byte("level=DEBUG")) {
		t.Error("the log is not at its most talkative")
	}
	search("the log", log)
	clear := false // what is in clear can be found
	for _, folder := range []string{"events", "documents"} {
		err := filepath.WalkDir(filepath.Join(c.Data, folder), func(path string, entry fs.DirEntry, err error) error {
			search("a name of a file", []byte(path))
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			search(path, text)
			clear = clear || bytes.Contains(text, []byte("2026/004711"))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if !clear {
		t.Error("nothing can be found in the event store, so this proves nothing")
	}
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
