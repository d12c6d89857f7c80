package node_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// Parked messages that are being replayed are needed until they are finished,
// although their stream is truncated behind them at once.
func TestScavengeSparesWhatIsReplayed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	g := newGroups(t, node.Options{Dir: dir})
	g.append("s", 4)
	g.create("s", "g")
	c := g.join("s", "g", 10)
	c.nack(esdb.NackActionPark, "", c.expect("0@s", "1@s", "2@s", "3@s")...)
	g.untilParked("s", "g", 4)
	g.untilCheckpoint("s", "g", 3)
	g.replay("s", "g")
	const parked = "@$persistentsubscription-s::g-parked"
	const link = parked + "->"
	events := c.expect("0"+link+"0@s", "1"+link+"1@s", "2"+link+"2@s", "3"+link+"3@s")
	c.ack(events[0])
	g = g.reopen(dir)
	if _, err := g.node.Data().Scavenge(g.ctx); err != nil {
		t.Fatal(err)
	}
	g = g.reopen(dir)
	c = g.join("s", "g", 10)
	// The first was finished; a node that stops at once may deliver it again.
	first := c.take().Event
	if first.OriginalEvent().EventNumber == 0 && first.Link.EventNumber == 0 {
		c.ack(first)
		first = c.take().Event
	}
	events = append([]*esdb.ResolvedEvent{first}, c.expect("2"+link+"2@s", "3"+link+"3@s")...)
	c.ack(events...)
	g.until("s", "g", "finished", func(i *esdb.PersistentSubscriptionInfo) bool { return i.Stats.OutstandingMessagesCount == 0 })
	g = g.reopen(dir)
	if _, err := g.node.Data().Scavenge(g.ctx); err != nil {
		t.Fatal(err)
	}
	if left := g.read("$persistentsubscription-s::g-parked"); len(left) != 0 {
		t.Errorf("%d parked messages are visible", len(left))
	}
	if _, err := g.node.Data().Verify(g.ctx); err != nil {
		t.Error(err)
	}
}

// A group does not stop where events were removed behind its back.
func TestGroupsAndSubscribersGoOnBehindAScavenge(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	g := newGroups(t, node.Options{Dir: dir})
	g.append("s", 10)
	g.create("s", "g")
	g.createAll("all", "s")
	for _, source := range []string{"s", "$all"} {
		name := map[string]string{"s": "g", "$all": "all"}[source]
		c := g.join(source, name, 2)
		c.ack(c.expect("0@s", "1@s")...)
	}
	g.untilCheckpoint("s", "g", 1)
	read, err := g.client.ReadAll(g.ctx, esdb.ReadAllOptions{}, 3)
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
	if _, err := g.client.SetStreamMetadata(g.ctx, "s", esdb.AppendToStreamOptions{}, m); err != nil {
		t.Fatal(err)
	}
	g = g.reopen(dir)
	if s, err := g.node.Data().Scavenge(g.ctx); err != nil || s.Events != 8 {
		t.Fatalf("scavenged %+v, %v", s, err)
	}
	g = g.reopen(dir)
	g.join("s", "g", 10).expect("8@s", "9@s")
	g.join("$all", "all", 10).expect("8@s", "9@s")
	// A reader of the log that had come to an event that is gone goes on too.
	sub, err := g.client.SubscribeToAll(g.ctx, esdb.SubscribeToAllOptions{From: third.OriginalEvent().Position})
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
	g := newGroups(t, node.Options{Dir: dir})
	g.append("s", 3)
	g.create("s", "g")
	g.createAll("all", "s")
	if _, err := g.node.Data().Verify(g.ctx); err != nil {
		t.Fatal(err)
	}
	if err := g.node.Close(); err != nil {
		t.Fatal(err)
	}
	for entry, c := range map[string]struct {
		value string
		want  string
	}{
		"group.checkpoint/1:sg":      {"\x00\x00\x00\x00\x00\x00\x00\x03", "group s::g: its checkpoint 3 is beyond its stream, which ends with 2"},
		"group.checkpoint/4:$allall": {"\x00\x00\x00\x00\x7f\x00\x00\x00", "group $all::all: its checkpoint 2130706432 is beyond the log"},
		"group.replay/1:sg":          {"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01", "group s::g: it replays parked messages 0 to 1, there are 0"},
		"group.config/1:sx":          {`{"stream":"s","group":"y"}`, "its settings cannot be read"},
	} {
		j, err := journal.Open(journal.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		if err := j.Put(context.Background(), journal.Entry{Name: entry, Value: []byte(c.value)}); err != nil {
			t.Fatal(err)
		}
		j.Close()
		d := openData(t, dir)
		_, err = d.Verify(context.Background())
		var damage *journal.Damage
		if !errors.As(err, &damage) || !strings.Contains(damage.Reason, c.want) {
			t.Errorf("%s: found %v, want %s", entry, err, c.want)
		}
		d.Close()
		if _, err := node.Restore(context.Background(), dir, filepath.Join(t.TempDir(), "new")); !errors.As(err, &damage) {
			t.Errorf("restored, with %v", err)
		}
		j, err = journal.Open(journal.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		if err := j.Put(context.Background(), journal.Entry{Name: entry}); err != nil {
			t.Fatal(err)
		}
		j.Close()
	}
}
