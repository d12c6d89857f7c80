//go:build !linux

package admin

import (
	"errors"
	"net"
)

// peerUID fails: whoever calls cannot be known here.
func peerUID(net.Conn) (uint32, error) { return 0, errors.New("not supported on this system") }
