package node_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb/contract/esdbtest"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// All benchmarks go through the official client, in this process, over loopback.

func benchClient(b *testing.B) *esdb.Client {
	b.Helper()
	n, err := node.Open(node.Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { n.Close() })
	if err := n.Start("127.0.0.1:0"); err != nil {
		b.Fatal(err)
	}
	return esdbtest.Connect(b, n.ConnectionString())
}

// benchEvent has the size of an event of a visura.
func benchEvent() esdb.EventData {
	data := fmt.Appendf(nil, `{"id":%q,"text":"%0400d"}`, uuid.NewString(), 7)
	return esdb.EventData{EventID: uuid.New(), EventType: "visura.requested.v1",
		ContentType: esdb.ContentTypeJson, Data: data, Metadata: []byte(`{"$correlationId":"7f1a8f0e-3c1e-4a7b-9f0e-0a1b2c3d4e5f"}`)}
}

func BenchmarkAppend(b *testing.B) {
	for _, clients := range []int{1, 32} {
		for _, streams := range []string{"new streams", "one stream each"} {
			b.Run(fmt.Sprintf("%d clients, %s", clients, streams), func(b *testing.B) {
				client := benchClient(b)
				appendBy(b, client, clients, streams == "new streams")
			})
		}
	}
}

func appendBy(b *testing.B, client *esdb.Client, clients int, fresh bool) {
	var next atomic.Int64
	latencies := make([][]time.Duration, clients)
	var group sync.WaitGroup
	b.ResetTimer()
	for c := range clients {
		group.Go(func() {
			stream := "visura-" + uuid.NewString()
			opts := esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}
			for next.Add(1) <= int64(b.N) {
				began := time.Now()
				w, err := client.AppendToStream(context.Background(), stream, opts, benchEvent())
				if err != nil {
					b.Error(err)
					return
				}
				latencies[c] = append(latencies[c], time.Since(began))
				if fresh {
					stream = "visura-" + uuid.NewString()
				} else {
					opts.ExpectedRevision = esdb.Revision(w.NextExpectedVersion)
				}
			}
		})
	}
	group.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
	all := slices.Concat(latencies...)
	slices.Sort(all)
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99-ms")
}

func BenchmarkAppendOf200(b *testing.B) {
	client := benchClient(b)
	events := make([]esdb.EventData, 200)
	for b.Loop() {
		for i := range events {
			events[i] = benchEvent()
		}
		if _, err := client.AppendToStream(context.Background(), "many", esdb.AppendToStreamOptions{}, events...); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(200*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// stored is the number of events that the benchmarks of reads read.
const stored = 50_000

func benchStored(b *testing.B) *esdb.Client {
	client := benchClient(b)
	for range stored / 200 {
		events := make([]esdb.EventData, 200)
		for i := range events {
			events[i] = benchEvent()
		}
		if _, err := client.AppendToStream(context.Background(), "many", esdb.AppendToStreamOptions{}, events...); err != nil {
			b.Fatal(err)
		}
	}
	return client
}

func BenchmarkRead(b *testing.B) {
	client := benchStored(b)
	ctx := context.Background()
	backwards := esdb.ReadStreamOptions{From: esdb.End{}, Direction: esdb.Backwards}
	for name, open := range map[string]func() (*esdb.ReadStream, error){
		"stream forwards": func() (*esdb.ReadStream, error) {
			return client.ReadStream(ctx, "many", esdb.ReadStreamOptions{}, stored)
		},
		"stream backwards": func() (*esdb.ReadStream, error) { return client.ReadStream(ctx, "many", backwards, stored) },
		"all forwards":     func() (*esdb.ReadStream, error) { return client.ReadAll(ctx, esdb.ReadAllOptions{}, stored) },
		"all backwards": func() (*esdb.ReadStream, error) {
			return client.ReadAll(ctx, esdb.ReadAllOptions{From: esdb.End{}, Direction: esdb.Backwards}, stored)
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				read, err := open()
				if err != nil {
					b.Fatal(err)
				}
				n := 0
				for ; ; n++ {
					if _, err := read.Recv(); errors.Is(err, io.EOF) {
						break
					} else if err != nil {
						b.Fatal(err)
					}
				}
				if n != stored {
					b.Fatalf("%d events", n)
				}
			}
			b.ReportMetric(stored*float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

func BenchmarkCatchUp(b *testing.B) {
	client := benchStored(b)
	filter := &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{"many"}}
	for name, options := range map[string]esdb.SubscribeToAllOptions{
		"all":      {From: esdb.Start{}},
		"filtered": {From: esdb.Start{}, Filter: filter, MaxSearchWindow: 1000},
		"filtered by an expression": {From: esdb.Start{}, MaxSearchWindow: 1000,
			Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Regex: "^[^$]"}},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s, err := client.SubscribeToAll(context.Background(), options)
				if err != nil {
					b.Fatal(err)
				}
				for n := 0; n < stored; {
					e := s.Recv()
					if e.SubscriptionDropped != nil {
						b.Fatal(e.SubscriptionDropped.Error)
					}
					if e.EventAppeared != nil {
						n++
					}
				}
				s.Close()
			}
			b.ReportMetric(stored*float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkLoad reads one short stream whole, as every command does first.
func BenchmarkLoad(b *testing.B) {
	client := benchClient(b)
	for i := range 1000 {
		events := []esdb.EventData{benchEvent(), benchEvent(), benchEvent(), benchEvent(), benchEvent()}
		if _, err := client.AppendToStream(context.Background(), fmt.Sprint("visura-", i), esdb.AppendToStreamOptions{}, events...); err != nil {
			b.Fatal(err)
		}
	}
	i := 0
	for b.Loop() {
		read, err := client.ReadStream(context.Background(), fmt.Sprint("visura-", i%1000), esdb.ReadStreamOptions{}, math.MaxInt64)
		if err != nil {
			b.Fatal(err)
		}
		for {
			if _, err := read.Recv(); err != nil {
				break
			}
		}
		read.Close()
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "loads/s")
}
