package node_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
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
	client := benchClient(b)
	ctx := context.Background()
	for written := 0; written < b.N; written += 200 {
		var events []esdb.EventData
		for range min(200, b.N-written) {
			events = append(events, benchEvent())
		}
		_, err := client.AppendToStream(ctx, fmt.Sprintf("visura-%d", written/200), esdb.AppendToStreamOptions{}, events...)
		if err != nil {
			b.Fatal(err)
		}
	}
	done := make(chan struct{}, b.N)
	b.ResetTimer()
	benchConsumers(b, client, consumers, slots, strategy, func(*esdb.ResolvedEvent) { done <- struct{}{} })
	for range b.N {
		<-done
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// benchConsumers joins consumers to a new group as the application makes it; each acknowledges what it gets.
func benchConsumers(b *testing.B, client *esdb.Client, consumers int, slots uint32, strategy esdb.ConsumerStrategy, got func(*esdb.ResolvedEvent)) {
	b.Helper()
	ctx := context.Background()
	settings := esdb.SubscriptionSettingsDefault()
	settings.ConsumerStrategyName = strategy
	settings.CheckpointLowerBound = 1
	err := client.CreatePersistentSubscriptionToAll(ctx, "bench", esdb.PersistentAllSubscriptionOptions{
		Settings: &settings, StartFrom: esdb.Start{},
		Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{"visura-"}}})
	if err != nil {
		b.Fatal(err)
	}
	for range consumers {
		sub, err := client.SubscribeToPersistentSubscriptionToAll(ctx, "bench",
			esdb.SubscribeToPersistentSubscriptionOptions{BufferSize: slots})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { sub.Close() })
		go func() {
			for e := sub.Recv(); e.EventAppeared != nil; e = sub.Recv() {
				got(e.EventAppeared.Event)
				if sub.Ack(e.EventAppeared.Event) != nil {
					return
				}
			}
		}()
	}
}

// BenchmarkDelivery tells how long it takes from the acknowledgement of an append until a waiting consumer has the event.
func BenchmarkDelivery(b *testing.B) {
	client := benchClient(b)
	arrived := make(chan time.Time, 1)
	benchConsumers(b, client, 16, 1, esdb.ConsumerStrategyPinned, func(*esdb.ResolvedEvent) { arrived <- time.Now() })
	var latencies []time.Duration
	for i := range b.N {
		_, err := client.AppendToStream(context.Background(), fmt.Sprint("visura-", i), esdb.AppendToStreamOptions{}, benchEvent())
		if err != nil {
			b.Fatal(err)
		}
		appended := time.Now()
		latencies = append(latencies, max(0, (<-arrived).Sub(appended)))
	}
	slices.Sort(latencies)
	b.ReportMetric(float64(latencies[len(latencies)/2].Microseconds()), "p50-us")
	b.ReportMetric(float64(latencies[len(latencies)*99/100].Microseconds()), "p99-us")
}
