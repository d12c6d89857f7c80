package archive

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
)

// files keeps files in the folders of a directory. It is safe for concurrent use.
type files struct {
	dir     string
	root    *folder
	folders sync.Map // of *folder, by path
}

// openFiles opens a directory, made if there is none, and clears it of what a crash
// left unfinished.
func openFiles(dir string) (*files, error) {
	f := &files{dir: dir, root: newFolder(dir, nil, fsync)}
	if err := os.MkdirAll(f.drafts(), 0o700); err != nil {
		return nil, err
	}
	if err := errors.Join(f.known(), f.root.flush(), fsync(filepath.Dir(dir))); err != nil {
		return nil, err
	}
	return f, clearDrafts(f.drafts())
}

// known takes account of the folders that are there; the caller flushes the
// directory they are in.
func (f *files) known() error {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		path := filepath.Join(f.dir, entry.Name())
		f.folders.Store(path, newFolder(path, nil, fsync))
	}
	return nil
}

// folder returns the folder of the file at a path, neither of which need be there.
func (f *files) folder(path string) *folder {
	path = filepath.Dir(path)
	if found, ok := f.folders.Load(path); ok {
		return found.(*folder)
	}
	found, _ := f.folders.LoadOrStore(path, newFolder(path, f.root, fsync))
	return found.(*folder)
}

func (f *files) drafts() string { return filepath.Join(f.dir, "drafts") }
