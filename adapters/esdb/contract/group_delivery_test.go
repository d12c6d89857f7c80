package contract

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/grpc/codes"

	"github.com/visure-anagrafiche/visure/adapters/esdb/contract/esdbtest"
)

func TestGroupDeliversHistoryThenWhatComes(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Append("s", 2)
	g.Create("s", "g")
	c := g.Join("s", "g", 10)
	c.Ack(c.Expect("0@s", "1@s")...)
	g.Append("s", 1)
	c.Ack(c.Expect("2@s")...)
	g.UntilCheckpoint("s", "g", 2)
}

func TestGroupStartsWhereItIsTold(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Append("s", 3)
	for name, c := range map[string]struct {
		from  esdb.StreamPosition
		first string
	}{
		"at the start":             {esdb.Start{}, "0@s"},
		"at a revision, inclusive": {esdb.Revision(2), "2@s"},
		"at the end":               {esdb.End{}, "3@s"},
		"later than the end":       {esdb.Revision(4), "4@s"},
	} {
		g.Named("s", name)
		err := g.Client.CreatePersistentSubscription(g.Ctx, g.Full("s"), name, esdb.PersistentStreamSubscriptionOptions{Settings: esdbtest.Settings(), StartFrom: c.from})
		if err != nil {
			t.Fatal(err)
		}
	}
	g.Append("s", 2)
	for name, first := range map[string]string{
		"at the start": "0@s", "at a revision, inclusive": "2@s", "at the end": "3@s", "later than the end": "4@s",
	} {
		g.Join("s", name, 1).Expect(first)
	}
}

func TestGroupOnAllSeesWhatItsFilterKeeps(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	typ := g.Prefix + "happened"
	happened := func(stream string) {
		g.AppendEvents(stream, esdb.EventData{EventID: uuid.New(), EventType: typ, ContentType: esdb.ContentTypeJson, Data: []byte("{}")})
	}
	happened("visura-1")
	happened("other")
	g.CreateAll("prefix", "visura-")
	for name, f := range map[string]*esdb.SubscriptionFilter{
		"regex": {Type: esdb.StreamFilterType, Regex: "^" + regexp.QuoteMeta(g.Full("visura-")) + "[0-9]$"},
		"type":  {Type: esdb.EventFilterType, Prefixes: []string{typ}},
	} {
		_, name := g.Named("$all", name)
		err := g.Client.CreatePersistentSubscriptionToAll(g.Ctx, name, esdb.PersistentAllSubscriptionOptions{
			Settings: esdbtest.Settings(), StartFrom: esdb.Start{}, Filter: f})
		if err != nil {
			t.Fatal(err)
		}
	}
	prefix, regex, typed := g.Join("$all", "prefix", 10), g.Join("$all", "regex", 10), g.Join("$all", "type", 10)
	prefix.Expect("0@visura-1")
	happened("visura-22")
	happened("visura-2")
	prefix.Expect("0@visura-22", "0@visura-2")
	regex.Expect("0@visura-1", "0@visura-2")
	typed.Expect("0@visura-1", "0@other", "0@visura-22", "0@visura-2")
}

// Chapter 8: what happens to a message that a consumer refuses.
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
			g.Append("s", 2)
			g.Create("s", "g", esdbtest.Retrying(2))
			consumer := g.Join("s", "g", 1)
			for range c.times {
				consumer.Nack(c.action, "no", consumer.Take().Event)
			}
			consumer.Expect(c.next)
			if c.reason == "" {
				return
			}
			g.Until("s", "g", "parked", func(i *esdb.PersistentSubscriptionInfo) bool { return i.Stats.ParkedMessagesCount == 1 })
			link := g.Read("$persistentsubscription-s::g-parked")[0].OriginalEvent()
			if link.EventType != "$>" || g.Short(string(link.Data)) != "0@s" || link.ContentType != "application/octet-stream" {
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
	g.Append("s", 2)
	g.Create("s", "g", func(s *esdb.PersistentSubscriptionSettings) { s.MessageTimeout = 500 })
	c := g.Join("s", "g", 1)
	first := c.Expect("0@s")
	c.Expect("0@s+1")
	c.Ack(first...)
	c.Expect("1@s")
}

// Groups with and without resolved links.
func TestLinks(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Append("target", 2)
	g.AppendEvents("links", g.Link("0@target"), g.Link("0@target"), g.Link("9@target"), g.Link("no@number"), g.Link("1@links"))
	g.Create("links", "resolving", esdbtest.Resolving)
	g.Create("links", "plain")
	c := g.Join("links", "resolving", 10)
	events := c.Expect("0@links->0@target", "1@links->0@target", "2@links->", "3@links", "4@links->1@links")
	// Each link is a message of its own, and is parked as a link to its target.
	c.Nack(esdb.NackActionPark, "", events[1], events[2])
	c.Ack(events[0], events[3], events[4])
	g.UntilCheckpoint("links", "resolving", 4)
	plain := g.Join("links", "plain", 10).Expect("0@links", "1@links", "2@links", "3@links", "4@links")
	g.Join("links", "plain", 1).Nack(esdb.NackActionPark, "", plain[1])
	g.Until("links", "plain", "parked", func(i *esdb.PersistentSubscriptionInfo) bool { return i.Stats.ParkedMessagesCount == 1 })
	var parked []string
	for _, group := range []string{"resolving", "plain"} {
		for _, e := range g.Read("$persistentsubscription-links::" + group + "-parked") {
			parked = append(parked, g.Short(string(e.OriginalEvent().Data)))
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
		"soft-deleted": func(s string) { g.Append(s, 3); g.Delete(s) },
		"truncated": func(s string) {
			g.Append(s, 3)
			g.AppendEvents("$$"+s, esdb.EventData{EventID: uuid.New(), EventType: "$metadata", ContentType: esdb.ContentTypeJson, Data: []byte(`{"$tb":3}`)})
		},
	} {
		prepare(name)
		g.Create(name, "g")
		c := g.Join(name, "g", 1)
		first := fmt.Sprint("3@", name)
		if name == "absent" {
			first = "0@absent"
		}
		g.Append(name, 1)
		c.Expect(first)
	}
}

func TestDeletingTheSource(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Append("s", 1)
	g.Create("s", "g")
	c := g.Join("s", "g", 10)
	c.Expect("0@s")
	g.Delete("s")
	g.Append("s", 1)
	c.Expect("1@s")
	if _, err := g.Client.TombstoneStream(g.Ctx, g.Full("s"), esdb.TombstoneStreamOptions{}); err != nil {
		t.Fatal(err)
	}
	if e := c.Take().Event.Event; e.EventType != "$streamDeleted" {
		t.Errorf("got %s, want the tombstone as an ordinary event", e.EventType)
	}
	if n := len(g.Info("s", "g").Connections); n != 1 {
		t.Errorf("%d consumers stay, want 1", n)
	}
	g.Create("s", "late")
	if code := g.Join("s", "late", 1).Dropped(); code != codes.Canceled {
		t.Errorf("a group on a tombstoned stream drops with %v", code)
	}
}

func TestAGroupOnMetadataSeesTheNewestThenAll(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	write := func(data string) {
		g.AppendEvents("$$s", esdb.EventData{EventID: uuid.New(), EventType: "$metadata", ContentType: esdb.ContentTypeJson, Data: []byte(data)})
	}
	write(`{"a":1}`)
	write(`{"a":2}`)
	g.Create("$$s", "g")
	c := g.Join("$$s", "g", 10)
	c.Expect("1@$$s")
	write(`{"a":3}`)
	write(`{"a":4}`)
	c.Expect("2@$$s", "3@$$s")
}
