package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
)

// program runs the real program and returns what it said.
func program(t *testing.T, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), "VISURE_TEST_MAIN=1")
	said, err := cmd.CombinedOutput()
	return string(said), err
}

func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	said, err := program(t, args...)
	if err != nil {
		t.Fatalf("visure %s: %v\n%s", strings.Join(args, " "), err, said)
	}
	return said
}

// A stand-alone store is served, backed up while it runs, stopped, verified,
// exported, imported and restored, all by the program's own commands.
func TestEventstoreCommands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	server := exec.Command(os.Args[0], "eventstore", "serve", "--data", at("events"), "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0")
	server.Env = append(os.Environ(), "VISURE_TEST_MAIN=1")
	out, err := server.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Process.Kill(); server.Wait() })
	var connection, metrics string
	for said := bufio.NewScanner(out); connection == "" && said.Scan(); {
		connection, _ = strings.CutPrefix(said.Text(), "event store  ")
		if url, ok := strings.CutPrefix(said.Text(), "metrics      "); ok {
			metrics, connection = url, ""
		}
	}
	config, err := es.ParseConnectionString(connection)
	if err != nil {
		t.Fatal(err)
	}
	config.Logger = es.NoopLogging()
	client, err := es.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if _, err := client.AppendToStream(t.Context(), fmt.Sprint("visura-", i), es.AppendToStreamOptions{},
			es.EventData{EventID: uuid.New(), EventType: "event", ContentType: es.ContentTypeJson, Data: []byte(`{"n":1}`)}); err != nil {
			t.Fatal(err)
		}
	}
	client.Close()
	resp, err := aside.Get(metrics)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil || !strings.Contains(string(text), "visure_eventstore_events_total 3\n") {
		t.Errorf("metrics: %v\n%s", err, text)
	}

	mustRun(t, "eventstore", "backup", "--data", at("events"), at("backup"))
	running := mustRun(t, "eventstore", "verify", "--data", at("events"))
	if !strings.HasPrefix(running, "sound: 3 events in 3 streams") {
		t.Errorf("verify says %q", running)
	}
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, out)
	if err := server.Wait(); err != nil {
		t.Errorf("it stopped with %v", err)
	}

	mustRun(t, "eventstore", "export", "--data", at("events"), at("export"))
	mustRun(t, "eventstore", "import", "--data", at("imported"), at("export"))
	mustRun(t, "eventstore", "restore", "--data", at("restored"), at("backup"))
	mustRun(t, "eventstore", "scavenge", "--data", at("restored"))
	want := mustRun(t, "eventstore", "export", "--data", at("events"))
	stats := mustRun(t, "eventstore", "stats", "--data", at("events"))
	if !strings.Contains(stats, "  visura        3       3 ") {
		t.Errorf("stats say\n%s", stats)
	}
	for _, copied := range []string{"imported", "restored"} {
		if got := mustRun(t, "eventstore", "export", "--data", at(copied)); got != want {
			t.Errorf("%s exports\n%s\nnot\n%s", copied, got, want)
		}
		if got := mustRun(t, "eventstore", "verify", "--data", at(copied)); got != running {
			t.Errorf("%s: verify says %q", copied, got)
		}
	}
	for _, args := range [][]string{{"restore", "--data", at("events"), at("backup")}, {"import", "--data", at("events"), at("export")},
		{"backup", "--data", at("events"), at("backup")}, {"verify", "--data", at("nowhere")}} {
		if said, err := program(t, append([]string{"eventstore"}, args...)...); err == nil {
			t.Errorf("eventstore %v does it: %s", args, said)
		}
	}
}
