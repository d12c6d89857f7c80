package archive

import (
	"context"
	"errors"
	"os"

	"github.com/visure-anagrafiche/visure/batch"
)

// folder is a folder of documents, or the one of these folders, of whose
// flushes the archive keeps account. It is safe for concurrent use.
type folder struct {
	path  string
	in    *folder                // where its name is, nil if that is known to survive
	fsync func(dir string) error // makes the entries of a directory survive a power cut

	flushes batch.Queue[struct{}]
	named   bool  // its name has been flushed; of the flush under way
	failed  error // of the flush that did, for good; of the flush under way
}

func newFolder(path string, in *folder, fsync func(dir string) error) *folder {
	return &folder{path: path, in: in, fsync: fsync}
}

// flush makes what is in the folder survive a power cut, and the folder
// itself. Whoever comes while a flush is under way waits for the next, which
// all of them share with its outcome.
//
// After a flush that failed, every later one fails: the kernel drops what it
// could not write and reports that once, so a second one would succeed without
// having written anything.
func (f *folder) flush() error {
	_, err := f.flushes.Do(context.Background(), func(*struct{}) {}, nil, func(*struct{}) error { return f.write() })
	return err
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
