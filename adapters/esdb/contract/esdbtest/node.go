// Package esdbtest has helpers for tests of an event store: names that no other test
// uses, groups and their consumers, and nodes.
package esdbtest

import (
	"context"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// Within returns a context for the calls of a test, with a time-out.
func Within(t testing.TB, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

// Start opens a node on a free port, in a folder of its own if none is named, and
// closes it with the test.
func Start(t testing.TB, o node.Options) *node.Node {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	n, err := node.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	if err := n.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	return n
}

// Connect connects the official client as an application does, without its log.
func Connect(t testing.TB, connection string) *esdb.Client {
	t.Helper()
	config, err := esdb.ParseConnectionString(connection)
	if err != nil {
		t.Fatal(err)
	}
	config.Logger = esdb.NoopLogging()
	client, err := esdb.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

// NodeGroups are the groups of a node that can be restarted.
type NodeGroups struct {
	Groups
	Node *node.Node
}

// OnNode starts a node for one test.
func OnNode(t testing.TB, o node.Options) NodeGroups {
	t.Helper()
	n := Start(t, o)
	return NodeGroups{Groups{t, Within(t, time.Minute), Connect(t, n.ConnectionString()), OwnNames()}, n}
}

// Reopen stops the node and starts it on the same folder.
func (g NodeGroups) Reopen(dir string) NodeGroups {
	g.T.Helper()
	if err := g.Node.Close(); err != nil {
		g.T.Fatal(err)
	}
	return OnNode(g.T, node.Options{Dir: dir})
}
