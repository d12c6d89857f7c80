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

// What one append of all wrote is what the commands would have written one by
// one: each repeated by itself is recognised, and the key is one.
func TestAHistoryBroughtInIsAsIfWrittenCommandByCommand(t *testing.T) {
	t.Parallel()
	store := esdb.NewStore(startServer(t).connect(), newRing())
	stream := string(newVisura().Stream())
	first, second := metaNow(), metaNow()
	issued := domain.VisuraIssued{Pages: 1, SubjectToken: "t"}
	pos, err := store.AppendAll(t.Context(), stream, commands.NoStream, []esdb.Decided{
		{Events: []domain.Event{requested, approved}, Meta: first}, {Events: []domain.Event{issued}, Meta: second}})
	if err != nil {
		t.Fatal(err)
	}
	var read []domain.Recorded
	if _, err := store.Load(t.Context(), stream, commands.NoStream, func(r domain.Recorded) { read = append(read, r) }); err != nil {
		t.Fatal(err)
	}
	if len(read) != 3 || read[1].ID != esdb.EventID(first.CommandID, stream, 1) || read[2].Meta.CommandID != second.CommandID ||
		read[2].Position != pos || read[2].Event.(domain.VisuraIssued).SubjectToken != "t" || read[0].Sealed.Key == "" {
		t.Errorf("read %+v", read)
	}
	again, err := store.Append(t.Context(), stream, 1, []domain.Event{issued}, second)
	if err != nil || again != pos {
		t.Errorf("the last command repeated: at %s instead of %s, %v", again, pos, err)
	}
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
