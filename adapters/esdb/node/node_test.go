package node_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"go.uber.org/goleak"

	"github.com/visure-anagrafiche/visure/adapters/esdb/contract/esdbtest"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// The answers of the node are tested in adapters/esdb/contract. Here are tests of
// what only the node has: opening and closing, data, users, speed.

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		if err := beChild(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

func TestOneNodeAtATime(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	esdbtest.Start(t, node.Options{Dir: dir})
	if n, err := node.Open(node.Options{Dir: dir}); !errors.Is(err, journal.ErrInUse) {
		t.Errorf("opened twice: %v, %v", n, err)
	}
}

func TestUnixSocket(t *testing.T) {
	t.Parallel()
	n, err := node.Open(node.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	if err := n.Start("unix://" + filepath.Join(t.TempDir(), "esdb.sock")); err != nil {
		t.Fatal(err)
	}
	config, err := esdb.ParseConnectionString("esdb://localhost?tls=false")
	if err != nil {
		t.Fatal(err)
	}
	config.Address = n.ConnectionString()
	config.Logger = esdb.NoopLogging()
	client, err := esdb.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := client.AppendToStream(context.Background(), "s", esdb.AppendToStreamOptions{},
		esdb.EventData{EventType: "event", ContentType: esdb.ContentTypeJson}); err != nil {
		t.Error(err)
	}
}

func TestServing(t *testing.T) {
	t.Parallel()
	n := esdbtest.Start(t, node.Options{})
	if err := n.Start("127.0.0.1:0"); err == nil {
		t.Error("it serves twice")
	}
	if err := n.Close(); err != nil {
		t.Error(err)
	}
	if err := n.Close(); err == nil {
		t.Error("it closes twice")
	}
	if _, err := node.Open(node.Options{}); err == nil {
		t.Error("it opens nowhere")
	}
}
