package admin

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
)

// The names, in the folder of the socket, of the socket or of a symbolic link to it,
// and of what tells that a process listens there.
const (
	socketName = "admin.sock"
	lockName   = "admin.lock"
)

// maxSocketPath is the longest path, in bytes, that every supported system accepts
// for a unix socket.
const maxSocketPath = 100

// ErrInUse is returned by Listen while another process listens in the folder.
var ErrInUse = errors.New("another process administers this folder")

// ErrNotRunning is returned by Dial when no process listens in the folder.
var ErrNotRunning = errors.New("no server runs on this folder")

// Socket is where a server is administered.
type Socket struct {
	listener net.Listener
	lock     *os.File
	paths    []string // to be removed at the end
}

// Listen makes the socket in a folder, both for their owner alone (modes 0700 and
// 0600). Of who listens in one folder at once all but the first get ErrInUse; a
// socket that a killed process left is replaced.
func Listen(dir string) (*Socket, error) {
	s := &Socket{}
	if err := s.listen(dir); err != nil {
		s.Close()
		return nil, fmt.Errorf("listen for administration in %s: %w", dir, err)
	}
	return s, nil
}

func (s *Socket) listen(dir string) (err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := os.Chmod(dir, 0o700); err != nil { // it may have been there, and open to others
		return err
	}
	s.lock, err = os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := syscall.Flock(int(s.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return ErrInUse
		}
		return err
	}
	path, err := s.place(dir)
	if err != nil {
		return err
	}
	if s.listener, err = net.Listen("unix", path); err != nil {
		return err
	}
	s.paths = append(s.paths, path)
	return os.Chmod(path, 0o600)
}

// place returns the path of the socket: in the folder or, when that path is longer
// than maxSocketPath, in a temporary folder that a symbolic link in the folder
// points to. It removes a socket that is there already: the folder is locked, so
// only a process that was killed can have left it.
func (s *Socket) place(dir string) (string, error) {
	path, err := filepath.Abs(filepath.Join(dir, socketName))
	if err != nil {
		return "", err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	if len(path) <= maxSocketPath {
		return path, nil
	}
	short, err := os.MkdirTemp("", "visure-") // of its owner alone
	if err != nil {
		return "", err
	}
	s.paths = append(s.paths, short, path)
	socket := filepath.Join(short, socketName)
	return socket, os.Symlink(socket, path)
}

// Close stops listening and removes the socket.
func (s *Socket) Close() {
	if s.listener != nil {
		s.listener.Close()
	}
	for i := len(s.paths) - 1; i >= 0; i-- {
		os.Remove(s.paths[i])
	}
	if s.lock != nil {
		s.lock.Close() // last: who waits for it finds the place clear
	}
}

// dial connects to the socket in a folder.
func dial(dir string) (net.Conn, error) {
	path, err := filepath.Abs(filepath.Join(dir, socketName))
	if err != nil {
		return nil, err
	}
	if target, err := os.Readlink(path); err == nil {
		path = target
	}
	if len(path) > maxSocketPath {
		return nil, ErrNotRunning // none can be there
	}
	conn, err := net.Dial("unix", path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) {
		return nil, ErrNotRunning
	}
	return conn, err
}
