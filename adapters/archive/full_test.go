package archive_test

import (
	"bytes"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
)

// A full disk is played by the limit on the size of files: the write fails
// half way just so. The limit holds for a whole process, hence one of its own.
func TestAFullDiskLeavesNothingHalfDone(t *testing.T) {
	t.Parallel()
	if os.Getenv("ARCHIVE_TEST_FULL_DISK") == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestAFullDiskLeavesNothingHalfDone$", "-test.v")
		cmd.Env = append(os.Environ(), "ARCHIVE_TEST_FULL_DISK=1")
		out, err := cmd.CombinedOutput()
		if err != nil || !bytes.Contains(out, []byte("disk was full")) {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	dir := t.TempDir()
	d := newDirectory(t, dir, newKeyring())
	large, limit := issue(strings.Repeat("x", 50_000)), limitFiles(t, 20_000)
	for range 3 {
		if _, err := d.Put(t.Context(), id, large); err == nil || strings.Contains(err.Error(), "xxx") {
			t.Fatalf("error is %v", err)
		}
		if files := documents(t, dir); len(files) != 0 {
			t.Fatalf("left: %v", files)
		}
	}
	t.Log("disk was full")
	limit()
	if _, err := d.Put(t.Context(), id, large); err != nil {
		t.Errorf("when there is room again: %v", err)
	}
	if _, ok, err := d.Get(t.Context(), domain.VisuraID(id)); !ok || err != nil {
		t.Errorf("get: %v, %v", ok, err)
	}
}

func limitFiles(t *testing.T, size uint64) (lift func()) {
	signal.Ignore(syscall.SIGXFSZ)
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	set := func(cur uint64) {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: cur, Max: old.Max}); err != nil {
			t.Fatal(err)
		}
	}
	set(size)
	return func() { set(old.Cur) }
}
