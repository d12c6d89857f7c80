package esdb_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// lookedAt is a store that counts looks at the end of the log, those that did not
// reach it, and the streams read.
type lookedAt struct {
	commands.Store
	mu                  sync.Mutex
	looks, short, loads int
}

func (l *lookedAt) Since(ctx context.Context, after domain.Position, most int, wants func(string, uint64) bool, each func(domain.Recorded)) (domain.Position, bool, error) {
	at, end, err := l.Store.Since(ctx, after, most, wants, each)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.looks++
	if !end {
		l.short++
	}
	return at, end, err
}

func (l *lookedAt) Load(ctx context.Context, stream string, after int64, each func(domain.Recorded)) (int64, error) {
	l.mu.Lock()
	l.loads++
	l.mu.Unlock()
	return l.Store.Load(ctx, stream, after, each)
}

// BenchmarkRequestAmongForeignEvents is a recorded request while another
// application writes a thousand events a second, or none: one after the other,
// and with pauses of two seconds, after which the memory begins anew.
func BenchmarkRequestAmongForeignEvents(b *testing.B) {
	for _, c := range []struct {
		name    string
		foreign bool
		pause   time.Duration
	}{{"alone", false, 0}, {"among foreign events", true, 0}, {"alone, after pauses", false, 2 * time.Second}, {"among foreign events, after pauses", true, 2 * time.Second}} {
		b.Run(c.name, func(b *testing.B) {
			server := startServer(b)
			ring := newRing()
			store := &lookedAt{Store: esdb.NewStore(server.connect(), ring)}
			h, o := newHandler(store), openOffice(b, esdb.NewStore(server.connect(), ring))
			ctx, stop := context.WithCancel(context.Background())
			var writing sync.WaitGroup
			if c.foreign {
				ticks := time.NewTicker(10 * time.Millisecond) // ten events each
				defer ticks.Stop()
				other := &neighbour{client: server.official(), more: make(chan struct{})}
				writing.Go(func() {
					if err := other.run(ctx, ticks.C); err != nil {
						b.Error(err)
					}
				})
			}
			defer writing.Wait()
			defer stop()
			if err := o.ask(ctx, h); err != nil {
				b.Fatal(err)
			}
			store.looks, store.short, store.loads = 0, 0, 0
			b.ResetTimer()
			for range b.N {
				if c.pause > 0 {
					b.StopTimer()
					time.Sleep(c.pause)
					b.StartTimer()
				}
				if err := o.ask(ctx, h); err != nil {
					b.Fatal(err)
				}
			}
			b.StopTimer()
			b.ReportMetric(float64(store.looks)/float64(b.N), "looks/op")
			b.ReportMetric(float64(store.short)/float64(b.N), "anew/op")
			b.ReportMetric(float64(store.loads)/float64(b.N), "loads/op")
		})
	}
}
