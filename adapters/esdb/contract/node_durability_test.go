package contract

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// everyState fills a log with streams in every state.
func everyState(w wire) {
	for state, put := range states {
		put(w, state)
	}
	w.append("soft-deleted again", noStream, "a")
	w.delete("soft-deleted again", anything)
	w.append("soft-deleted again", anything, "b")
}

func TestNodeRestartKeepsEverything(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := alone(t, node.Options{Dir: dir})
	w := newWire(t, first)
	everyState(w)
	want := w.events(read(all))
	if err := first.node.Close(); err != nil {
		t.Fatal(err)
	}
	checkSame(t, dir, want)
}

// A copy of the files of a running node is what a killed process leaves.
func TestNodeKilledKeepsWhatItAcknowledged(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w := newWire(t, alone(t, node.Options{Dir: dir}))
	everyState(w)
	want := w.events(read(all))
	left := filepath.Join(t.TempDir(), "left")
	if err := os.CopyFS(left, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	checkSame(t, left, want)
}

func checkSame(t *testing.T, dir string, want []*streams.ReadResp_ReadEvent) {
	t.Helper()
	w := newWire(t, alone(t, node.Options{Dir: dir}))
	if diff := cmp.Diff(want, w.events(read(all)), protocmp.Transform()); diff != "" {
		t.Fatalf("the log differs: %s", diff)
	}
	for s, want := range map[string]string{
		"absent": "none", "absent with metadata": "none", "live": "0 1 2", "truncated": "", "soft-deleted": "none",
		"soft-deleted, never had events": "none", "tombstoned": "SD", "tombstoned while absent": "SD", "soft-deleted again": "1",
	} {
		if got := w.read(read(stream(s))); got != want {
			t.Errorf("%s reads %q, want %q", s, got, want)
		}
	}
	if got := w.append("live", 2, "d"); got != "W3" {
		t.Errorf("the next append answers %s", got)
	}
}
