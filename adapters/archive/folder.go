package archive

import (
	"errors"
	"os"
	"path/filepath"
	"sync"

	"github.com/visure-anagrafiche/visure/domain"
)

// folder is a folder of documents, or the one of these folders, of whose
// flushes the archive keeps account. It is safe for concurrent use.
type folder struct {
	path  string
	in    *folder                // where its name is, nil if that is known to survive
	fsync func(dir string) error // makes the entries of a directory survive a power cut

	turn   chan struct{} // holds one token while a flush is under way
	named  bool          // its name has been flushed; of who has the turn
	failed error         // of the flush that did, for good; of who has the turn

	mu   sync.Mutex
	next *flush // the one that has not begun, nil while nobody waits for it
}

// flush is one flush and what came of it.
type flush struct {
	done bool
	err  error
}

func newFolder(path string, in *folder, fsync func(dir string) error) *folder {
	return &folder{path: path, in: in, fsync: fsync, turn: make(chan struct{}, 1)}
}

// flush makes what is in the folder survive a power cut, and the folder
// itself. Whoever comes while a flush is under way waits for the next, which
// all of them share with its outcome.
//
// After a flush that failed, every later one fails: the kernel drops what it
// could not write and reports that once, so a second one would succeed without
// having written anything.
func (f *folder) flush() error {
	f.mu.Lock()
	if f.next == nil {
		f.next = &flush{}
	}
	mine := f.next
	f.mu.Unlock()

	f.turn <- struct{}{}
	defer func() { <-f.turn }()
	if mine.done {
		return mine.err
	}
	f.mu.Lock()
	f.next = nil // what is linked from now on may come too late for this one
	f.mu.Unlock()
	mine.done, mine.err = true, f.write()
	return mine.err
}

func (f *folder) write() error {
	if f.failed != nil {
		return f.failed
	}
	if f.in != nil && !f.named {
		if err := f.in.flush(); err != nil {
			return err
		}
		f.named = true
	}
	err := f.fsync(f.path)
	var lost unflushed
	if errors.As(err, &lost) {
		f.failed = err
	}
	return err
}

// unflushed is the error of a flush that was begun and may have lost entries.
type unflushed struct{ error }

func (u unflushed) Unwrap() error { return u.error }

// fsync makes the entries of a directory survive a power cut.
func fsync(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return unflushed{err}
	}
	return nil
}

// known takes account of the folders that are there; the caller flushes the
// directory they are in.
func (d *Directory) known() error {
	entries, err := os.ReadDir(d.dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		path := filepath.Join(d.dir, entry.Name())
		d.folders.Store(path, newFolder(path, nil, fsync))
	}
	return nil
}

// folder returns the folder of a visura's document, which need not be there.
func (d *Directory) folder(id domain.VisuraID) *folder {
	path := filepath.Dir(d.path(id))
	if found, ok := d.folders.Load(path); ok {
		return found.(*folder)
	}
	found, _ := d.folders.LoadOrStore(path, newFolder(path, d.root, fsync))
	return found.(*folder)
}
