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

// endpoint is the host and port that ConnectionString and gossip contain. The client
// cannot parse IPv6 literals, so for the IPv6 loopback the host is "localhost"; for
// a listener on all addresses it is 127.0.0.1.
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

// broadcast closes a channel that any number of goroutines wait on. The zero value
// is ready.
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
