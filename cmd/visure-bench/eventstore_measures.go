package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
)

// eventsBench is a store with a backlog to read.
type eventsBench struct {
	client  *es.Client
	backlog int
}

// measurement is one thing measured. run goes on for about as long as it is
// told, adds what each call took where that is of interest, and returns how much
// it did.
type measurement struct {
	name    string
	mark    float64
	markP99 float64
	prepare func(context.Context) error
	run     func(context.Context, time.Duration, *collected) (int, error)
}

// batch is how many events an append of many holds.
const batch = 200

// benchCategory begins the names of the streams of the backlog.
const benchCategory = "bench-"

func (b *eventsBench) measures() []measurement {
	backwards := es.ReadStreamOptions{From: es.End{}, Direction: es.Backwards}
	count := uint64(b.backlog)
	return []measurement{
		{name: "appends, 1 client, new streams", mark: 3000, markP99: 3, run: b.appends(1, true)},
		{name: "appends, 1 client, one stream", mark: 3000, markP99: 3, run: b.appends(1, false)},
		{name: "appends, 32 clients, new streams", mark: 12_000, markP99: 8, run: b.appends(32, true)},
		{name: "appends, 32 clients, one stream each", mark: 12_000, markP99: 8, run: b.appends(32, false)},
		{name: "events in appends of 200", mark: 75_000, run: b.many},
		{name: "stream read forwards, events", mark: 110_000, prepare: b.fill, run: b.read(func(ctx context.Context) (*es.ReadStream, error) {
			return b.client.ReadStream(ctx, benchCategory+"long", es.ReadStreamOptions{From: es.Start{}}, count)
		})},
		{name: "stream read backwards, events", mark: 110_000, run: b.read(func(ctx context.Context) (*es.ReadStream, error) {
			return b.client.ReadStream(ctx, benchCategory+"long", backwards, count)
		})},
		{name: "$all read forwards, events", mark: 110_000, run: b.read(func(ctx context.Context) (*es.ReadStream, error) {
			return b.client.ReadAll(ctx, es.ReadAllOptions{From: es.Start{}}, count)
		})},
		{name: "$all read backwards, events", mark: 110_000, run: b.read(func(ctx context.Context) (*es.ReadStream, error) {
			return b.client.ReadAll(ctx, es.ReadAllOptions{From: es.End{}, Direction: es.Backwards}, count)
		})},
		{name: "catch-up on a stream, events", mark: 110_000, run: b.catchUp(func(ctx context.Context) (*es.Subscription, error) {
			return b.client.SubscribeToStream(ctx, benchCategory+"long", es.SubscribeToStreamOptions{From: es.Start{}})
		})},
		{name: "catch-up on $all, events", mark: 110_000, run: b.catchUp(func(ctx context.Context) (*es.Subscription, error) {
			return b.client.SubscribeToAll(ctx, es.SubscribeToAllOptions{From: es.Start{}})
		})},
		{name: "catch-up on $all by a prefix, events", mark: 110_000, run: b.catchUp(func(ctx context.Context) (*es.Subscription, error) {
			return b.client.SubscribeToAll(ctx, es.SubscribeToAllOptions{From: es.Start{}, MaxSearchWindow: 512, CheckpointInterval: 1, Filter: benchFilter()})
		})},
		{name: "acknowledged, one consumer of 10 slots, events", mark: 10_000, run: b.acknowledged(10)},
		{name: "acknowledged, one consumer of 100 slots, events", mark: 20_000, run: b.acknowledged(100)},
	}
}

func benchFilter() *es.SubscriptionFilter {
	return &es.SubscriptionFilter{Type: es.StreamFilterType, Prefixes: []string{benchCategory}}
}

// benchEvent has the size of an event of a visura.
func benchEvent() es.EventData {
	id := uuid.New()
	return es.EventData{EventID: id, EventType: "visura.requested.v1", ContentType: es.ContentTypeJson,
		Data:     fmt.Appendf(nil, `{"id":%q,"text":"%0400d"}`, id, 7),
		Metadata: []byte(`{"$correlationId":"7f1a8f0e-3c1e-4a7b-9f0e-0a1b2c3d4e5f"}`)}
}

func benchEvents() []es.EventData {
	events := make([]es.EventData, batch)
	for i := range events {
		events[i] = benchEvent()
	}
	return events
}

// appends keeps a number of callers busy, each with one append of one event at a
// time, at an expected revision.
func (b *eventsBench) appends(callers int, fresh bool) func(context.Context, time.Duration, *collected) (int, error) {
	return func(ctx context.Context, d time.Duration, all *collected) (int, error) {
		var wg sync.WaitGroup
		end := time.Now().Add(d)
		for range callers {
			wg.Go(func() {
				stream, options := "one-"+uuid.NewString(), es.AppendToStreamOptions{ExpectedRevision: es.NoStream{}}
				for time.Now().Before(end) {
					began := time.Now()
					written, err := b.client.AppendToStream(ctx, stream, options, benchEvent())
					all.add(time.Since(began), err)
					if err != nil {
						return
					}
					if fresh {
						stream = "one-" + uuid.NewString()
					} else {
						options.ExpectedRevision = es.Revision(written.NextExpectedVersion)
					}
				}
			})
		}
		wg.Wait()
		return len(all.took), all.err()
	}
}

// many appends 200 events at a time.
func (b *eventsBench) many(ctx context.Context, d time.Duration, all *collected) (n int, err error) {
	for end := time.Now().Add(d); time.Now().Before(end); n += batch {
		began := time.Now()
		_, err := b.client.AppendToStream(ctx, "many-"+uuid.NewString(), es.AppendToStreamOptions{ExpectedRevision: es.NoStream{}}, benchEvents()...)
		if err != nil {
			return n, err
		}
		all.add(time.Since(began), nil)
	}
	return n, nil
}

// fill writes the backlog: one long stream.
func (b *eventsBench) fill(ctx context.Context) error {
	for written := 0; written < b.backlog; written += batch {
		_, err := b.client.AppendToStream(ctx, benchCategory+"long", es.AppendToStreamOptions{ExpectedRevision: es.Any{}}, benchEvents()...)
		if err != nil {
			return err
		}
	}
	return nil
}

// read reads the backlog to the end, again and again.
func (b *eventsBench) read(open func(context.Context) (*es.ReadStream, error)) func(context.Context, time.Duration, *collected) (int, error) {
	return func(ctx context.Context, d time.Duration, _ *collected) (n int, err error) {
		for end := time.Now().Add(d); time.Now().Before(end); {
			reader, err := open(ctx)
			if err != nil {
				return n, err
			}
			for ; ; n++ {
				if _, err = reader.Recv(); err != nil {
					break
				}
			}
			reader.Close()
			if !errors.Is(err, io.EOF) {
				return n, err
			}
		}
		return n, nil
	}
}

// catchUp follows a subscription over as many events as the backlog has, again
// and again.
func (b *eventsBench) catchUp(open func(context.Context) (*es.Subscription, error)) func(context.Context, time.Duration, *collected) (int, error) {
	return func(ctx context.Context, d time.Duration, _ *collected) (n int, err error) {
		for end := time.Now().Add(d); time.Now().Before(end); {
			sub, err := open(ctx)
			if err != nil {
				return n, err
			}
			for got := 0; got < b.backlog; {
				said := sub.Recv()
				if said.SubscriptionDropped != nil {
					return n, said.SubscriptionDropped.Error
				}
				if said.EventAppeared != nil {
					got++
					n++
				}
			}
			_ = sub.Close()
		}
		return n, nil
	}
}

// acknowledged takes and acknowledges one event after the other from a group of
// its own.
func (b *eventsBench) acknowledged(slots uint32) func(context.Context, time.Duration, *collected) (int, error) {
	return func(ctx context.Context, d time.Duration, _ *collected) (n int, err error) {
		group, settings := uuid.NewString(), es.SubscriptionSettingsDefault()
		settings.CheckpointLowerBound = 1
		err = b.client.CreatePersistentSubscriptionToAll(ctx, group, es.PersistentAllSubscriptionOptions{
			Settings: &settings, StartFrom: es.Start{}, MaxSearchWindow: 512, Filter: benchFilter()})
		if err != nil {
			return 0, err
		}
		sub, err := b.client.SubscribeToPersistentSubscriptionToAll(ctx, group, es.SubscribeToPersistentSubscriptionOptions{BufferSize: slots})
		if err != nil {
			return 0, err
		}
		defer sub.Close()
		for end := time.Now().Add(d); time.Now().Before(end) && n < b.backlog; n++ {
			said := sub.Recv()
			if said.SubscriptionDropped != nil {
				return n, said.SubscriptionDropped.Error
			}
			if err := sub.Ack(said.EventAppeared.Event); err != nil {
				return n, err
			}
		}
		return n, nil
	}
}

// residentMiB is the memory of this process; 0 where the system does not tell.
func residentMiB() float64 {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "VmRSS:"); ok {
			kib, _ := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(rest, "kB")), 64)
			return kib / 1024
		}
	}
	return 0
}
