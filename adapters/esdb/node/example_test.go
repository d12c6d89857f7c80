package node_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// The recommended use of the client: no logging to the console, discovery without
// limit, ids and expected revisions on appends, a deadline on reads.
func Example() {
	dir, err := os.MkdirTemp("", "esdb")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	store, err := node.Open(node.Options{Dir: dir})
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	if err := store.Start("127.0.0.1:0"); err != nil {
		log.Fatal(err)
	}

	config, err := esdb.ParseConnectionString(store.ConnectionString())
	if err != nil {
		log.Fatal(err)
	}
	config.Logger = esdb.NoopLogging()
	client, err := esdb.NewClient(config)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	event := esdb.EventData{EventID: uuid.New(), EventType: "visura.requested.v1",
		ContentType: esdb.ContentTypeJson, Data: []byte(`{"type":"residenza"}`)}
	opts := esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}
	for range 2 { // the second time is recognised by the event id
		if _, err := client.AppendToStream(ctx, "visura-1", opts, event); err != nil {
			log.Fatal(err)
		}
	}
	read, err := client.ReadStream(ctx, "visura-1", esdb.ReadStreamOptions{}, 100)
	if err != nil {
		log.Fatal(err)
	}
	defer read.Close()
	for {
		e, err := read.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(e.Event.EventNumber, e.Event.EventType, string(e.Event.Data))
	}
	// Output: 0 visura.requested.v1 {"type":"residenza"}
}

// A unix socket is protected by the permissions of its folder. Its address is set in
// code, not in the connection string.
func Example_unixSocket() {
	dir, err := os.MkdirTemp("", "esdb")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	store, err := node.Open(node.Options{Dir: filepath.Join(dir, "data")})
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	if err := store.Start("unix://" + filepath.Join(dir, "esdb.sock")); err != nil {
		log.Fatal(err)
	}

	config, err := esdb.ParseConnectionString("esdb://localhost?tls=false&maxDiscoverAttempts=2147483647&discoveryInterval=200")
	if err != nil {
		log.Fatal(err)
	}
	config.Address = store.ConnectionString()
	config.Logger = esdb.NoopLogging()
	client, err := esdb.NewClient(config)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	version, err := client.GetServerVersion()
	fmt.Println(version.Major, err)
	// Output: 23 <nil>
}
