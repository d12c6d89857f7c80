package floor

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// What is counted was done: each document was asked for at the registry, which
// answered it well, stands in the archive, and has its four events.
func TestEveryDocumentOfTheFloorIsReal(t *testing.T) {
	dir := t.TempDir()
	f, err := Open(Options{Dir: dir, Comune: "039002", People: 2000, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	r, err := f.Run(t.Context(), Plan{Makers: 2, Duration: 200 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	m := r.Mean
	if r.Documents == 0 || r.Seconds < .2 || r.P50 <= 0 || r.P99 < r.P50 || r.Processor <= 0 ||
		m.Appends <= 0 || m.Registry <= 0 || m.Render <= 0 || m.Archive <= 0 {
		t.Errorf("%+v", r)
	}
	if calls := len(f.simulator.Calls()); calls != r.Documents {
		t.Errorf("the registry was asked %d times for %d documents", calls, r.Documents)
	}
	for _, call := range f.simulator.Calls() {
		if call.Outcome != "OK" {
			t.Errorf("the registry answered %q", call.Outcome)
		}
	}
	if n := documents(t, dir); n != r.Documents {
		t.Errorf("%d documents of %d are archived", n, r.Documents)
	}
	if n := events(t, f.journal); n != r.Documents*(len(requested)+len(issued)) {
		t.Errorf("%d documents have %d events", r.Documents, n)
	}
}

func documents(t *testing.T, dir string) (n int) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(dir, "documents"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".visura") {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func events(t *testing.T, j *journal.Journal) int {
	t.Helper()
	v, err := j.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return v.Events
}
