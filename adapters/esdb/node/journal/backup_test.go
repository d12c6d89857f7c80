package journal

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A backup taken while others write is a journal of what was acknowledged, and
// what is written later does not change it.
func TestABackupIsAJournal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j, err := Open(Options{Dir: filepath.Join(dir, "j")})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	ctx, cancel := context.WithCancel(context.Background())
	var writing sync.WaitGroup
	writing.Go(func() {
		for ctx.Err() == nil {
			mustAppend(t, j, "s", event("1"), event("2"))
		}
	})
	for start := j.End(); j.End() < start+10_000; {
		<-j.Changed()
	}
	acknowledged := j.End()
	backup := filepath.Join(dir, "backup")
	if err := j.Backup(backup); err != nil {
		t.Fatal(err)
	}
	if err := j.Backup(backup); err == nil {
		t.Error("a backup was written over")
	}
	if err := j.Backup(filepath.Join(dir, "j", "backup")); err == nil {
		t.Error("a backup lies in what it is of")
	}
	cancel()
	writing.Wait()

	restored := filepath.Join(dir, "restored")
	if err := Restore(backup, restored); err != nil {
		t.Fatal(err)
	}
	if err := Restore(backup, restored); err == nil {
		t.Error("a journal was written over")
	}
	again, err := Open(Options{Dir: restored})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if v, err := again.Verify(context.Background()); err != nil || v.End < acknowledged || again.ID() != j.ID() {
		t.Errorf("restored %+v, acknowledged to %d, %v", v, acknowledged, err)
	}
	events := everything(t, again)
	if diff := cmp.Diff(everything(t, j)[:len(events)], events); diff != "" {
		t.Error(diff)
	}
	mustAppend(t, again, "s", event("3"))
	if left, _ := filepath.Glob(filepath.Join(dir, "*"+partial)); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestOpenedReadOnlyNothingChanges(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "j")
	if _, err := Open(Options{Dir: dir, ReadOnly: true}); err == nil {
		t.Fatal("what is not there opens")
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("it was made: %v", err)
	}
	j, err := Open(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	mustAppend(t, j, "s", event("1"))
	j.Close()
	sizes := func() map[string]int64 {
		files := map[string]int64{}
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			info, _ := e.Info()
			files[e.Name()] = info.Size()
		}
		return files
	}
	before := sizes()
	if j, err = Open(Options{Dir: dir, ReadOnly: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Append(context.Background(), Append{Stream: "s", Expected: Any, Events: []Proposed{event("2")}}); !errors.Is(err, ErrReadOnly) {
		t.Errorf("an append answers %v", err)
	}
	if len(everything(t, j)) != 1 {
		t.Error("it does not show its event")
	}
	if _, err := Open(Options{Dir: dir, ReadOnly: true}); !errors.Is(err, ErrInUse) {
		t.Errorf("a second one opens with %v", err)
	}
	j.Close()
	if diff := cmp.Diff(before, sizes()); diff != "" {
		t.Error(diff)
	}
}

func TestAJournalAppearsWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "j")
	failure := errors.New("half way")
	err := Create(Options{Dir: dir}, func(j *Journal) error {
		mustAppend(t, j, "s", event("1"))
		return failure
	})
	if !errors.Is(err, failure) {
		t.Errorf("it answers %v", err)
	}
	if left, _ := filepath.Glob(dir + "*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if err := Create(Options{Dir: dir}, func(j *Journal) error { mustAppend(t, j, "s", event("1")); return nil }); err != nil {
		t.Fatal(err)
	}
	j, err := Open(Options{Dir: dir})
	if err != nil || len(everything(t, j)) != 1 {
		t.Fatalf("it does not open: %v", err)
	}
	j.Close()
}
