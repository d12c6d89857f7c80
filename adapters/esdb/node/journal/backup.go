package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/cockroachdb/pebble/v2"
)

// partial is the suffix of the name of a folder that is not complete yet.
const partial = ".partial"

// Backup copies the journal to a folder that must not exist; the folder appears when
// it is complete. The copy is of one moment and has everything acknowledged before
// the call. Writes and reads continue meanwhile. On the same file system files are
// hard links: they take no time and no space, but do not survive the loss of the disk.
func (j *Journal) Backup(dir string) error {
	v, err := j.views.acquire()
	if err != nil {
		return err
	}
	defer j.views.release(v) // a held view keeps Close from closing the engine
	if err := j.Err(); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	if within(j.dir, dir) {
		return fmt.Errorf("back up to %s: it lies in the folder of the journal", dir)
	}
	if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(fmt.Errorf("back up to %s: it exists", dir), err)
	}
	if err := os.RemoveAll(dir + partial); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	if err := j.db.Checkpoint(dir+partial, pebble.WithFlushedWAL()); err != nil {
		return errors.Join(fmt.Errorf("back up: %w", err), os.RemoveAll(dir+partial))
	}
	if err := os.Chmod(dir+partial, 0o700); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	return moveInto(dir+partial, dir)
}

func within(dir, path string) bool {
	dir, err1 := filepath.Abs(dir)
	path, err2 := filepath.Abs(path)
	relative, err3 := filepath.Rel(dir, path)
	return errors.Join(err1, err2, err3) == nil && filepath.IsLocal(relative)
}

// Restore copies a backup to a folder, which must be empty or absent and appears
// when it is complete. It does not verify the backup.
func Restore(backup, dir string) error {
	return appear(dir, func(partial string) error { return copyFolder(backup, partial) })
}

// Create makes a journal in an empty or absent folder, which appears there when
// fill has succeeded. Options are as for Open.
func Create(o Options, fill func(*Journal) error) error {
	dir := o.Dir
	return appear(dir, func(partial string) error {
		o.Dir = partial
		j, err := Open(o)
		if err != nil {
			return err
		}
		return errors.Join(fill(j), j.Close())
	})
}

// appear lets fill make a folder under a temporary name, and renames it when it is
// complete.
func appear(dir string, makeFolder func(partial string) error) error {
	if left, err := os.ReadDir(dir); err != nil && !errors.Is(err, fs.ErrNotExist) || len(left) > 0 {
		return errors.Join(fmt.Errorf("folder %s is not empty", dir), err)
	}
	if err := os.RemoveAll(dir + partial); err != nil {
		return fmt.Errorf("clear away what was interrupted: %w", err)
	}
	if err := makeFolder(dir + partial); err != nil {
		return errors.Join(err, os.RemoveAll(dir+partial))
	}
	return moveInto(dir+partial, dir)
}

// copyFolder copies the files of a folder without subfolders, and syncs them.
func copyFolder(from, to string) error {
	files, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	for _, f := range files {
		if !f.Type().IsRegular() {
			continue
		}
		if err := copyFile(filepath.Join(from, f.Name()), filepath.Join(to, f.Name())); err != nil {
			return err
		}
	}
	return syncFolder(to)
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = out.ReadFrom(in)
	return errors.Join(err, out.Sync(), out.Close())
}

// moveInto renames a complete folder, durably. An empty folder of the new name is
// replaced.
func moveInto(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return fmt.Errorf("name the complete folder: %w", err)
	}
	return syncFolder(filepath.Dir(to))
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
