package postgres

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"
)

func TestALockThatIsReleasedIsFreeThoughAForkedProcessHasTheFileOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	lock, err := takeLock(path)
	if err != nil {
		t.Fatal(err)
	}
	forked, err := syscall.Dup(int(lock.Fd())) // what a fork does
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(forked)
	if _, err := takeLock(path); !errors.Is(err, ErrInUse) {
		t.Errorf("it is taken twice: %v", err)
	}
	releaseLock(lock)
	again, err := takeLock(path)
	if err != nil {
		t.Fatal(err)
	}
	releaseLock(again)
}
