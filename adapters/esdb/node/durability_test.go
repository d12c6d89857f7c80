package node_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// everyState fills a log with streams in every state.
func everyState(w wire) {
	for state, put := range states {
		put(w, state)
	}
	w.append("soft-deleted again", noStream, "a")
	w.delete("soft-deleted again", anything)
	w.append("soft-deleted again", anything, "b")
}

func TestRestartKeepsEverything(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := start(t, node.Options{Dir: dir})
	w := newWire(t, first)
	everyState(w)
	want := w.events(read(all))
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	checkSame(t, dir, want)
}

// A copy of the files of a running node is what a killed process leaves.
func TestKilledNodeKeepsWhatItAcknowledged(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w := newWire(t, start(t, node.Options{Dir: dir}))
	everyState(w)
	want := w.events(read(all))
	left := filepath.Join(t.TempDir(), "left")
	if err := os.CopyFS(left, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	checkSame(t, left, want)
}

func checkSame(t *testing.T, dir string, want []*streams.ReadResp_ReadEvent) {
	t.Helper()
	w := newWire(t, start(t, node.Options{Dir: dir}))
	if diff := cmp.Diff(want, w.events(read(all)), protocmp.Transform()); diff != "" {
		t.Fatalf("the log differs: %s", diff)
	}
	for s, want := range map[string]string{
		"absent": "none", "absent with metadata": "none", "live": "0 1 2", "truncated": "", "soft-deleted": "none",
		"soft-deleted, never had events": "none", "tombstoned": "SD", "tombstoned while absent": "SD", "soft-deleted again": "1",
	} {
		if got := w.read(read(stream(s))); got != want {
			t.Errorf("%s reads %q, want %q", s, got, want)
		}
	}
	if got := w.append("live", 2, "d"); got != "W3" {
		t.Errorf("the next append answers %s", got)
	}
}

// Of all who append at one revision exactly one wins, and the losers can tell.
func TestConcurrentWriters(t *testing.T) {
	t.Parallel()
	client := newClient(t, start(t, node.Options{}))
	ctx := within(t, time.Minute)
	const writers, wanted = 16, 200
	winners := make([]atomic.Int32, wanted)
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for revision := 0; revision < wanted; {
				opts := esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}
				if revision > 0 {
					opts.ExpectedRevision = esdb.Revision(uint64(revision - 1))
				}
				w, err := client.AppendToStream(ctx, "s", opts, esdb.EventData{EventID: uuid.New(), EventType: "event", ContentType: esdb.ContentTypeJson})
				var e *esdb.Error
				switch {
				case err == nil && w.NextExpectedVersion == uint64(revision):
					winners[revision].Add(1)
				case err == nil || !errors.As(err, &e) || e.Code() != esdb.ErrorCodeWrongExpectedVersion:
					t.Errorf("at revision %d: %v, %v", revision, w, err)
					return
				}
				revision++
			}
		})
	}
	group.Wait()
	for revision := range winners {
		if n := winners[revision].Load(); n != 1 {
			t.Errorf("revision %d was won %d times", revision, n)
		}
	}
	read, err := client.ReadStream(ctx, "s", esdb.ReadStreamOptions{}, math.MaxInt64)
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	for want := uint64(0); ; want++ {
		e, err := read.Recv()
		if errors.Is(err, io.EOF) && want == wanted {
			return
		}
		if err != nil || e.Event.EventNumber != want {
			t.Fatalf("revision %d: %v, %v", want, e, err)
		}
	}
}

// The same append sent many times at once is written once, and all succeed.
func TestConcurrentRepeats(t *testing.T) {
	t.Parallel()
	client := newClient(t, start(t, node.Options{}))
	ctx := within(t, time.Minute)
	for round := range 20 {
		event := esdb.EventData{EventID: uuid.New(), EventType: "event", ContentType: esdb.ContentTypeJson}
		expected := []esdb.ExpectedRevision{esdb.NoStream{}, esdb.Any{}}[round%2]
		var group sync.WaitGroup
		positions := make([]uint64, 8)
		for i := range positions {
			group.Go(func() {
				w, err := client.AppendToStream(ctx, fmt.Sprint("s", round), esdb.AppendToStreamOptions{ExpectedRevision: expected}, event)
				if err != nil {
					t.Error(err)
					return
				}
				positions[i] = w.CommitPosition
			})
		}
		group.Wait()
		for _, p := range positions[1:] {
			if p != positions[0] || p == 0 {
				t.Fatalf("positions %v", positions)
			}
		}
	}
}

func TestOneNodeAtATime(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	start(t, node.Options{Dir: dir})
	if n, err := node.Open(node.Options{Dir: dir}); !errors.Is(err, journal.ErrInUse) {
		t.Errorf("opened twice: %v, %v", n, err)
	}
}

func TestUnixSocket(t *testing.T) {
	t.Parallel()
	n, err := node.Open(node.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	if err := n.Start("unix://" + filepath.Join(t.TempDir(), "esdb.sock")); err != nil {
		t.Fatal(err)
	}
	config, err := esdb.ParseConnectionString("esdb://localhost?tls=false")
	if err != nil {
		t.Fatal(err)
	}
	config.Address = n.ConnectionString()
	config.Logger = esdb.NoopLogging()
	client, err := esdb.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := client.AppendToStream(context.Background(), "s", esdb.AppendToStreamOptions{},
		esdb.EventData{EventType: "event", ContentType: esdb.ContentTypeJson}); err != nil {
		t.Error(err)
	}
}

func TestServing(t *testing.T) {
	t.Parallel()
	n := start(t, node.Options{})
	if err := n.Start("127.0.0.1:0"); err == nil {
		t.Error("it serves twice")
	}
	if err := n.Close(); err != nil {
		t.Error(err)
	}
	if err := n.Close(); err == nil {
		t.Error("it closes twice")
	}
	if _, err := node.Open(node.Options{}); err == nil {
		t.Error("it opens nowhere")
	}
}

func TestGossipAndFeatures(t *testing.T) {
	t.Parallel()
	n := start(t, node.Options{})
	conn := dial(t, n)
	ctx := within(t, time.Minute)
	cluster, err := gossip.NewGossipClient(conn).Read(ctx, &shared.Empty{})
	if err != nil || len(cluster.GetMembers()) != 1 {
		t.Fatalf("gossip: %v, %v", cluster, err)
	}
	m := cluster.GetMembers()[0]
	at := time.Unix(0, m.GetTimeStamp()*100)
	if m.GetState() != gossip.MemberInfo_Leader || !m.GetIsAlive() || m.GetInstanceId().GetStructured() == nil ||
		fmt.Sprintf("%s:%d", m.GetHttpEndPoint().GetAddress(), m.GetHttpEndPoint().GetPort()) != n.Addr().String() || time.Since(at).Abs() > time.Minute {
		t.Errorf("member %v", m)
	}
	features, err := serverfeatures.NewServerFeaturesClient(conn).GetSupportedMethods(ctx, &shared.Empty{})
	if err != nil || features.GetEventStoreServerVersion() != "23.10.6" {
		t.Errorf("features %v, %v", features, err)
	}
	offered := map[string]string{}
	for _, m := range features.GetMethods() {
		offered[m.GetMethodName()] += fmt.Sprint(m.GetFeatures())
	}
	if _, ok := offered["batchappend"]; ok || offered["create"] != "[stream all]" || offered["append"] != "[]" {
		t.Errorf("offered %v", offered)
	}
	// A client in cluster mode finds the node by gossip.
	config, err := esdb.ParseConnectionString("esdb+discover://" + n.Addr().String() + "?tls=false")
	if err != nil {
		t.Fatal(err)
	}
	config.Logger = esdb.NoopLogging()
	client, err := esdb.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := client.GetServerVersion(); err != nil {
		t.Error(err)
	}
}

// Whatever is missing from a delete fails that call alone.
func TestMalformedDeletes(t *testing.T) {
	t.Parallel()
	w := newWire(t, start(t, node.Options{}))
	w.append("s", noStream, "a")

	for title, c := range map[string]struct {
		options *streams.DeleteReq_Options
		want    string
	}{
		"no options":      {nil, "H"},
		"no identifier":   {&streams.DeleteReq_Options{ExpectedStreamRevision: &streams.DeleteReq_Options_Any{}}, "H"},
		"an empty name":   {&streams.DeleteReq_Options{StreamIdentifier: name(""), ExpectedStreamRevision: &streams.DeleteReq_Options_Any{}}, "H"},
		"no expectation":  {&streams.DeleteReq_Options{StreamIdentifier: name("s")}, "InvalidArgument"},
		"revision 2^63":   {&streams.DeleteReq_Options{StreamIdentifier: name("s"), ExpectedStreamRevision: &streams.DeleteReq_Options_Revision{Revision: 1 << 63}}, "H"},
		"revision 2^64-1": {&streams.DeleteReq_Options{StreamIdentifier: name("s"), ExpectedStreamRevision: &streams.DeleteReq_Options_Revision{Revision: 1<<64 - 1}}, "FailedPrecondition"},
	} {
		_, err := w.Delete(w.ctx, &streams.DeleteReq{Options: c.options})
		if got := fault(err, nil, ""); got != c.want {
			t.Errorf("delete, %s: %s, want %s", title, got, c.want)
		}
		var tombstone *streams.TombstoneReq_Options
		if o := c.options; o != nil {
			tombstone = &streams.TombstoneReq_Options{StreamIdentifier: o.StreamIdentifier}
			switch e := o.ExpectedStreamRevision.(type) {
			case *streams.DeleteReq_Options_Any:
				tombstone.ExpectedStreamRevision = &streams.TombstoneReq_Options_Any{}
			case *streams.DeleteReq_Options_Revision:
				tombstone.ExpectedStreamRevision = &streams.TombstoneReq_Options_Revision{Revision: e.Revision}
			}
		}
		_, err = w.Tombstone(w.ctx, &streams.TombstoneReq{Options: tombstone})
		if got := fault(err, nil, ""); got != c.want {
			t.Errorf("tombstone, %s: %s, want %s", title, got, c.want)
		}
	}
	if got := w.read(read(stream("s"))); got != "0" {
		t.Errorf("afterwards it reads %q", got)
	}
}
