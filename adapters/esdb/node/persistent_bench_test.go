package node_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// BenchmarkAcknowledged tells how many events a second consumers take and acknowledge, each by itself, from a backlog.
func BenchmarkAcknowledged(b *testing.B) {
	for _, c := range []struct {
		name      string
		consumers int
		slots     uint32
		strategy  esdb.ConsumerStrategy
	}{
		{"1 consumer of 10 slots", 1, 10, esdb.ConsumerStrategyRoundRobin},
		{"1 consumer of 100 slots", 1, 100, esdb.ConsumerStrategyRoundRobin},
		{"16 pinned consumers of 1 slot", 16, 1, esdb.ConsumerStrategyPinned},
	} {
		b.Run(c.name, func(b *testing.B) { benchmarkAcknowledged(b, c.consumers, c.slots, c.strategy) })
	}
}

func benchmarkAcknowledged(b *testing.B, consumers int, slots uint32, strategy esdb.ConsumerStrategy) {
	n, err := node.Open(node.Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer n.Close()
	if err := n.Start("127.0.0.1:0"); err != nil {
		b.Fatal(err)
	}
	client := newClient(b, n)
	ctx := context.Background()
	for written := 0; written < b.N; written += 200 {
		var events []esdb.EventData
		for range min(200, b.N-written) {
			events = append(events, esdb.EventData{EventID: uuid.New(), EventType: "happened", Data: make([]byte, 500)})
		}
		_, err := client.AppendToStream(ctx, fmt.Sprintf("visura-%d", written/200), esdb.AppendToStreamOptions{}, events...)
		if err != nil {
			b.Fatal(err)
		}
	}
	settings := esdb.SubscriptionSettingsDefault()
	settings.ConsumerStrategyName = strategy
	settings.CheckpointLowerBound = 1
	err = client.CreatePersistentSubscriptionToAll(ctx, "bench", esdb.PersistentAllSubscriptionOptions{
		Settings: &settings, StartFrom: esdb.Start{},
		Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{"visura-"}}})
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	done := make(chan struct{}, b.N)
	var serving sync.WaitGroup
	for range consumers {
		sub, err := client.SubscribeToPersistentSubscriptionToAll(ctx, "bench",
			esdb.SubscribeToPersistentSubscriptionOptions{BufferSize: slots})
		if err != nil {
			b.Fatal(err)
		}
		defer sub.Close()
		serving.Go(func() {
			for {
				e := sub.Recv()
				if e.EventAppeared == nil {
					return
				}
				if err := sub.Ack(e.EventAppeared.Event); err != nil {
					return
				}
				done <- struct{}{}
			}
		})
	}
	for range b.N {
		<-done
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
