package faults_test

import (
	"errors"
	"io"
	"strconv"
	"testing"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestBareAfterAChangeOfLeaderTheFirstCallFails(t *testing.T) {
	c, ctx := startCluster(t, startNode(t), 3), within(t, soon)
	client := bare(t, c.url())
	if err := bareAppend(ctx, client, "s"); err != nil {
		t.Fatal(err)
	}
	c.lead(1)
	refusedByFollower(t, func() error { return bareAppend(ctx, client, "s") })
	if err := bareAppend(ctx, client, "s"); err != nil {
		t.Errorf("the second: %v", err)
	}
}

// refusedByFollower makes a call until the client says why it failed. At times
// it sees its stream end before it has sent all, and then knows no reason.
func refusedByFollower(t *testing.T, call func() error) {
	t.Helper()
	for range 50 {
		switch err := call(); {
		case codeOf(err) == es.ErrorCodeNotLeader:
			return
		case !errors.Is(err, io.EOF):
			t.Errorf("a follower answered: %v", err)
			return
		}
	}
	t.Error("the client never said why")
}

// The loss of a subscription tells the client nothing: it asks the old leader
// again, and only that failure makes it move.
func TestBareADroppedSubscriptionDoesNotFindTheNewLeader(t *testing.T) {
	c, ctx := startCluster(t, startNode(t), 2), within(t, soon)
	client := bare(t, c.url())
	if err := client.CreatePersistentSubscription(ctx, "s", "g", es.PersistentStreamSubscriptionOptions{Settings: settled(), StartFrom: es.Start{}}); err != nil {
		t.Fatal(err)
	}
	join := func() (*es.PersistentSubscription, error) {
		return client.SubscribeToPersistentSubscription(ctx, "s", "g", es.SubscribeToPersistentSubscriptionOptions{})
	}
	sub, err := join()
	if err != nil {
		t.Fatal(err)
	}
	c.lead(1)
	if sub.Recv().SubscriptionDropped == nil {
		t.Fatal("it is not dropped")
	}
	refusedByFollower(t, func() error { _, err := join(); return err })
	if _, err := join(); err != nil {
		t.Errorf("and again: %v", err)
	}
}

// A read that cannot even begin does not make the client look for another node;
// one that breaks while it is read does. Which it is depends on when the client
// notices that its connection is gone, so this is tried a few times.
func TestBareAReaderStaysWithADeadNode(t *testing.T) {
	for range 10 {
		if failuresOfReader(t) == 20 {
			return
		}
	}
	t.Error("it always finds the other node: the probe may be needless now")
}

// failuresOfReader returns how many of 20 reads fail after the node died.
func failuresOfReader(t *testing.T) (failures int) {
	c, ctx := startCluster(t, startNode(t), 2), within(t, soon)
	client := bare(t, c.url())
	if err := bareAppend(ctx, client, "s"); err != nil {
		t.Fatal(err)
	}
	c.lose(0)
	c.lead(1)
	time.Sleep(20 * time.Millisecond) // nothing tells when the client has noticed
	for range 20 {
		reader, err := client.ReadStream(within(t, time.Second), "s", es.ReadStreamOptions{From: es.Start{}}, 1)
		if err == nil {
			_, err = reader.Recv()
		}
		if err != nil {
			failures++
		}
	}
	return failures
}

func TestAChangeOfLeaderIsNoticedByNobody(t *testing.T) {
	c := startCluster(t, startNode(t), 3)
	client := holder(t, c.url())
	store, subs := esdb.NewStore(client, noKeys{}), subscriber(t, client)
	in := subscribe(t, subs, "visura")
	const each = 5
	written := 0
	for term := range 9 {
		switch {
		case term%3 == 2: // nobody leads for a while
			c.lead(-1)
			leader := term % 3
			elected := time.AfterFunc(100*time.Millisecond, func() { c.lead(leader) })
			defer elected.Stop()
		case term > 0:
			c.lead(term % 3)
		}
		write(t, store, "visura-a", each)
		written += each
		if got := count(t, store, "visura-a"); got != written {
			t.Fatalf("term %d: %d events, want %d", term, got, written)
		}
	}
	next := 0
	for next < written {
		m := receive(t, in)
		revision := m.Metadata.Get(esdb.MetaRevision)
		switch {
		case revision == strconv.Itoa(next):
			next++
		case m.Metadata.Get(esdb.MetaRetries) == "0":
			t.Fatalf("revision %s came, want %d", revision, next)
		}
		m.Ack()
	}
}

func TestTheHolderLeavesADeadNode(t *testing.T) {
	c := startCluster(t, startNode(t), 2)
	client := holder(t, c.url())
	store := esdb.NewStore(client, noKeys{})
	write(t, store, "visura-a", 1)
	in := subscribe(t, subscriber(t, client), "visura")
	receive(t, in).Ack()
	c.lose(0)
	c.lead(1)
	eventually(t, "it reads from the other", func() bool {
		_, err := store.Load(within(t, soon), "visura-a", commands.NoStream, func(domain.Recorded) {})
		return err == nil
	})
	write(t, store, "visura-b", 1)
	for m := receive(t, in); ; m = receive(t, in) {
		m.Ack()
		if m.Metadata.Get(esdb.MetaStream) == "visura-b" {
			return
		}
	}
}

func TestTheHolderGoesToTheLeaderFirst(t *testing.T) {
	c := startCluster(t, startNode(t), 3)
	c.lead(2)
	write(t, esdb.NewStore(holder(t, c.url()), noKeys{}), "visura-a", 1)
	for i, member := range c.members {
		if asked := member.headers(appendMethod) != nil; asked != (i == 2) {
			t.Errorf("member %d was asked to append: %v", i, asked)
		}
	}
}

// One who lags would say that the log ends where it does no more.
func TestReadsOfDecisionsAskTheLeader(t *testing.T) {
	c := startCluster(t, startNode(t), 2)
	ctx := within(t, soon)
	store := esdb.NewStore(holder(t, c.url()), noKeys{})
	at, err := store.Head(ctx)
	if err != nil {
		t.Fatal(err)
	}
	c.lead(1)
	if _, end, err := store.Since(ctx, at, 10, func(string, uint64) bool { return true }, func(domain.Recorded) {}); err != nil || !end {
		t.Errorf("the log: end %v, %v", end, err)
	}
	if c.members[1].headers(readMethod) == nil {
		t.Error("the new leader was not asked for the log")
	}
	c.lead(0)
	if _, err := store.Load(ctx, "visura-a", commands.NoStream, func(domain.Recorded) {}); err != nil {
		t.Errorf("a stream: %v", err)
	}
}
