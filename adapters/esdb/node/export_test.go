package node_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/adapters/esdb/contract/esdbtest"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

func export(t interface{ Fatal(...any) }, d node.Keeper) []byte {
	var b bytes.Buffer
	if err := d.Export(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func openData(t interface{ Fatal(...any) }, dir string) *node.Data {
	d, err := node.OpenData(dir, true)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// An import of an export gives a store with the same export, whatever its history.
func TestExportImportExportIsIdentical(t *testing.T) {
	t.Parallel()
	dirs := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp(dirs, "")
		if err != nil {
			t.Fatal(err)
		}
		anyHistory(t, filepath.Join(dir, "first"))
		first := openData(t, filepath.Join(dir, "first"))
		defer first.Close()
		want := export(t, first)
		n, err := node.Import(context.Background(), filepath.Join(dir, "second"), bytes.NewReader(want))
		if err != nil || n != bytes.Count(want, []byte("\n"))-1 {
			t.Fatalf("imported %d lines, %v", n, err)
		}
		second := openData(t, filepath.Join(dir, "second"))
		defer second.Close()
		if got := export(t, second); !bytes.Equal(want, got) {
			t.Fatalf("exported\n%s\nthen\n%s", want, got)
		}
		if _, err := second.Verify(context.Background()); err != nil {
			t.Fatal(err)
		}
	})
}

// anyHistory makes a journal with a random history.
func anyHistory(t *rapid.T, dir string) {
	j, err := journal.Open(journal.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	ctx := context.Background()
	names := rapid.SampledFrom([]string{"a", "b-1", "$$a", "$$b-1", "città\n", "$persistentsubscription-$all::g-parked"})
	data := rapid.OneOf(rapid.SliceOf(rapid.Byte()), rapid.Map(rapid.SampledFrom([]string{
		`{"$tb":1}`, `{"$maxCount":2}`, `{}`, ` {"a": 1} `, "{\n}", `null`, `"<é\u2028>"`, `1.0`, "\xff", `{"a":1,"a":1}`}), func(s string) []byte { return []byte(s) }))
	for range rapid.IntRange(0, 15).Draw(t, "steps") {
		name := names.Draw(t, "stream")
		switch rapid.IntRange(0, 9).Draw(t, "step") {
		case 0:
			_, err = j.Delete(ctx, name, journal.Any)
		case 1:
			_, err = j.Tombstone(ctx, name, journal.Any)
		case 2:
			_, err = j.Scavenge(ctx, func(string) uint64 { return journal.MaxRevision })
		case 3:
			err = j.Put(ctx, journal.Entry{Name: "group." + name, Value: data.Draw(t, "value")})
		default:
			var events []journal.Proposed
			for range rapid.IntRange(0, 3).Draw(t, "events") {
				events = append(events, journal.Proposed{ID: uuid.New(), Type: rapid.String().Draw(t, "type"), JSON: rapid.Bool().Draw(t, "json"),
					Data: data.Draw(t, "data"), Metadata: data.Draw(t, "metadata")})
			}
			_, err = j.Append(ctx, journal.Append{Stream: name, Expected: journal.Any, Events: events})
		}
		if err != nil && j.Err() != nil {
			t.Fatal(err)
		}
	}
}

// Clients of an imported store find the same events, and groups resume.
func TestAnImportedNodeGoesOn(t *testing.T) {
	t.Parallel()
	g := esdbtest.OnNode(t, node.Options{})
	g.Append("s", 5)
	g.Create("s", "g", esdbtest.Retrying(7))
	c := g.Join("s", "g", 10)
	events := c.Expect("0@s", "1@s", "2@s", "3@s", "4@s")
	c.Nack(esdb.NackActionPark, "", events[1])
	c.Ack(events[0])
	g.UntilCheckpoint("s", "g", 1)
	g.UntilParked("s", "g", 1)
	text := export(t, g.Node.Data())
	dir := filepath.Join(t.TempDir(), "new")
	if _, err := node.Import(context.Background(), dir, bytes.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	g = esdbtest.OnNode(t, node.Options{Dir: dir})
	g.Join("s", "g", 10).Expect("2@s", "3@s", "4@s")
	i := g.Info("s", "g")
	if i.Settings.MaxRetryCount != 7 || i.Stats.ParkedMessagesCount != 1 {
		t.Errorf("%+v, %d parked", *i.Settings, i.Stats.ParkedMessagesCount)
	}
}

func TestImportRefusesHalves(t *testing.T) {
	t.Parallel()
	g := esdbtest.OnNode(t, node.Options{})
	g.Append("s", 3)
	lines := strings.SplitAfter(string(export(t, g.Node.Data())), "\n")
	for name, text := range map[string]string{
		"no last line":          strings.Join(lines[:3], ""),
		"a line is missing":     lines[0] + lines[1] + lines[3],
		"a line is cut":         lines[0] + lines[1][:20],
		"out of order":          lines[1] + lines[0] + lines[2] + lines[3],
		"a line of other kinds": lines[0] + "[]\n",
		"nothing":               "",
	} {
		dir := filepath.Join(t.TempDir(), "new")
		if _, err := node.Import(context.Background(), dir, strings.NewReader(text)); err == nil {
			t.Errorf("%s: it was imported", name)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s: something is there", name)
		}
	}
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := node.Import(context.Background(), full, strings.NewReader(strings.Join(lines, ""))); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("into a folder that is not empty: %v", err)
	}
}

func TestStatsCountByCategory(t *testing.T) {
	t.Parallel()
	g := esdbtest.OnNode(t, node.Options{})
	g.Append("visura-1", 3)
	g.Append("visura-2", 2)
	g.Append("other", 1)
	g.CreateAll("all", "visura-")
	g.Create("other", "one")
	c := g.Join("$all", "all", 10)
	events := c.Expect("0@visura-1", "1@visura-1", "2@visura-1", "0@visura-2", "1@visura-2")
	c.Nack(esdb.NackActionPark, "", events[0])
	c.Ack(events[1], events[2])
	g.Until("$all", "all", "parked", func(i *esdb.PersistentSubscriptionInfo) bool {
		return i.Stats.ParkedMessagesCount == 1 && i.Stats.LastCheckpointedPosition != nil
	})
	s, err := g.Node.Data().Stats(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var shown []string
	for _, c := range s.Categories {
		shown = append(shown, fmt.Sprintf("%s %d/%d", c.Name, c.Streams, c.Events))
	}
	for _, x := range s.Groups {
		shown = append(shown, fmt.Sprintf("%s::%s lag %d parked %d", x.Stream, x.Group, x.Lag, x.Parked))
	}
	const want = "$persistentsubscription 2/2, other 1/1, visura 2/5, $all::all lag 2 parked 1, other::one lag 1 parked 0"
	if got := strings.Join(shown, ", "); got != want || s.Events != 8 || s.Bytes == 0 || s.End == 0 {
		t.Errorf("%s; %+v; want %s", got, s, want)
	}
}
