package faults_test

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// urlEnv tells a child where the server is.
const urlEnv = "VISURE_FAULT_URL"

// children are run by this program started anew, each in a process of its own,
// since the fault that it shows may end the process.
var children = map[string]func(){
	"close while a server is looked for": func() {
		looking := make(chan struct{})
		first := sync.OnceFunc(func() { close(looking) })
		client := childClient(func(c *es.Configuration) {
			c.Logger = func(es.LogLevel, string, ...any) { first() }
			patient(c)
		})
		call := func() { _ = bareAppend(context.Background(), client, "s") }
		go call()
		<-looking
		time.AfterFunc(100*time.Millisecond, func() { _ = client.Close() }) // nothing tells when the second waits its turn
		call()
	},
	"an outage with the default logger": func() {
		client := childClient(impatient)
		outage(func(ctx context.Context) { _ = bareAppend(ctx, client, "s") })
	},
	"an outage in the holder": func() {
		client, err := esdb.Connect(os.Getenv(urlEnv), slog.New(slog.DiscardHandler))
		must(err)
		outage(func(ctx context.Context) {
			_, _ = esdb.NewStore(client, noKeys{}).Load(ctx, "visura-a", commands.NoStream, func(domain.Recorded) {})
		})
	},
	"an event created at no time": func() {
		reader, err := childClient(quiet).ReadStream(context.Background(), "s", es.ReadStreamOptions{From: es.Start{}}, 1)
		must(err)
		_, err = reader.Recv()
		must(err)
	},
	"acknowledging in parallel": func() {
		sub, err := childClient(quiet).SubscribeToPersistentSubscription(context.Background(), "s", "g",
			es.SubscribeToPersistentSubscriptionOptions{BufferSize: 10})
		must(err)
		var all sync.WaitGroup
		for range 10 {
			e := sub.Recv().EventAppeared.Event
			all.Go(func() { _ = sub.Ack(e) })
		}
		all.Go(func() { _ = sub.Close() })
		all.Wait()
	},
}

func quiet(c *es.Configuration) { c.Logger = es.NoopLogging() }

// childClient is the official client of a child.
func childClient(settings func(*es.Configuration)) *es.Client {
	config, err := es.ParseConnectionString(os.Getenv(urlEnv))
	must(err)
	settings(config)
	client, err := es.NewClient(config)
	must(err)
	return client
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// outage is what both children of the loggers go through.
func outage(call func(context.Context)) {
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	call(ctx)
}
