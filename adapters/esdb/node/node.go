// Package node is an event store in the process: it speaks the gRPC protocol of
// EventStoreDB 23.10 over a durable log in a directory, so that the official
// client works on one machine, and in tests, exactly as it does against a
// cluster. Only the connection string differs.
//
// What it answers is what a real node was observed to answer, codes and trailers
// included: never more lenient, so that nothing works here and fails on a
// cluster; never as fragile, so that no request harms more than itself. It has
// streams, the whole log, catch-up and persistent subscriptions, server features
// and gossip, TLS and users. It has no BatchAppend, projections or replication, and
// does not serve the management of users.
//
// Who may do what is decided by group alone, as a real node decides without
// access lists: system streams and the log belong to admins, the management of
// persistent subscriptions to admins and ops. A stream's $acl is kept, but not
// consulted.
//
// # Configuring the client
//
// The official client gives up for ever after ten failed discoveries, about one
// second. Use [Node.ConnectionString], which raises that, or build the same in
// code:
//
//	config, err := esdb.ParseConnectionString(node.ConnectionString())
//	config.Logger = esdb.NoopLogging()
//	client, err := esdb.NewClient(config)
//
// Over a unix socket the client needs its Address set in code, since no
// connection string can say it; see the examples.
//
// Set event ids and expected revisions on appends, so that a call whose outcome is
// unknown can be repeated. Give contexts with deadlines to reads, never to
// subscriptions. Look at errors with errors.As and *esdb.Error.
package node

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	pb "github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	_ "google.golang.org/grpc/encoding/gzip" // clients may compress their requests
	"google.golang.org/grpc/keepalive"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/persistent"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/protocol"
)

// Options say where a node keeps its data. Only Dir is required.
type Options struct {
	// Dir is created when absent. One node at a time may have it open.
	Dir string
	// Now stamps events and ages them out; time.Now when nil.
	Now func() time.Time
	// Logger receives what an engineer should know; discarded when nil.
	Logger *slog.Logger
	// TLS encrypts every connection when it is set.
	TLS *tls.Config
	// Users may call; with none everyone may do everything. They need TLS, since
	// clients send credentials only so.
	Users []User
}

// Limits of the real server.
const (
	maxReceive = 16<<20 - 10_000
	maxAppend  = 1 << 20
)

// stopGrace is how long Close lets calls under way finish.
const stopGrace = 3 * time.Second

// Node is an open event store. Its methods are safe for concurrent use.
type Node struct {
	dir     string
	journal *journal.Journal
	groups  *persistent.Service
	figures *figures
	server  *grpc.Server
	logger  *slog.Logger
	now     func() time.Time
	tls     bool

	// stopping is closed when subscriptions have to end.
	stopping chan struct{}
	drops    broadcast

	mu       sync.Mutex
	listener net.Listener
	admin    *admin
	serving  sync.WaitGroup
	closing  sync.Once
}

// Open opens or creates the data in a directory. The node answers nobody before
// Serve or Start.
func Open(o Options) (*Node, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if len(o.Users) > 0 && o.TLS == nil {
		return nil, errors.New("open node: users need TLS")
	}
	users, err := newUsers(o.Users)
	if err != nil {
		return nil, fmt.Errorf("open node: %w", err)
	}
	figures := newFigures()
	j, err := journal.Open(journal.Options{Dir: o.Dir, Now: o.Now, Logger: o.Logger, Observe: figures.committed})
	if err != nil {
		return nil, fmt.Errorf("open node: %w", err)
	}
	groups, err := persistent.Open(j, o.Logger)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open node: %w", err), j.Close())
	}
	n := &Node{dir: o.Dir, journal: j, groups: groups, figures: figures, logger: o.Logger, now: o.Now, tls: o.TLS != nil, stopping: make(chan struct{})}
	faults := protocol.Interceptors{Logger: o.Logger}
	options := []grpc.ServerOption{
		grpc.ForceServerCodecV2(protocol.NewCodec()),
		grpc.MaxRecvMsgSize(maxReceive),
		grpc.MaxSendMsgSize(math.MaxInt32),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: time.Second, PermitWithoutStream: true}),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: 10 * time.Second, Timeout: 10 * time.Second}),
		grpc.ChainUnaryInterceptor(faults.Unary, users.authenticateUnary),
		grpc.ChainStreamInterceptor(faults.Stream, users.authenticateStream),
	}
	if o.TLS != nil {
		options = append(options, grpc.Creds(credentials.NewTLS(o.TLS)))
	}
	n.server = grpc.NewServer(options...)
	n.register()
	return n, nil
}

// register puts every service of the node on its server.
func (n *Node) register() {
	streams.RegisterStreamsServer(n.server, &streamsService{node: n, journal: n.journal})
	pb.RegisterPersistentSubscriptionsServer(n.server, n.groups)
	serverfeatures.RegisterServerFeaturesServer(n.server, featuresService{})
	gossip.RegisterGossipServer(n.server, &gossipService{node: n})
}

// Start listens on an address and serves it in the background: "127.0.0.1:2113",
// port 0 for a free one, or "unix:///run/visure/esdb.sock".
func (n *Node) Start(addr string) error {
	network, address := splitAddress(addr)
	l, err := net.Listen(network, address)
	if err != nil {
		return fmt.Errorf("start node: %w", err)
	}
	if err := n.listen(l); err != nil {
		return err
	}
	n.serving.Go(func() {
		if err := n.server.Serve(l); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
			n.logger.Error("event store stopped serving", "error", err)
		}
	})
	return nil
}

// Serve answers clients on the listener, which it closes, until Close.
func (n *Node) Serve(l net.Listener) error {
	if err := n.listen(l); err != nil {
		return err
	}
	n.serving.Add(1)
	defer n.serving.Done()
	if err := n.server.Serve(l); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

func (n *Node) listen(l net.Listener) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listener != nil {
		return errors.Join(errors.New("start node: it serves already"), l.Close())
	}
	n.listener = l
	return nil
}

// Addr is where the node listens; nil before Serve or Start.
func (n *Node) Addr() net.Addr {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listener == nil {
		return nil
	}
	return n.listener.Addr()
}

// Close lets calls under way finish for a moment, ends subscriptions, and
// releases the directory. Everything acknowledged is on disk already.
func (n *Node) Close() error {
	err := journal.ErrClosed
	n.closing.Do(func() {
		close(n.stopping)
		administered := n.stopAdmin()
		n.groups.Close()
		n.stopServer()
		n.serving.Wait()
		err = errors.Join(administered, n.journal.Close())
	})
	return err
}

func (n *Node) stopAdmin() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.admin == nil {
		return nil
	}
	return n.admin.close()
}

func (n *Node) stopServer() {
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		n.server.GracefulStop()
	}()
	timer := time.NewTimer(stopGrace)
	defer timer.Stop()
	select {
	case <-stopped:
	case <-timer.C:
		n.server.Stop()
		<-stopped
	}
}

// DropSubscriptions ends all catch-up subscriptions the way a real server ends
// those that are too slow. It is there for tests of what a client does then.
func (n *Node) DropSubscriptions() { n.drops.fire() }
