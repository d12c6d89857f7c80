package admin

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"

	"github.com/visure-anagrafiche/visure/unixsocket"
)

// The names, in the folder of the socket, of the socket and of what tells that a
// process listens there.
const (
	socketName = "admin.sock"
	lockName   = "admin.lock"
)

// ErrInUse is returned by Listen while another process listens in the folder.
var ErrInUse = errors.New("another process administers this folder")

// ErrNotRunning is returned by Dial when no process listens in the folder.
var ErrNotRunning = errors.New("no server runs on this folder")

// Socket is where a server is administered.
type Socket struct {
	listener net.Listener
	lock     *os.File
	remove   func() // the socket, once there is one
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
	s.listener, s.remove, err = unixsocket.Listen(dir, socketName)
	return err
}

// Close stops listening and removes the socket.
func (s *Socket) Close() {
	if s.listener != nil {
		s.listener.Close()
		s.remove()
	}
	if s.lock != nil {
		s.lock.Close() // last: who waits for it finds the place clear
	}
}

// dial connects to the socket in a folder.
func dial(ctx context.Context, dir string) (net.Conn, error) {
	conn, err := unixsocket.Dial(ctx, dir, socketName)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) {
		return nil, ErrNotRunning
	}
	return conn, err
}
