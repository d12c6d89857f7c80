package archive

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// publish makes data appear at path, whole and never over what is there:
// fs.ErrExist then. The bytes are durable, the name is once its folder has been
// flushed. On an error nothing has appeared.
func (f *files) publish(data []byte, path string) error {
	// The folder is made first, so that the flush of the draft makes it durable
	// too on most file systems; that of the folder is certain to.
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	draft, err := newDraft(f.drafts())
	if err != nil {
		return err
	}
	defer func() { // what cannot be removed is cleared when the archive is opened next
		os.Remove(draft.Name())
		draft.Close()
	}()
	if _, err := draft.Write(data); err != nil {
		return err
	}
	if err := draft.Sync(); err != nil {
		return err
	}
	return os.Link(draft.Name(), path)
}

// newDraft makes a draft and locks it, which shows a process that opens the
// archive that its writer still runs. One that was cleared before it was locked has no
// name any more: another is made.
func newDraft(dir string) (*os.File, error) {
	for {
		draft, err := os.CreateTemp(dir, "*")
		if err != nil {
			return nil, err
		}
		var stat syscall.Stat_t
		err = syscall.Flock(int(draft.Fd()), syscall.LOCK_EX)
		if err == nil {
			err = syscall.Fstat(int(draft.Fd()), &stat)
		}
		switch {
		case err != nil:
			os.Remove(draft.Name())
			draft.Close()
			return nil, err
		case stat.Nlink > 0:
			return draft, nil
		}
		draft.Close()
	}
}

// clearDrafts removes the drafts whose writer is gone: nobody holds their lock.
func clearDrafts(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := clearDraft(filepath.Join(dir, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

func clearDraft(name string) error {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); errors.Is(err, syscall.EWOULDBLOCK) {
		return nil
	} else if err != nil {
		return err
	}
	if err := os.Remove(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
