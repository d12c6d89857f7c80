package contract

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
)

func TestGroupDeliversHistoryThenWhatComes(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.append("s", 2)
	g.create("s", "g")
	c := g.join("s", "g", 10)
	c.ack(c.expect("0@s", "1@s")...)
	g.append("s", 1)
	c.ack(c.expect("2@s")...)
	g.untilCheckpoint("s", "g", 2)
}

func TestGroupStartsWhereItIsTold(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.append("s", 3)
	for name, c := range map[string]struct {
		from  esdb.StreamPosition
		first string
	}{
		"at the start":             {esdb.Start{}, "0@s"},
		"at a revision, inclusive": {esdb.Revision(2), "2@s"},
		"at the end":               {esdb.End{}, "3@s"},
		"later than the end":       {esdb.Revision(4), "4@s"},
	} {
		g.named("s", name)
		err := g.client.CreatePersistentSubscription(g.ctx, g.full("s"), name, esdb.PersistentStreamSubscriptionOptions{Settings: settings(), StartFrom: c.from})
		if err != nil {
			t.Fatal(err)
		}
	}
	g.append("s", 2)
	for name, first := range map[string]string{
		"at the start": "0@s", "at a revision, inclusive": "2@s", "at the end": "3@s", "later than the end": "4@s",
	} {
		g.join("s", name, 1).expect(first)
	}
}

func TestGroupOnAllSeesWhatItsFilterKeeps(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	typ := g.prefix + "happened"
	happened := func(stream string) {
		g.appendEvents(stream, esdb.EventData{EventID: uuid.New(), EventType: typ, ContentType: esdb.ContentTypeJson, Data: []byte("{}")})
	}
	happened("visura-1")
	happened("other")
	g.createAll("prefix", "visura-")
	for name, f := range map[string]*esdb.SubscriptionFilter{
		"regex": {Type: esdb.StreamFilterType, Regex: "^" + regexp.QuoteMeta(g.full("visura-")) + "[0-9]$"},
		"type":  {Type: esdb.EventFilterType, Prefixes: []string{typ}},
	} {
		_, name := g.named("$all", name)
		err := g.client.CreatePersistentSubscriptionToAll(g.ctx, name, esdb.PersistentAllSubscriptionOptions{
			Settings: settings(), StartFrom: esdb.Start{}, Filter: f})
		if err != nil {
			t.Fatal(err)
		}
	}
	prefix, regex, typed := g.join("$all", "prefix", 10), g.join("$all", "regex", 10), g.join("$all", "type", 10)
	prefix.expect("0@visura-1")
	happened("visura-22")
	happened("visura-2")
	prefix.expect("0@visura-22", "0@visura-2")
	regex.expect("0@visura-1", "0@visura-2")
	typed.expect("0@visura-1", "0@other", "0@visura-22", "0@visura-2")
}

// Chapter 8: what becomes of a message a consumer refuses.
func TestOutcomesOfADelivery(t *testing.T) {
	t.Parallel()
	const parked = "Client explicitly NAK'ed message.\nno"
	for name, c := range map[string]struct {
		action esdb.NackAction
		times  int
		next   string
		reason string
	}{
		"retry comes back":              {esdb.NackActionRetry, 1, "0@s+1", ""},
		"unknown is a retry":            {esdb.NackActionUnknown, 1, "0@s+1", ""},
		"park goes on":                  {esdb.NackActionPark, 1, "1@s", parked},
		"skip goes on":                  {esdb.NackActionSkip, 1, "1@s", ""},
		"stop is a skip":                {esdb.NackActionStop, 1, "1@s", ""},
		"after the last retry it parks": {esdb.NackActionRetry, 3, "1@s", "Reached retry count of 2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGroups(t, common)
			g.append("s", 2)
			g.create("s", "g", retrying(2))
			consumer := g.join("s", "g", 1)
			for range c.times {
				consumer.nack(c.action, "no", consumer.take().Event)
			}
			consumer.expect(c.next)
			if c.reason == "" {
				return
			}
			g.until("s", "g", "parked", func(i *esdb.PersistentSubscriptionInfo) bool { return i.Stats.ParkedMessagesCount == 1 })
			link := g.read("$persistentsubscription-s::g-parked")[0].OriginalEvent()
			if link.EventType != "$>" || g.short(string(link.Data)) != "0@s" || link.ContentType != "application/octet-stream" {
				t.Errorf("parked as %s %s %s", link.EventType, link.ContentType, link.Data)
			}
			if got := parkedMetadata(t, link); got.Reason != c.reason || got.Revision != nil {
				t.Errorf("parked with %+v", got)
			}
		})
	}
}

func TestATimeOutIsARetryAndALateAckCounts(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.append("s", 2)
	g.create("s", "g", func(s *esdb.PersistentSubscriptionSettings) { s.MessageTimeout = 500 })
	c := g.join("s", "g", 1)
	first := c.expect("0@s")
	c.expect("0@s+1")
	c.ack(first...)
	c.expect("1@s")
}

// The way the application uses a group.
func TestLinks(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.append("target", 2)
	g.appendEvents("links", g.link("0@target"), g.link("0@target"), g.link("9@target"), g.link("no@number"), g.link("1@links"))
	g.create("links", "resolving", resolving)
	g.create("links", "plain")
	c := g.join("links", "resolving", 10)
	events := c.expect("0@links->0@target", "1@links->0@target", "2@links->", "3@links", "4@links->1@links")
	// Each link is a message of its own, and parks as a link to its target.
	c.nack(esdb.NackActionPark, "", events[1], events[2])
	c.ack(events[0], events[3], events[4])
	g.untilCheckpoint("links", "resolving", 4)
	plain := g.join("links", "plain", 10).expect("0@links", "1@links", "2@links", "3@links", "4@links")
	g.join("links", "plain", 1).nack(esdb.NackActionPark, "", plain[1])
	g.until("links", "plain", "parked", func(i *esdb.PersistentSubscriptionInfo) bool { return i.Stats.ParkedMessagesCount == 1 })
	var parked []string
	for _, group := range []string{"resolving", "plain"} {
		for _, e := range g.read("$persistentsubscription-links::" + group + "-parked") {
			parked = append(parked, g.short(string(e.OriginalEvent().Data)))
		}
	}
	if diff := cmp.Diff([]string{"0@target", "9@target", "1@links"}, parked); diff != "" {
		t.Errorf("parked (-want +got):\n%s", diff)
	}
}

// Chapter 8: a group waits for the next visible event of its stream.
func TestSourcesThatAreNotThere(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	for name, prepare := range map[string]func(s string){
		"absent":       func(string) {},
		"soft-deleted": func(s string) { g.append(s, 3); g.delete(s) },
		"truncated": func(s string) {
			g.append(s, 3)
			g.appendEvents("$$"+s, esdb.EventData{EventID: uuid.New(), EventType: "$metadata", ContentType: esdb.ContentTypeJson, Data: []byte(`{"$tb":3}`)})
		},
	} {
		prepare(name)
		g.create(name, "g")
		c := g.join(name, "g", 1)
		first := fmt.Sprint("3@", name)
		if name == "absent" {
			first = "0@absent"
		}
		g.append(name, 1)
		c.expect(first)
	}
}

func (g groups) delete(stream string) {
	g.t.Helper()
	if _, err := g.client.DeleteStream(g.ctx, g.full(stream), esdb.DeleteStreamOptions{}); err != nil {
		g.t.Fatal(err)
	}
}

func TestDeletingTheSource(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.append("s", 1)
	g.create("s", "g")
	c := g.join("s", "g", 10)
	c.expect("0@s")
	g.delete("s")
	g.append("s", 1)
	c.expect("1@s")
	if _, err := g.client.TombstoneStream(g.ctx, g.full("s"), esdb.TombstoneStreamOptions{}); err != nil {
		t.Fatal(err)
	}
	if e := c.take().Event.Event; e.EventType != "$streamDeleted" {
		t.Errorf("got %s, want the tombstone as an ordinary event", e.EventType)
	}
	if n := len(g.info("s", "g").Connections); n != 1 {
		t.Errorf("%d consumers stay, want 1", n)
	}
	g.create("s", "late")
	if code := g.join("s", "late", 1).dropped(); code != codes.Canceled {
		t.Errorf("a group on a tombstoned stream drops with %v", code)
	}
}

func TestAGroupOnMetadataSeesTheNewestThenAll(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	write := func(data string) {
		g.appendEvents("$$s", esdb.EventData{EventID: uuid.New(), EventType: "$metadata", ContentType: esdb.ContentTypeJson, Data: []byte(data)})
	}
	write(`{"a":1}`)
	write(`{"a":2}`)
	g.create("$$s", "g")
	c := g.join("$$s", "g", 10)
	c.expect("1@$$s")
	write(`{"a":3}`)
	write(`{"a":4}`)
	c.expect("2@$$s", "3@$$s")
}
