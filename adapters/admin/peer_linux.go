package admin

import (
	"errors"
	"fmt"
	"net"
	"syscall"
)

// peerUID returns the user id of the process that opened a connection (SO_PEERCRED,
// unix(7)).
func peerUID(conn net.Conn) (uid uint32, err error) {
	unix, ok := conn.(*net.UnixConn)
	if !ok {
		return 0, errors.New("not a unix socket")
	}
	raw, err := unix.SyscallConn()
	if err != nil {
		return 0, fmt.Errorf("read peer: %w", err)
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		var cred *syscall.Ucred
		if cred, failed = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED); failed == nil {
			uid = cred.Uid
		}
	})
	if err := errors.Join(err, failed); err != nil {
		return 0, fmt.Errorf("read peer: %w", err)
	}
	return uid, nil
}
