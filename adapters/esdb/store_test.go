package esdb_test

import (
	"context"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/commands/storetest"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestTheStoreKeepsWhatAStorePromises(t *testing.T) {
	t.Parallel()
	client := startServer(t).connect()
	storetest.Run(t, func(*testing.T) commands.Store { return esdb.NewStore(client, newRing()) })
}

func BenchmarkLoad(b *testing.B) {
	store := esdb.NewStore(startServer(b).connect(), newRing())
	stream := string(newVisura().Stream())
	mustAppend(b, store, stream, commands.NoStream, metaNow(), requested, approved, domain.QueryStarted{Attempt: 1}, domain.VisuraIssued{})
	for name, after := range map[string]int64{"whole": -1, "head": 3} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := store.Load(context.Background(), stream, after, func(domain.Recorded) {}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAppend(b *testing.B) {
	store := esdb.NewStore(startServer(b).connect(), newRing())
	b.Run("one caller", func(b *testing.B) {
		for b.Loop() {
			mustAppend(b, store, string(newVisura().Stream()), commands.NoStream, metaNow(), requested, approved)
		}
	})
	b.Run("many callers", func(b *testing.B) {
		b.SetParallelism(16)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				mustAppend(b, store, string(newVisura().Stream()), commands.NoStream, metaNow(), requested, approved)
			}
		})
	})
}
