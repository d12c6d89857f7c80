package contract

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/visure-anagrafiche/visure/adapters/esdb/contract/esdbtest"
)

// Subscribers that start while others write get every event once and in order. One
// that is dropped for being slow, as 23.10 does, resumes.
func TestCatchUpUnderLoad(t *testing.T) {
	t.Parallel()
	w := newWire(t, common)
	client := common.client
	const writers, each = 8, 100
	before := w.lastPosition()
	var writing sync.WaitGroup
	for i := range writers {
		stream := w.Uses(w.Full(fmt.Sprint("s", i)))
		writing.Go(func() {
			for range each {
				event := esdb.EventData{EventID: uuid.New(), EventType: "event", ContentType: esdb.ContentTypeJson, Data: []byte("{}")}
				if _, err := client.AppendToStream(w.ctx, stream, esdb.AppendToStreamOptions{}, event); err != nil {
					t.Error(err)
				}
			}
		})
	}
	var reading sync.WaitGroup
	for range 4 {
		reading.Go(func() {
			seen := sequence{last: before, next: map[string]uint64{}}
			for seen.total < writers*each && !t.Failed() {
				if err := seen.follow(w, writers*each); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writing.Wait()
	reading.Wait()
}

// sequence is what one reader of the log has seen.
type sequence struct {
	last  uint64
	next  map[string]uint64
	total int
}

// follow subscribes after the last event seen, until as many as wanted were seen or
// the server drops the subscription for being slow.
func (s *sequence) follow(w wire, wanted int) error {
	from := esdb.Position{Commit: s.last, Prepare: s.last}
	sub, err := common.client.SubscribeToAll(w.ctx, esdb.SubscribeToAllOptions{From: from, Filter: &esdb.SubscriptionFilter{
		Type: esdb.StreamFilterType, Prefixes: []string{w.Full("s")}}})
	if err != nil {
		return err
	}
	defer sub.Close()
	for s.total < wanted {
		m := sub.Recv()
		if m.SubscriptionDropped != nil {
			if status.Code(m.SubscriptionDropped.Error) == codes.Aborted {
				return nil
			}
			return m.SubscriptionDropped.Error
		}
		if m.EventAppeared == nil {
			continue
		}
		e := m.EventAppeared.Event
		if e.EventNumber != s.next[e.StreamID] || e.Position.Commit <= s.last {
			return fmt.Errorf("%s: revision %d instead of %d, position %d after %d",
				e.StreamID, e.EventNumber, s.next[e.StreamID], e.Position.Commit, s.last)
		}
		s.next[e.StreamID]++
		s.last = e.Position.Commit
		s.total++
	}
	return nil
}

// A subscription that has nothing to send for more than a minute is kept.
func TestIdleSubscriptionsAreKept(t *testing.T) {
	if !*long {
		t.Skip("takes more than a minute: -long")
	}
	t.Parallel()
	w := newWire(t, common)
	w.ctx = esdbtest.Within(t, 2*time.Minute)
	w.append("s", noStream, "a")
	s := w.subscribe(stream("s"))
	s.expect("confirmed 0 caught-up")
	time.Sleep(65 * time.Second)
	w.append("s", anything, "b")
	s.expect("1")
}
