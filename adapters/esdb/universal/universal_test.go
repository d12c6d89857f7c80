// Package universal_test holds our Subscriber to Watermill's own test suite. It
// stands apart because that suite leaves a subscription running.
package universal_test

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/tests"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// The suite restarts the server by a command; ours is this very program, which
// asks the running one.
const restartCommand = "restart-event-store"

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == restartCommand {
		conn, err := net.Dial("unix", os.Args[2])
		if err == nil {
			_, err = io.Copy(io.Discard, conn) // the running one hangs up when it is done
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// broker is the event store all tests of the suite share.
type broker struct {
	t      *testing.T
	dir    string
	addr   string
	node   *node.Node
	client *esdb.Client
	log    *slog.Logger

	publisher publisher
}

func startBroker(t *testing.T) *broker {
	t.Helper()
	b := &broker{t: t, dir: t.TempDir(), addr: "127.0.0.1:0", log: slog.New(slog.DiscardHandler)}
	b.start()
	t.Cleanup(func() { _ = b.node.Close() })
	url := "esdb://" + b.addr + "?tls=false"
	var err error
	if b.client, err = esdb.Connect(url, b.log); err != nil {
		t.Fatal(err)
	}
	if b.publisher, err = newPublisher(url); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *broker) start() {
	n, err := node.Open(node.Options{Dir: b.dir})
	if err != nil {
		b.t.Error(err)
		return
	}
	if err := n.Start(b.addr); err != nil {
		b.t.Error(err)
	}
	b.node, b.addr = n, n.Addr().String()
}

// restartOnDemand returns the command that restarts the broker.
func (b *broker) restartOnDemand() []string {
	path := b.dir + "/control"
	l, err := net.Listen("unix", path)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if err := b.node.Close(); err != nil {
				b.t.Error(err)
			}
			b.start()
			_ = conn.Close()
		}
	}()
	return []string{os.Args[0], restartCommand, path}
}

func (b *broker) pubSub(t *testing.T, group string) (message.Publisher, message.Subscriber) {
	t.Helper()
	sub, err := esdb.NewSubscriber(b.client, esdb.SubscriberConfig{
		Group:        group,
		Attempts:     1000, // the suite nacks a hundred times in a row
		Redelivery:   esdb.Backoff{Initial: time.Millisecond, Max: 10 * time.Millisecond},
		DrainTimeout: 2 * time.Second,
	}, b.log)
	if err != nil {
		t.Fatal(err)
	}
	return b.publisher, sub
}

var features = tests.Features{
	ConsumerGroups:                      true,
	GuaranteedOrder:                     true,
	GuaranteedOrderWithSingleSubscriber: true,
	Persistent:                          true,
}

func TestPubSub(t *testing.T) {
	b := startBroker(t)
	t.Run("TestReconnect", b.testReconnect) // the suite, not given a restart command, skips its own call of it
	tests.TestPubSub(t, features, func(t *testing.T) (message.Publisher, message.Subscriber) {
		return b.pubSub(t, "suite")
	}, b.pubSub)
}

func TestANewGroupReceivesOldMessages(t *testing.T) {
	b := startBroker(t)
	tests.TestNewSubscriberReceivesOldMessages(t, tests.TestContext{
		TestID:   tests.NewTestID(),
		Features: tests.Features{NewSubscriberReceivesOldMessages: true},
	}, func(t *testing.T) (message.Publisher, message.Subscriber) {
		return b.pubSub(t, uuid.NewString())
	})
}
