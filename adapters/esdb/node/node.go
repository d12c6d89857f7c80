// Package node is an embedded event store: it serves the gRPC protocol of
// EventStoreDB 23.10 over a durable log in a directory, so that the official client
// works on one machine, and in tests, as it does against a cluster. Only the
// connection string differs.
//
// It answers what a real node was observed to answer, codes and trailers included,
// and accepts nothing that a real node refuses. Where a real node crashes, hangs, or
// loses data, this one does what the protocol promises or returns an error; package
// contract tests both. It has streams, the whole log, catch-up and persistent
// subscriptions, server features and gossip, TLS and users. It has no BatchAppend,
// projections, replication, or management of users.
//
// Its parts: journal stores events and decides on writes; filter chooses events of
// the log; group is the pure state machine of a persistent subscription group and
// persistent runs it; protocol is the encoding of events and errors; access decides
// on rights. This package serves streams and subscriptions, and looks after the data
// (Keeper).
//
// Rights depend on the groups of a user alone, as on a real node without access
// lists: system streams and the log need admins, the management of persistent
// subscriptions admins or ops. The $acl of a stream is stored but not evaluated.
//
// # Configuring the client
//
// The official client stops for ever after ten failed discoveries, about one second.
// [Node.ConnectionString] raises that number:
//
//	config, err := esdb.ParseConnectionString(node.ConnectionString())
//	config.Logger = esdb.NoopLogging()
//	client, err := esdb.NewClient(config)
//
// For a unix socket the Address of the client's configuration must be set in code;
// see the examples.
//
// Appends should have event ids and expected revisions, so that a call whose outcome
// is unknown can be repeated. An event id must not be used in two streams: the node
// recognises a repeat by stream and id, a real server only in the stream where it
// saw the id first. Reads need contexts with deadlines, subscriptions must have
// none. Errors are found with errors.As and *esdb.Error.
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

// Options configure a node. Only Dir is required.
type Options struct {
	// Dir is the folder of the data, created when absent. One process at a time can
	// have it open.
	Dir string
	// Now is the clock for the times of events and for $maxAge; time.Now when nil.
	Now func() time.Time
	// Logger receives warnings and errors, without event data; nil discards them.
	Logger *slog.Logger
	// TLS, when set, is required of every connection.
	TLS *tls.Config
	// Users may call. Without any, every caller has all rights. Users need TLS,
	// because clients send credentials over TLS only.
	Users []User
}

// Limits of the real server, in bytes: of a request message, and of the data of one
// append.
const (
	maxReceive = 16<<20 - 10_000
	maxAppend  = 1 << 20
)

// stopGrace is how long Close waits for calls under way before it cancels them.
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

	// stopping is closed when Close begins: subscriptions end then.
	stopping chan struct{}
	drops    broadcast

	mu       sync.Mutex
	listener net.Listener
	admin    *admin
	serving  sync.WaitGroup
	closing  sync.Once
}

// Open opens or creates the data in a directory. No call is answered before Serve or
// Start. The error wraps journal.ErrInUse when the directory is open already.
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

// register registers the node's services on its server.
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

// Serve serves the listener, which it takes over, and returns after Close. A node
// serves one listener.
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

// Addr is the address of the listener; nil before Serve or Start.
func (n *Node) Addr() net.Addr {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listener == nil {
		return nil
	}
	return n.listener.Addr()
}

// Close ends subscriptions with Unavailable, waits up to three seconds for other
// calls under way, and releases the directory. A second Close returns
// journal.ErrClosed.
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

// DropSubscriptions ends all catch-up subscriptions with the error by which a real
// server drops slow ones, for tests of clients.
func (n *Node) DropSubscriptions() { n.drops.fire() }
