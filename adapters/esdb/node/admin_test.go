package node_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/visure-anagrafiche/visure/adapters/esdb/contract/esdbtest"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// Keep works on the folder of a running node as on that of a stopped one.
func TestARunningNodeIsLookedAfter(t *testing.T) {
	t.Parallel()
	for name, dir := range map[string]string{
		"in a folder":                       filepath.Join(t.TempDir(), "d"),
		"whose name is too long for socket": filepath.Join(t.TempDir(), strings.Repeat("long", 30)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "admin.sock"), nil, 0o600); err != nil { // of a killed process
				t.Fatal(err)
			}
			n := esdbtest.Start(t, node.Options{Dir: dir})
			if err := n.Administer(); err != nil {
				t.Fatal(err)
			}
			client, ctx := esdbtest.Connect(t, n.ConnectionString()), esdbtest.Within(t, time.Minute)
			event := esdb.EventData{EventType: "event", ContentType: esdb.ContentTypeJson, Data: []byte("{}")}
			if _, err := client.AppendToStream(ctx, "visura-1", esdb.AppendToStreamOptions{}, event, event, event); err != nil {
				t.Fatal(err)
			}
			if _, err := client.DeleteStream(ctx, "visura-1", esdb.DeleteStreamOptions{}); err != nil {
				t.Fatal(err)
			}
			backup := filepath.Join(t.TempDir(), "b")
			running := lookAfter(t, dir, backup)
			if _, err := os.Stat(filepath.Join(dir, "admin.sock")); err != nil {
				t.Fatal(err)
			}
			if err := n.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Lstat(filepath.Join(dir, "admin.sock")); err == nil {
				t.Error("the socket is left behind")
			}
			stopped := lookAfter(t, dir, backup+"2")
			if diff := cmp.Diff(stopped, running); diff != "" {
				t.Errorf("stopped and running (-/+):\n%s", diff)
			}
		})
	}
}

// looked are the results of a Keeper's methods.
type looked struct {
	Verified journal.Verified
	Stats    node.Stats
	Export   string
}

func lookAfter(t *testing.T, dir, backup string) (l looked) {
	t.Helper()
	k, err := node.Keep(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	ctx := context.Background()
	if _, err := k.Scavenge(ctx); err != nil {
		t.Fatal(err)
	}
	if l.Verified, err = k.Verify(ctx); err != nil || l.Verified.Events != 2 {
		t.Fatalf("verified %+v, %v", l.Verified, err)
	}
	if l.Stats, err = k.Stats(ctx); err != nil || l.Stats.Events != 2 {
		t.Fatalf("stats %+v, %v", l.Stats, err)
	}
	l.Export = string(export(t, k))
	if err := k.Backup(ctx, backup); err != nil {
		t.Fatal(err)
	}
	if err := k.Backup(ctx, backup); err == nil || !strings.Contains(err.Error(), "exists") {
		t.Errorf("backed up twice: %v", err)
	}
	restored := backup + "-restored"
	if v, err := node.Restore(ctx, backup, restored); err != nil || v.Events != 2 {
		t.Errorf("restored %+v, %v", v, err)
	}
	d := openData(t, restored)
	defer d.Close()
	if got := string(export(t, d)); got != l.Export {
		t.Errorf("restored: %s", got)
	}
	return l
}

func TestAFolderInUseByWhoDoesNotAnswer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	esdbtest.Start(t, node.Options{Dir: dir})
	k, err := node.Keep(dir, true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Stats(context.Background()); err == nil || !strings.Contains(err.Error(), "process that has the folder open") {
		t.Errorf("it answers %v", err)
	}
	absent := filepath.Join(dir, "absent")
	for _, readOnly := range []bool{true, false} {
		if _, err := node.Keep(absent, readOnly); err == nil || errors.Is(err, journal.ErrInUse) {
			t.Errorf("a folder that is not there: %v", err)
		}
	}
	if _, err := os.Stat(absent); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder was made: %v", err)
	}
}

func TestFigures(t *testing.T) {
	t.Parallel()
	g := esdbtest.OnNode(t, node.Options{})
	registry := prometheus.NewPedanticRegistry()
	if err := registry.Register(g.Node); err != nil {
		t.Fatal(err)
	}
	g.Append("s", 4)
	g.Create("s", "g")
	c := g.Join("s", "g", 2)
	events := c.Expect("0@s", "1@s")
	c.Nack(esdb.NackActionPark, "", events[0])
	c.Expect("2@s")
	g.UntilParked("s", "g", 1)
	sub, err := g.Client.SubscribeToStream(g.Ctx, "s", esdb.SubscribeToStreamOptions{From: esdb.Start{}})
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Close()
	sub.Recv()
	got := map[string]float64{}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		m := f.GetMetric()[0]
		name := strings.TrimPrefix(f.GetName(), "visure_eventstore_")
		switch {
		case m.GetHistogram() != nil:
			got[name] = float64(m.GetHistogram().GetSampleCount())
		default:
			got[name] = m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	for name, want := range map[string]float64{"events_total": 5, "subscriptions": 1, "writable": 1, "log_end": float64(endOf(t, g)),
		"group_in_flight": 2, "group_waiting": 1, "group_parked": 1, "group_consumers": 1} {
		if got[name] != want {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
	for _, name := range []string{"writes_total", "bytes_total", "commit_writes", "commit_seconds", "group_lag_seconds"} {
		if got[name] <= 0 {
			t.Errorf("%s is %v", name, got[name])
		}
	}
}

func endOf(t *testing.T, g esdbtest.NodeGroups) uint64 {
	s, err := g.Node.Data().Stats(g.Ctx)
	if err != nil {
		t.Fatal(err)
	}
	return s.End
}
