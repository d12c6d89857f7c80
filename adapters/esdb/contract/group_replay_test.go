package contract

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"
)

// parkAll joins, parks the next n events and leaves.
func (g groups) parkAll(stream, group string, n int) {
	g.t.Helper()
	before := g.info(stream, group).Stats.ParkedMessagesCount
	c := g.join(stream, group, uint32(n))
	var events []*esdb.ResolvedEvent
	for range n {
		events = append(events, c.take().Event)
	}
	c.nack(esdb.NackActionPark, "later", events...)
	g.untilParked(stream, group, before+int64(n))
	c.sub.Close()
}

func (g groups) replay(stream, group string, stop int) {
	g.t.Helper()
	o := esdb.ReplayParkedMessagesOptions{StopAt: stop}
	var err error
	stream, group = g.full(stream), g.group(stream, group)
	if stream == "$all" {
		err = g.client.ReplayParkedMessagesToAll(g.ctx, group, o)
	} else {
		err = g.client.ReplayParkedMessages(g.ctx, stream, group, o)
	}
	if err != nil {
		g.t.Fatal(err)
	}
}

// truncated returns the newest metadata of the parked stream.
func (g groups) parkedTruncation(stream, group string) string {
	g.t.Helper()
	events := g.read("$$$persistentsubscription-" + stream + "::" + group + "-parked")
	return string(events[len(events)-1].Event.Data)
}

// Chapter 8: parked messages are links in a stream; replaying delivers them, and
// truncates the stream. Each comes once, in whatever order.
func TestParkedMessagesAreReplayedAsLinks(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.append("s", 3)
	g.create("s", "g")
	g.parkAll("s", "g", 3)
	targets := map[string]bool{}
	var replayed []string // as they are delivered, by revision of the link
	for i, link := range g.parked("s", "g", 3) {
		target := g.short(string(link.Data))
		targets[target] = true
		revision, _, _ := strings.Cut(target, "@")
		if p := parkedMetadata(t, link); revision != "0" && (p.Revision == nil || fmt.Sprint(*p.Revision) != revision) {
			t.Errorf("%s is parked with %+v", target, p)
		}
		if link.EventNumber != uint64(i) {
			t.Errorf("%s is parked at %d, want %d", target, link.EventNumber, i)
		}
		replayed = append(replayed, fmt.Sprintf("%d@$persistentsubscription-s::g-parked->%s", i, target))
	}
	if len(targets) != 3 {
		t.Fatalf("parked are %v", targets)
	}
	c := g.join("s", "g", 10)
	g.replay("s", "g", 2)
	events := c.expectAll(replayed[:2]...)
	g.untilParked("s", "g", 1)
	var truncation any
	if err := json.Unmarshal([]byte(g.parkedTruncation("s", "g")), &truncation); err != nil {
		t.Fatal(err)
	}
	admins := map[string]any{"$r": "$admins", "$w": "$admins", "$d": "$admins", "$mr": "$admins", "$mw": "$admins"}
	if diff := cmp.Diff(map[string]any{"$tb": 2.0, "$acl": admins}, truncation); diff != "" {
		t.Errorf("truncated by (-want +got):\n%s", diff)
	}
	g.replay("s", "g", 0) // no limit
	c.ack(events[0])
	c.ack(c.expect(replayed[2])...)
	g.untilParked("s", "g", 0)
	c.nack(esdb.NackActionPark, "again", events[1])
	again := g.parked("s", "g", 1)[0]
	_, target, _ := strings.Cut(replayed[1], "->")
	if p := parkedMetadata(t, again); again.EventNumber < 3 || g.short(string(again.Data)) != target || !strings.HasSuffix(p.Reason, "again") {
		t.Errorf("parked again as %d %s %+v", again.EventNumber, again.Data, p)
	}
	g.untilCheckpoint("s", "g", 2)
}

func TestReplayWithoutAnythingParkedOrAnyConsumer(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.append("s", 1)
	g.create("s", "g")
	g.replay("s", "g", 0)
	g.parkAll("s", "g", 1)
	g.replay("s", "g", 0)
	g.until("s", "g", "holding the replayed message", func(i *esdb.PersistentSubscriptionInfo) bool { return i.Stats.RetryBufferCount == 1 })
	g.untilParked("s", "g", 0)
	g.join("s", "g", 1).expect("0@$persistentsubscription-s::g-parked->0@s")
}

func TestReplayOfWhatIsGone(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.append("s", 1)
	g.create("s", "g")
	g.parkAll("s", "g", 1)
	g.delete("s")
	g.append("s", 1) // so that there is something to come on any line
	c := g.join("s", "g", 10)
	c.ack(c.expect("1@s")...)
	g.replay("s", "g", 0)
	if g.store.line >= 24 {
		g.untilParked("s", "g", 0) // skipped
		return
	}
	c.ack(c.expect("0@$persistentsubscription-s::g-parked->")...)
}

func TestParkedMessagesOfGroupsOnAll(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.append("visura-1", 2)
	g.createAll("g", "visura-")
	g.parkAll("$all", "g", 2)
	var replayed []string
	for i, link := range g.parked("$all", "g", 2) {
		target := g.short(string(link.Data))
		if p := parkedMetadata(t, link); target == "1@visura-1" && (p.Revision == nil || *p.Revision != 1) {
			t.Errorf("parked with %+v", p)
		}
		replayed = append(replayed, fmt.Sprintf("%d@$persistentsubscription-$all::g-parked->%s", i, target))
	}
	c := g.join("$all", "g", 10)
	g.replay("$all", "g", 0)
	c.expectAll(replayed...)
}
