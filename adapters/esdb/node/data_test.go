package node_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb/contract/esdbtest"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// A scavenge keeps parked messages that are being replayed, although their stream is
// truncated already.
func TestScavengeSparesWhatIsReplayed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	g := esdbtest.OnNode(t, node.Options{Dir: dir})
	g.Append("s", 4)
	g.Create("s", "g")
	c := g.Join("s", "g", 10)
	c.Nack(esdb.NackActionPark, "", c.Expect("0@s", "1@s", "2@s", "3@s")...)
	g.UntilParked("s", "g", 4)
	g.UntilCheckpoint("s", "g", 3)
	g.Replay("s", "g", 0)
	const parked = "@$persistentsubscription-s::g-parked"
	const link = parked + "->"
	events := c.Expect("0"+link+"0@s", "1"+link+"1@s", "2"+link+"2@s", "3"+link+"3@s")
	c.Ack(events[0])
	g = g.Reopen(dir)
	if _, err := g.Node.Data().Scavenge(g.Ctx); err != nil {
		t.Fatal(err)
	}
	g = g.Reopen(dir)
	c = g.Join("s", "g", 10)
	// The first was acknowledged; a node that stops right after may deliver it
	// again.
	first := c.Take().Event
	if first.OriginalEvent().EventNumber == 0 && first.Link.EventNumber == 0 {
		c.Ack(first)
		first = c.Take().Event
	}
	events = append([]*esdb.ResolvedEvent{first}, c.Expect("2"+link+"2@s", "3"+link+"3@s")...)
	c.Ack(events...)
	g.Until("s", "g", "finished", func(i *esdb.PersistentSubscriptionInfo) bool { return i.Stats.OutstandingMessagesCount == 0 })
	g = g.Reopen(dir)
	if _, err := g.Node.Data().Scavenge(g.Ctx); err != nil {
		t.Fatal(err)
	}
	if left := g.Read("$persistentsubscription-s::g-parked"); len(left) != 0 {
		t.Errorf("%d parked messages are visible", len(left))
	}
	if _, err := g.Node.Data().Verify(g.Ctx); err != nil {
		t.Error(err)
	}
}

// A scavenge while groups and subscribers are away does not stop them.
func TestGroupsAndSubscribersGoOnBehindAScavenge(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	g := esdbtest.OnNode(t, node.Options{Dir: dir})
	g.Append("s", 10)
	g.Create("s", "g")
	g.CreateAll("all", "s")
	for _, source := range []string{"s", "$all"} {
		name := map[string]string{"s": "g", "$all": "all"}[source]
		c := g.Join(source, name, 2)
		c.Ack(c.Expect("0@s", "1@s")...)
	}
	g.UntilCheckpoint("s", "g", 1)
	read, err := g.Client.ReadAll(g.Ctx, esdb.ReadAllOptions{}, 3)
	if err != nil {
		t.Fatal(err)
	}
	var third *esdb.ResolvedEvent
	for range 3 {
		if third, err = read.Recv(); err != nil {
			t.Fatal(err)
		}
	}
	read.Close()
	before := uint64(8)
	m := esdb.StreamMetadata{}
	m.SetTruncateBefore(before)
	if _, err := g.Client.SetStreamMetadata(g.Ctx, "s", esdb.AppendToStreamOptions{}, m); err != nil {
		t.Fatal(err)
	}
	g = g.Reopen(dir)
	if s, err := g.Node.Data().Scavenge(g.Ctx); err != nil || s.Events != 8 {
		t.Fatalf("scavenged %+v, %v", s, err)
	}
	g = g.Reopen(dir)
	g.Join("s", "g", 10).Expect("8@s", "9@s")
	g.Join("$all", "all", 10).Expect("8@s", "9@s")
	// A reader of the log resumes from the position of a removed event.
	sub, err := g.Client.SubscribeToAll(g.Ctx, esdb.SubscribeToAllOptions{From: third.OriginalEvent().Position})
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Close()
	if e := sub.Recv(); e.EventAppeared == nil || e.EventAppeared.OriginalEvent().EventNumber != 8 {
		t.Errorf("the subscription goes on with %+v", e)
	}
}

func TestVerifyLooksAtGroups(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	g := esdbtest.OnNode(t, node.Options{Dir: dir})
	g.Append("s", 3)
	g.Create("s", "g")
	g.CreateAll("all", "s")
	if _, err := g.Node.Data().Verify(g.Ctx); err != nil {
		t.Fatal(err)
	}
	if err := g.Node.Close(); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	entry := func(name, value string) (damage, repair func(*journal.Journal) error) {
		put := func(value []byte) func(*journal.Journal) error {
			return func(j *journal.Journal) error { return j.Put(ctx, journal.Entry{Name: name, Value: value}) }
		}
		return put([]byte(value)), put(nil)
	}
	checkpoint := func(key, data string) (damage, repair func(*journal.Journal) error) {
		stream := "$persistentsubscription-" + key + "-checkpoint"
		damage = func(j *journal.Journal) error {
			_, err := j.Append(ctx, journal.Append{Stream: stream, Expected: journal.Any,
				Events: []journal.Proposed{{ID: uuid.New(), Type: "SubscriptionCheckpoint", JSON: true, Data: []byte(data)}}})
			return err
		}
		return damage, func(j *journal.Journal) error { _, err := j.Delete(ctx, stream, journal.Any); return err }
	}
	change := func(f func(*journal.Journal) error) {
		t.Helper()
		j, err := journal.Open(journal.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		if err := f(j); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		kind        func(string, string) (damage, repair func(*journal.Journal) error)
		name, value string
		want        string
	}{
		{checkpoint, "s::g", `"3"`, "group s::g: its checkpoint 3 is beyond its stream, which ends with 2"},
		{checkpoint, "s::g", `"C:3/P:3"`, "group s::g: its checkpoint cannot be read"},
		{checkpoint, "$all::all", `"C:2130706432/P:2130706432"`, "group $all::all: its checkpoint 2130706432 is beyond the log"},
		{checkpoint, "$all::all", `7`, "group $all::all: its checkpoint cannot be read"},
		{entry, "group.replay/1:sg", "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01", "group s::g: it replays parked messages 0 to 1, there are 0"},
		{entry, "group.config/1:sx", `{"stream":"s","group":"y"}`, "its settings cannot be read"},
	} {
		damages, repairs := c.kind(c.name, c.value)
		change(damages)
		d := openData(t, dir)
		_, err := d.Verify(ctx)
		var damage *journal.Damage
		if !errors.As(err, &damage) || !strings.Contains(damage.Reason, c.want) {
			t.Errorf("%s: found %v, want %s", c.name, err, c.want)
		}
		d.Close()
		if _, err := node.Restore(ctx, dir, filepath.Join(t.TempDir(), "new")); !errors.As(err, &damage) {
			t.Errorf("restored, with %v", err)
		}
		change(repairs)
	}
}
