package contract

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"
)

// parkedTruncation returns the newest metadata of the parked stream.
func (g groups) parkedTruncation(stream, group string) string {
	g.T.Helper()
	events := g.Read("$$$persistentsubscription-" + stream + "::" + group + "-parked")
	return string(events[len(events)-1].Event.Data)
}

// Chapter 8: parked messages are links in a stream; replaying delivers them, and
// truncates the stream. Each comes once, in whatever order.
func TestParkedMessagesAreReplayedAsLinks(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Append("s", 3)
	g.Create("s", "g")
	g.ParkAll("s", "g", 3)
	targets := map[string]bool{}
	var replayed []string // as they are delivered, by revision of the link
	for i, link := range g.Parked("s", "g", 3) {
		target := g.Short(string(link.Data))
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
	c := g.Join("s", "g", 10)
	g.Replay("s", "g", 2)
	events := c.ExpectAll(replayed[:2]...)
	g.UntilParked("s", "g", 1)
	var truncation any
	if err := json.Unmarshal([]byte(g.parkedTruncation("s", "g")), &truncation); err != nil {
		t.Fatal(err)
	}
	admins := map[string]any{"$r": "$admins", "$w": "$admins", "$d": "$admins", "$mr": "$admins", "$mw": "$admins"}
	if diff := cmp.Diff(map[string]any{"$tb": 2.0, "$acl": admins}, truncation); diff != "" {
		t.Errorf("truncated by (-want +got):\n%s", diff)
	}
	g.Replay("s", "g", 0) // no limit
	c.Ack(events[0])
	c.Ack(c.Expect(replayed[2])...)
	g.UntilParked("s", "g", 0)
	c.Nack(esdb.NackActionPark, "again", events[1])
	again := g.Parked("s", "g", 1)[0]
	_, target, _ := strings.Cut(replayed[1], "->")
	if p := parkedMetadata(t, again); again.EventNumber < 3 || g.Short(string(again.Data)) != target || !strings.HasSuffix(p.Reason, "again") {
		t.Errorf("parked again as %d %s %+v", again.EventNumber, again.Data, p)
	}
	g.UntilCheckpoint("s", "g", 2)
}

func TestReplayWithoutAnythingParkedOrAnyConsumer(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Append("s", 1)
	g.Create("s", "g")
	g.Replay("s", "g", 0)
	g.ParkAll("s", "g", 1)
	g.Replay("s", "g", 0)
	g.Until("s", "g", "holding the replayed message", func(i *esdb.PersistentSubscriptionInfo) bool { return i.Stats.RetryBufferCount == 1 })
	g.UntilParked("s", "g", 0)
	g.Join("s", "g", 1).Expect("0@$persistentsubscription-s::g-parked->0@s")
}

func TestReplayOfWhatIsGone(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Append("s", 1)
	g.Create("s", "g")
	g.ParkAll("s", "g", 1)
	g.Delete("s")
	g.Append("s", 1) // a later event, which comes on every line
	c := g.Join("s", "g", 10)
	c.Ack(c.Expect("1@s")...)
	g.Replay("s", "g", 0)
	if g.store.line >= 24 {
		g.UntilParked("s", "g", 0) // skipped
		return
	}
	c.Ack(c.Expect("0@$persistentsubscription-s::g-parked->")...)
}

func TestParkedMessagesOfGroupsOnAll(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Append("visura-1", 2)
	g.CreateAll("g", "visura-")
	g.ParkAll("$all", "g", 2)
	var replayed []string
	for i, link := range g.Parked("$all", "g", 2) {
		target := g.Short(string(link.Data))
		if p := parkedMetadata(t, link); target == "1@visura-1" && (p.Revision == nil || *p.Revision != 1) {
			t.Errorf("parked with %+v", p)
		}
		replayed = append(replayed, fmt.Sprintf("%d@$persistentsubscription-$all::g-parked->%s", i, target))
	}
	c := g.Join("$all", "g", 10)
	g.Replay("$all", "g", 0)
	c.ExpectAll(replayed...)
}
