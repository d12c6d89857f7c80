package main

import (
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestATakenAddressIsToldBeforeAnythingStarts(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	c := Config{Listen: taken.Addr().String(), Workers: 1, Sweep: defaultSweep}
	c.Data, c.LogLevel = t.TempDir(), slog.LevelWarn
	s, err := serve(t.Context(), c, t.Logf)
	defer s.close()
	if err == nil || !strings.Contains(err.Error(), taken.Addr().String()) {
		t.Errorf("start: %v", err)
	}
	if made, _ := os.ReadDir(c.Data); len(made) > 0 {
		t.Errorf("made %v", made)
	}
}

// A folder of coats of arms that cannot be read stops the start, with the file's
// name.
func TestACoatOfArmsThatCannotBeReadIsToldAtStart(t *testing.T) {
	t.Parallel()
	c := Config{Headings: t.TempDir()}
	if arms, err := c.arms(); err != nil || len(arms) > 0 {
		t.Errorf("an empty folder: %v, %v", arms, err)
	}
	file := filepath.Join(c.Headings, "039002.gif")
	if err := os.WriteFile(file, []byte("GIF89a"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := newStack(c, t.Logf)
	if err := s.openEmission(t.Context()); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("start: %v", err)
	}
}

func TestSettingsNobodyCanWorkWithAreRefused(t *testing.T) {
	for args, blamed := range map[string]string{
		"serve --sweep=0s": "--sweep", "run --sweep=-1s": "--sweep", "serve --workers=-1": "--workers", "demo --drain=-1s": "--drain",
	} {
		var c cli
		parser, err := kong.New(&c, options(t.Context())...)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parser.Parse(strings.Fields(args)); err == nil || !strings.Contains(err.Error(), blamed) {
			t.Errorf("%s: %v", args, err)
		}
	}
}

func TestTokensThatCannotBeReadSayWhatToDo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "demo-tokens.json")
	if known, err := readKept[string](file); err != nil || len(known) > 0 {
		t.Errorf("no file: %v, %v", known, err)
	}
	if err := writeKept(file, map[domain.Role]string{domain.RoleStandard: "visure_x"}); err != nil {
		t.Fatal(err)
	}
	if known, err := readKept[string](file); err != nil || known[domain.RoleStandard] != "visure_x" {
		t.Errorf("read back: %v, %v", known, err)
	}
	if err := os.WriteFile(file, []byte(`{"standard":`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readKept[string](file); err == nil || !strings.Contains(err.Error(), "remove it") {
		t.Errorf("half a file: %v", err)
	}
}
