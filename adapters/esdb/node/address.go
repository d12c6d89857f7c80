package node

import (
	"fmt"
	"net"
	"strings"
	"sync"
)

const unixPrefix = "unix://"

func splitAddress(addr string) (network, address string) {
	if path, ok := strings.CutPrefix(addr, unixPrefix); ok {
		return "unix", path
	}
	return "tcp", addr
}

// ConnectionString is what a client needs to reach the node once it listens; with
// TLS and users it adds a CA file and credentials. For a unix socket it is the
// value of esdb.Configuration.Address instead.
func (n *Node) ConnectionString() string {
	addr := n.Addr()
	if addr == nil {
		return ""
	}
	if addr.Network() == "unix" {
		return unixPrefix + addr.String()
	}
	host, port := n.endpoint()
	return fmt.Sprintf("esdb://%s:%d?tls=%t&maxDiscoverAttempts=2147483647&discoveryInterval=200", host, port, n.tls)
}

// endpoint is the host and port the node tells others. The client does not
// understand IPv6 literals, and a listener on all addresses is reached by loopback.
func (n *Node) endpoint() (string, int) {
	tcp, ok := n.Addr().(*net.TCPAddr)
	switch {
	case !ok:
		return "localhost", 0
	case tcp.IP.IsUnspecified(), tcp.IP.IsLoopback() && tcp.IP.To4() != nil:
		return "127.0.0.1", tcp.Port
	case tcp.IP.IsLoopback():
		return "localhost", tcp.Port
	}
	return tcp.IP.String(), tcp.Port
}

// broadcast wakes everyone who holds its channel.
type broadcast struct {
	mu sync.Mutex
	ch chan struct{}
}

func (b *broadcast) wait() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch == nil {
		b.ch = make(chan struct{})
	}
	return b.ch
}

func (b *broadcast) fire() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch != nil {
		close(b.ch)
		b.ch = nil
	}
}
