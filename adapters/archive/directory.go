// Package archive keeps issued documents, each in one encrypted file.
package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Keys gives the data keys of streams. Implementations are safe for concurrent
// use.
type Keys interface {
	// Key returns the 32 bytes of the data key of a stream ("visura-<uuid>"), or
	// commands.ErrErased once it has been destroyed.
	Key(ctx context.Context, stream string) ([]byte, error)
}

// Directory implements commands.Archive in a directory of the file system,
// which must know hard links and flock. It is safe for concurrent use, also by
// several processes on one machine.
//
// A document is <dir>/<last three digits of the id>/<id>.visura. The digits
// are random in every kind of id clients choose, so the folders fill evenly.
type Directory struct {
	*files
	keys Keys
}

var _ commands.Archive = (*Directory)(nil)

// NewDirectory opens the archive in dir, made if there is none, and clears it
// of what a crash left unfinished. What other processes are writing stays.
func NewDirectory(dir string, keys Keys) (*Directory, error) {
	kept, err := openFiles(dir)
	if err != nil {
		return nil, fmt.Errorf("open archive: %w", err)
	}
	return &Directory{kept, keys}, nil
}

// Put stores the issue unless the visura has one already, and returns the one
// that is kept: when two put at once, both get the same. When it returns, what
// is kept survives a power cut. After an error Put may be repeated. The error
// is commands.ErrErased when the data key has been destroyed, ErrDamaged when a
// kept file cannot be read; once a folder could not be flushed, its documents
// are neither put nor got until the archive is opened again, which is to be done
// once the file system has been checked: it tells an error only once.
func (d *Directory) Put(ctx context.Context, id domain.VisuraID, issue commands.Issue) (commands.Issue, error) {
	key, err := d.key(ctx, id)
	if err != nil {
		return commands.Issue{}, err
	}
	if kept, ok, err := d.read(key, id); err != nil || ok {
		return kept, err
	}
	if !consistent(issue) {
		return commands.Issue{}, fmt.Errorf("archive %s: event does not describe the document", id)
	}
	sealed, err := seal(key, id, issue)
	if err != nil {
		return commands.Issue{}, fmt.Errorf("archive %s: %w", id, err)
	}
	err = d.publish(sealed, d.path(id))
	if errors.Is(err, fs.ErrExist) { // whoever came first is kept
		kept, ok, err := d.read(key, id)
		if err == nil && !ok {
			err = fmt.Errorf("archive %s: deleted while it was put", id)
		}
		return kept, err
	}
	if err == nil {
		err = d.folder(d.path(id)).flush()
	}
	if err != nil {
		return commands.Issue{}, fmt.Errorf("archive %s: %w", id, err)
	}
	return issue, nil
}

// Get returns the issue kept for the visura; ok is false when there is none.
// What it returns is durable and verified against the digest in its event. The
// error is commands.ErrErased when the data key has been destroyed, whether or
// not there is a file, and ErrDamaged when the file is not what was stored.
func (d *Directory) Get(ctx context.Context, id domain.VisuraID) (issue commands.Issue, ok bool, err error) {
	key, err := d.key(ctx, id)
	if err != nil {
		return commands.Issue{}, false, err
	}
	return d.read(key, id)
}

// read is Get with the key at hand.
func (d *Directory) read(key []byte, id domain.VisuraID) (issue commands.Issue, ok bool, err error) {
	sealed, err := os.ReadFile(d.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return commands.Issue{}, false, nil
	}
	if err == nil {
		// Another may have linked it a moment ago, or have been killed right then.
		err = d.folder(d.path(id)).flush()
	}
	if err == nil {
		issue, err = open(key, id, sealed)
	}
	if err != nil {
		return commands.Issue{}, false, fmt.Errorf("archive %s: %w", id, err)
	}
	return issue, true, nil
}

// Delete removes the document of an erased or expired visura; it is no error
// if there is none. The bytes that may remain on the disk are unreadable once
// the data key is destroyed.
func (d *Directory) Delete(_ context.Context, id domain.VisuraID) error {
	if _, err := domain.ParseVisuraID(string(id)); err != nil {
		return fmt.Errorf("archive: not an id of a visura")
	}
	err := os.Remove(d.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = d.folder(d.path(id)).flush()
	}
	if err != nil {
		return fmt.Errorf("archive %s: delete: %w", id, err)
	}
	return nil
}

// key also refuses what is no id, before it becomes a path.
func (d *Directory) key(ctx context.Context, id domain.VisuraID) ([]byte, error) {
	if _, err := domain.ParseVisuraID(string(id)); err != nil {
		return nil, errors.New("archive: not an id of a visura")
	}
	key, err := d.keys.Key(ctx, string(id.Stream()))
	if err != nil {
		return nil, fmt.Errorf("archive %s: %w", id, err)
	}
	return key, nil
}

func (d *Directory) path(id domain.VisuraID) string {
	return filepath.Join(d.dir, string(id[len(id)-3:]), string(id)+".visura")
}
