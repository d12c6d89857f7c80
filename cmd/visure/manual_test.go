package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/projections"
)

// blocks are what a page has a person type, in order: its blocks of "sh".
func blocks(t *testing.T, page string) (all []string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var block []string
	open, runs := false, false
	for line := range strings.Lines(string(text)) {
		switch {
		case strings.HasPrefix(line, "```") && !open:
			open, runs, block = true, strings.TrimSpace(line) == "```sh", nil
		case strings.HasPrefix(line, "```"):
			if open = false; runs {
				all = append(all, strings.Join(block, ""))
			}
		default:
			block = append(block, line)
		}
	}
	return all
}

// free is an address of this machine that nobody listens at.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// Whoever follows the manual from an empty folder gets what it promises, up to a
// visura: its blocks run in one shell, as they stand but for the ports.
func TestTheManualLeadsFromAnEmptyFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	said := follow(t, dir, root+"/docs/manuale/installazione.md")
	for _, promised := range []string{"ANPR ha accettato", "certificati     validi fino al", "Neri Giulio", "collegato ad ANPR, TOP: 1"} {
		if !strings.Contains(said, promised) {
			t.Errorf("it does not say %q:\n%s", promised, said)
		}
	}
	if strings.Contains(said, "manca") {
		t.Errorf("something is missing:\n%s", said)
	}
	v := issued(t, dir)
	setUp(t, filepath.Join(dir, "prova", "dati", "events"), v)
}

// follow runs the blocks of a page in a folder that has the built program, and
// returns what they said.
func follow(t *testing.T, dir, page string) string {
	t.Helper()
	for _, needed := range []string{"bash", "curl", "openssl"} {
		if _, err := exec.LookPath(needed); err != nil {
			t.Fatal(err)
		}
	}
	script := "set -euo pipefail\ntrap 'kill $(jobs -p); wait' EXIT\n"
	for i, step := range blocks(t, page) {
		script += fmt.Sprintf("echo '== block %d' >&2\n%s\n", i+1, step)
	}
	for _, port := range []string{"127.0.0.1:8080", "127.0.0.1:8443", "127.0.0.1:8444"} {
		if !strings.Contains(script, port) {
			t.Fatalf("the page has no %s any more", port)
		}
		script = strings.ReplaceAll(script, port, free(t))
	}
	if err := os.Mkdir(filepath.Join(dir, "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	program := fmt.Sprintf("#!/bin/sh\nVISURE_TEST_MAIN=1 exec %s \"$@\"\n", os.Args[0])
	if err := os.WriteFile(filepath.Join(dir, "bin", "visure"), []byte(program), 0o755); err != nil {
		t.Fatal(err)
	}
	shell := exec.CommandContext(t.Context(), "bash")
	shell.Dir, shell.Stdin = dir, strings.NewReader(script)
	shell.Cancel = func() error { return shell.Process.Signal(syscall.SIGTERM) }
	shell.WaitDelay = time.Minute
	said, err := shell.CombinedOutput()
	if err != nil {
		server, _ := os.ReadFile(filepath.Join(dir, "prova", "server.txt"))
		t.Fatalf("%v:\n%s\nthe server says:\n%s", err, said, server)
	}
	return string(said)
}

// issued looks at the document and at the history of the visura that the page ends
// with.
func issued(t *testing.T, dir string) (v projections.VisuraDettaglio) {
	t.Helper()
	history, err := os.ReadFile(filepath.Join(dir, "prova", "storia.json"))
	if err == nil {
		err = json.Unmarshal(history, &v)
	}
	if err != nil || v.Document == nil {
		t.Fatalf("%v: no document in %s", err, history)
	}
	text := tool(t, "pdftotext", "-layout", filepath.Join(dir, "prova", "visura.pdf"), "-")
	for _, printed := range []string{string(v.Document.Numero), string(v.Soggetto.CodiceFiscale), documento.DiProva, "2026/004711", "Azienda Servizi alla Persona"} {
		if printed == "" || !strings.Contains(text, printed) {
			t.Errorf("the document does not say %q:\n%s", printed, text)
		}
	}
	by := map[string]string{}
	for _, e := range v.Timeline {
		by[e.Type] = fmt.Sprintf("%s %s", e.Role, e.Utente)
	}
	operator := fmt.Sprintf("%s %s", domain.RoleStandard, v.Requester)
	for what, who := range map[string]string{
		domain.VisuraRequested{}.EventType(): operator, domain.VisuraIssued{}.EventType(): fmt.Sprintf("%s ", domain.RoleSistema),
		domain.VisuraDownloaded{}.EventType(): operator,
	} {
		if by[what] != who {
			t.Errorf("%s by %q, want %q", what, by[what], who)
		}
	}
	return v
}

// setUp looks at who did what until the visura could be asked for: administrator,
// TOP and operator each their part, and nobody another's.
func setUp(t *testing.T, events string, v projections.VisuraDettaglio) {
	t.Helper()
	by, top := map[string]domain.Actor{}, domain.UtenteID("")
	for line := range strings.Lines(mustRun(t, "eventstore", "export", "--data", events)) {
		var e struct {
			Type     string
			Data     json.RawMessage
			Metadata struct{ Actor domain.Actor }
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		by[e.Type] = e.Metadata.Actor
		if e.Type == (domain.TopNamed{}).EventType() {
			var named domain.TopNamed
			if err := json.Unmarshal(e.Data, &named); err != nil {
				t.Fatal(err)
			}
			top = named.Utente
		}
	}
	for _, done := range []struct {
		role   domain.Role
		utente domain.UtenteID
		what   []domain.Event
	}{
		{domain.RoleInstallazione, "", []domain.Event{domain.ComuneRegistered{}, domain.TopNamed{}}},
		{domain.RoleTop, top, []domain.Event{
			domain.ContattiSet{}, domain.EnteRegistered{}, domain.ConvenzioneDrafted{}, domain.ConvenzioneActivated{}, domain.ProfileDefined{},
			domain.UtenteRegistered{}, domain.UtenteAppointed{}, domain.RoleGiven{}, domain.ProfileAssigned{},
		}},
		{domain.RoleStandard, v.Requester, []domain.Event{domain.InstructionsAccepted{}}},
	} {
		for _, e := range done.what {
			if a := by[e.EventType()]; a.Role != done.role || a.Utente != done.utente || a.Role == domain.RoleInstallazione && a.Account == "" {
				t.Errorf("%s by %+v, want %s %s", e.EventType(), a, done.role, done.utente)
			}
		}
	}
	if top == "" || top == v.Requester {
		t.Errorf("the TOP is %q, who asked %q", top, v.Requester)
	}
}
