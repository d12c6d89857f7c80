package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
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

// Whoever follows the manual from an empty folder gets what it promises: its blocks
// run in one shell, as they stand but for the ports.
func TestTheManualLeadsFromAnEmptyFolder(t *testing.T) {
	t.Parallel()
	for _, needed := range []string{"bash", "curl", "openssl"} {
		if _, err := exec.LookPath(needed); err != nil {
			t.Fatal(err)
		}
	}
	steps := blocks(t, root+"/docs/manuale/installazione.md")
	if len(steps) < 6 {
		t.Fatalf("only %d blocks are run", len(steps))
	}
	script := "set -euo pipefail\ntrap 'kill $(jobs -p); wait' EXIT\n"
	for i, step := range steps {
		script += fmt.Sprintf("echo '== step %d' >&2\n%s\n", i+1, step)
	}
	for _, port := range []string{"127.0.0.1:8080", "127.0.0.1:8443", "127.0.0.1:8444"} {
		script = strings.ReplaceAll(script, port, free(t))
	}
	dir := t.TempDir()
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
	for _, promised := range []string{"ANPR ha accettato", "certificati     validi fino al", "Neri Giulio", "collegato ad ANPR, TOP: 1"} {
		if !strings.Contains(string(said), promised) {
			t.Errorf("it does not say %q:\n%s", promised, said)
		}
	}
	if strings.Contains(string(said), "manca") {
		t.Errorf("something is missing:\n%s", said)
	}
}
