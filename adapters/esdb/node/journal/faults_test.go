package journal

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
)

// When commits can be written but tables cannot, writes end with an error and do not
// wait.
func TestNoRoomForTablesEndsWrites(t *testing.T) {
	t.Parallel()
	var full atomic.Bool
	disk := vfs.NewCrashableMem()
	j, err := open(Options{Dir: "journal"}, errorfs.Wrap(disk, errorfs.InjectorFunc(func(op errorfs.Op) error {
		if full.Load() && strings.HasSuffix(op.Path, ".sst") && op.Kind.ReadOrWrite() == errorfs.OpIsWrite {
			return syscall.ENOSPC
		}
		return nil
	})))
	if err != nil {
		t.Fatal(err)
	}
	data := strings.Repeat("0123456789", 20_000)
	mustAppend(t, j, "s", event(data))
	full.Store(true)
	acknowledged := int64(0)
	for {
		w, err := j.Append(context.Background(), Append{Stream: "s", Expected: Any, Events: []Proposed{event(data)}})
		if errors.Is(err, ErrReadOnly) && errors.Is(err, syscall.ENOSPC) {
			break
		}
		if err != nil || w.Revision > 500 {
			t.Fatalf("revision %d, %v", w.Revision, err)
		}
		acknowledged = w.Revision
	}
	var p Page
	for r := (StreamRead{Stream: "s", Most: 10}); ; r.From = p.Next {
		if err := j.ReadStream(&p, r); err != nil {
			t.Fatalf("the stream cannot be read: %v", err)
		}
		if p.End {
			break
		}
	}
	if p.Last < acknowledged {
		t.Errorf("the stream shows events to %d, acknowledged was %d", p.Last, acknowledged)
	}
	left := disk.CrashClone(vfs.CrashCloneCfg{})
	full.Store(false)
	if err := j.Close(); err != nil {
		t.Error(err)
	}
	again := openTest(t, left)
	if _, err := again.Verify(context.Background()); err != nil {
		t.Fatal(err)
	}
	if w := mustAppend(t, again, "s", event("3")); w.Revision <= acknowledged {
		t.Errorf("revision %d was acknowledged, the next is %d", acknowledged, w.Revision)
	}
}

// Whichever call of the disk fails, everything acknowledged is stored afterwards and
// the journal verifies.
func TestNoFaultOfTheDiskLosesAnything(t *testing.T) {
	t.Parallel()
	for round := range 30 {
		random := rand.New(rand.NewPCG(uint64(round), 2))
		disk := vfs.NewCrashableMem()
		var faulty atomic.Bool
		var mu sync.Mutex
		j, err := open(Options{Dir: "journal"}, errorfs.Wrap(disk, errorfs.InjectorFunc(func(op errorfs.Op) error {
			mu.Lock()
			defer mu.Unlock()
			if faulty.Load() && op.Kind.ReadOrWrite() == errorfs.OpIsWrite && random.IntN(20) == 0 {
				return syscall.EIO
			}
			return nil
		})))
		if err != nil {
			t.Fatal(err)
		}
		data := strings.Repeat("0123456789", 5_000)
		acknowledged := int64(-1)
		for n := range 400 {
			faulty.Store(n > 20)
			w, err := j.Append(context.Background(), Append{Stream: "s", Expected: Any, Events: []Proposed{event(data), event("")}})
			if err != nil {
				break
			}
			acknowledged = w.Revision
		}
		if v, err := j.Verify(context.Background()); err != nil || j.Err() == nil || int64(v.Events) != acknowledged+1 {
			t.Errorf("round %d: after %v %+v can be read, acknowledged to %d, %v", round, j.Err(), v, acknowledged, err)
		}
		left := disk.CrashClone(vfs.CrashCloneCfg{})
		j.Close()
		again, err := open(Options{Dir: "journal"}, left)
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		s, err := again.State("s")
		if err != nil || s.Last < acknowledged || s.Last%2 == 0 {
			t.Errorf("round %d: acknowledged to %d, left to %d, %v", round, acknowledged, s.Last, err)
		}
		if _, err := again.Verify(context.Background()); err != nil {
			t.Errorf("round %d: %v", round, err)
		}
		again.Close()
	}
}
