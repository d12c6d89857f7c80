package contract

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/visure-anagrafiche/visure/adapters/esdb/contract/esdbtest"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// elsewhere is the connection string of the server to test; empty for the embedded
// node.
var elsewhere = os.Getenv("VISURE_TEST_ESDB")

var long = flag.Bool("long", elsewhere != "", "also run what takes more than a minute")

// store is a server under test, with an official client and a connection for the
// stubs of the protocol.
type store struct {
	connection string
	client     *esdb.Client
	conn       *grpc.ClientConn
	// line is the release line: 23 or 24.
	line int
	// node is the embedded node, nil for another server.
	node *node.Node
}

// common is the store of all tests that do not need one of their own.
var common *store

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) (code int) {
	dir, err := os.MkdirTemp("", "contract")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if common, err = openStore(elsewhere, node.Options{Dir: dir}); err != nil {
		fmt.Fprintln(os.Stderr, "no event store to test:", err)
		return 1
	}
	before, err := common.end()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code = m.Run()
	if err := errors.Join(common.leftBehind(before), common.close()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	if code == 0 && elsewhere == "" {
		// The clock of regular expressions ends by itself, some seconds after the last.
		clock := goleak.IgnoreAnyFunction("github.com/dlclark/regexp2.runClock")
		if err := goleak.Find(clock); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	return code
}

// openStore connects to a server, or starts a node when none is named.
func openStore(connection string, o node.Options) (*store, error) {
	s := &store{connection: connection}
	if connection == "" {
		n, err := node.Open(o)
		if err != nil {
			return nil, err
		}
		s.node = n
		if err := n.Start("127.0.0.1:0"); err != nil {
			return nil, errors.Join(err, n.Close())
		}
		s.connection = n.ConnectionString()
	}
	return s, s.connect()
}

func (s *store) connect() error {
	config, err := esdb.ParseConnectionString(s.connection)
	if err != nil {
		return err
	}
	config.Logger = esdb.NoopLogging()
	if s.client, err = esdb.NewClient(config); err != nil {
		return err
	}
	addr, err := leader(config)
	if err != nil {
		return err
	}
	if s.conn, err = dial(config, addr); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	features, err := serverfeatures.NewServerFeaturesClient(s.conn).GetSupportedMethods(ctx, &shared.Empty{})
	if err != nil {
		return err
	}
	major, _, _ := strings.Cut(features.GetEventStoreServerVersion(), ".")
	s.line, err = strconv.Atoi(major)
	return err
}

// leader is the address of a single server, or of a cluster's leader.
func leader(config *esdb.Configuration) (string, error) {
	if config.Address != "" && !config.DnsDiscover {
		return config.Address, nil
	}
	seeds := []string{config.Address}
	for _, seed := range config.GossipSeeds {
		seeds = append(seeds, fmt.Sprintf("%s:%d", seed.Host, seed.Port))
	}
	var failed error
	for _, seed := range seeds {
		if addr, err := askLeader(config, seed); err == nil {
			return addr, nil
		} else {
			failed = err
		}
	}
	return "", fmt.Errorf("no leader: %w", failed)
}

func askLeader(config *esdb.Configuration, seed string) (string, error) {
	conn, err := dial(config, seed)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	cluster, err := gossip.NewGossipClient(conn).Read(ctx, &shared.Empty{})
	if err != nil {
		return "", err
	}
	for _, m := range cluster.GetMembers() {
		if m.GetIsAlive() && m.GetState() == gossip.MemberInfo_Leader {
			return fmt.Sprintf("%s:%d", m.GetHttpEndPoint().GetAddress(), m.GetHttpEndPoint().GetPort()), nil
		}
	}
	return "", fmt.Errorf("%s knows none", seed)
}

func dial(config *esdb.Configuration, addr string, more ...grpc.DialOption) (*grpc.ClientConn, error) {
	transport := insecure.NewCredentials()
	if !config.DisableTLS {
		transport = credentials.NewTLS(&tls.Config{RootCAs: config.RootCAs, InsecureSkipVerify: config.SkipCertificateVerification})
		if config.Username != "" {
			more = append(more, grpc.WithPerRPCCredentials(basic(config.Username+":"+config.Password)))
		}
	}
	return grpc.NewClient(addr, append(more, grpc.WithTransportCredentials(transport),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(17<<20)))...)
}

// basic is a user's name and password.
type basic string

func (b basic) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(b))}, nil
}

func (basic) RequireTransportSecurity() bool { return true }

// end is the position of the newest event.
func (s *store) end() (esdb.Position, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	last, err := s.client.ReadAll(ctx, esdb.ReadAllOptions{From: esdb.End{}, Direction: esdb.Backwards}, 1)
	if err != nil {
		return esdb.Position{}, err
	}
	defer last.Close()
	e, err := last.Recv()
	if errors.Is(err, io.EOF) {
		return esdb.Position{}, nil
	}
	if err != nil {
		return esdb.Position{}, err
	}
	return e.OriginalEvent().Position, nil
}

// leftBehind returns an error that names the groups and streams of this run that
// still exist.
func (s *store) leftBehind(since esdb.Position) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	groups, err := s.client.ListAllPersistentSubscriptions(ctx, esdb.ListPersistentSubscriptionsOptions{})
	var left []error
	for _, g := range groups {
		if strings.Contains(g.EventSource+g.GroupName, esdbtest.RunID()) {
			left = append(left, fmt.Errorf("group %s on %s is left", g.GroupName, g.EventSource))
		}
	}
	raw := wire{ctx: ctx, store: s, StreamsClient: streams.NewStreamsClient(s.conn)}
	written, _, readErr := raw.responses(read(all, at(since.Commit, since.Prepare), filtered(1000, 1, byStream("contract-"+esdbtest.RunID()))))
	seen := map[string]bool{}
	for _, m := range written {
		of := string(m.GetEvent().GetEvent().GetStreamIdentifier().GetStreamName())
		if seen[of] || strings.HasPrefix(of, "$$") {
			continue
		}
		seen[of] = true
		found, _, err := raw.responses(read(stream(of), count(1)))
		if err == nil && len(found) > 0 && found[0].GetStreamNotFound() == nil {
			left = append(left, fmt.Errorf("stream %s is left", of))
		}
	}
	return errors.Join(append(left, err, readErr)...)
}

func (s *store) close() error {
	err := errors.Join(s.client.Close(), s.conn.Close())
	if s.node != nil {
		err = errors.Join(err, s.node.Close())
	}
	return err
}

// alone starts a node for one test, which is skipped against other servers.
func alone(t testing.TB, o node.Options) *store {
	t.Helper()
	if elsewhere != "" {
		t.Skip("only the embedded node promises this")
	}
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	s, err := openStore("", o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.close() })
	return s
}

// by is the answer of the server's release line.
func (s *store) by(line23, line24 string) string {
	if s.line >= 24 {
		return line24
	}
	return line23
}
