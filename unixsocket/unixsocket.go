// Package unixsocket puts a unix socket in a folder however long the folder's path
// is, and finds it there again.
package unixsocket

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
)

// longest is the longest path, in bytes, that every supported system accepts for a
// unix socket.
const longest = 100

// Place returns the path to listen on for a socket of a name in a folder, which must
// exist: in the folder or, when that path is too long for a socket, in a temporary
// folder of its owner alone that a symbolic link of the name points to. It removes
// what has the name already, so the caller must be the only one who listens there.
// remove, which is never nil, takes away the socket and what led to it.
func Place(dir, name string) (path string, remove func(), err error) {
	remove = func() {}
	if path, err = filepath.Abs(filepath.Join(dir, name)); err != nil {
		return "", remove, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", remove, err
	}
	if len(path) <= longest {
		return path, func() { os.Remove(path) }, nil
	}
	short, err := os.MkdirTemp("", "visure-")
	if err != nil {
		return "", remove, err
	}
	link, path := path, filepath.Join(short, name)
	remove = func() {
		os.Remove(path)
		os.Remove(link)
		os.Remove(short)
	}
	return path, remove, os.Symlink(path, link)
}

// Listen listens on the socket of a name in a folder, of mode 0600. What Place says
// of the folder and of remove holds; after an error there is nothing to remove.
func Listen(dir, name string) (l net.Listener, remove func(), err error) {
	path, remove, err := Place(dir, name)
	if err == nil {
		l, err = net.Listen("unix", path)
	}
	if err == nil {
		err = os.Chmod(path, 0o600)
	}
	if err != nil {
		if l != nil {
			l.Close()
		}
		remove()
		return nil, nil, err
	}
	return l, remove, nil
}

// Dial connects to the socket of a name in a folder. The error is fs.ErrNotExist when
// there is none.
func Dial(ctx context.Context, dir, name string) (net.Conn, error) {
	path, err := filepath.Abs(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	if target, err := os.Readlink(path); err == nil {
		path = target
	}
	if len(path) > longest {
		return nil, fmt.Errorf("no socket can be at %s: %w", path, fs.ErrNotExist)
	}
	var d net.Dialer
	return d.DialContext(ctx, "unix", path)
}
