package esdb

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/visure-anagrafiche/visure/domain"
)

// Health is how the subscriptions of one topic are doing in this process.
type Health struct {
	Topic         string
	Subscriptions int       // open
	Connected     int       // of them
	InFlight      int       // messages being handled
	Oldest        time.Time // when the first of them came; zero with none
	LastEvent     time.Time // when the last one came
	LastBreak     time.Time // when a connection was last lost
	Breaks        int       // connections lost, ever
	Received      int
	Redelivered   int            // local attempts after the first
	Foreign       int            // events acknowledged without being handed out, because they are not the topic's
	Parked        map[string]int // by reason
	Drift         []string       // settings of the group that differ from ours
}

// Lag is how a topic's group is doing on the server.
type Lag struct {
	Checkpoint  domain.Position // everything up to here is finished; zero before the first, and for a topic of one stream
	LastKnown   domain.Position // the same
	Parked      int64
	Outstanding int64
	Retrying    int64
	Consumers   int
}

// Health returns the figures of every topic subscribed to, in order of name.
func (s *Subscriber) Health() []Health { return s.figures.all() }

// Lag asks the server for the figures of a topic's group. A checkpoint that
// does not change while LastKnown does means that events are not being finished.
func (s *Subscriber) Lag(ctx context.Context, topic string) (Lag, error) {
	src, err := parseTopic(topic)
	if err != nil {
		return Lag{}, err
	}
	info, err := s.info(ctx, src)
	if err != nil {
		return Lag{}, err
	}
	return Lag{
		Checkpoint: position(info.Stats.LastCheckpointedPosition), LastKnown: position(info.Stats.LastKnownPosition),
		Parked: info.Stats.ParkedMessagesCount, Outstanding: info.Stats.OutstandingMessagesCount,
		Retrying: info.Stats.RetryBufferCount, Consumers: len(info.Connections),
	}, nil
}

func position(p *es.Position) domain.Position {
	if p == nil {
		return domain.Position{}
	}
	return domain.Position{Commit: p.Commit, Prepare: p.Prepare}
}

// figures counts, by topic.
type figures struct {
	mu     sync.Mutex
	topics map[string]*counts
}

type counts struct {
	Health
	prepared bool                            // the group is known to exist
	inHand   map[*es.EventAppeared]time.Time // since when
}

func (f *figures) with(topic string, change func(*counts)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.topics == nil {
		f.topics = make(map[string]*counts)
	}
	c, ok := f.topics[topic]
	if !ok {
		c = &counts{Health: Health{Topic: topic, Parked: make(map[string]int)}, inHand: make(map[*es.EventAppeared]time.Time)}
		f.topics[topic] = c
	}
	change(c)
}

func (f *figures) prepared(topic string) (yes bool) {
	f.with(topic, func(c *counts) { yes = c.prepared })
	return yes
}

func (f *figures) drifted(topic string, drift []string) {
	f.with(topic, func(c *counts) {
		if c.prepared, c.Drift = true, drift; c.Foreign > 0 {
			c.Drift = append(c.Drift, otherFilter)
		}
	})
}

func (f *figures) opened(topic string) { f.with(topic, func(c *counts) { c.Subscriptions++ }) }
func (f *figures) ended(topic string)  { f.with(topic, func(c *counts) { c.Subscriptions-- }) }
func (f *figures) lost(topic string)   { f.with(topic, func(c *counts) { c.prepared = false }) }
func (f *figures) broke(topic string) {
	f.with(topic, func(c *counts) { c.Breaks, c.LastBreak = c.Breaks+1, time.Now() })
}

func (f *figures) redelivered(topic string) { f.with(topic, func(c *counts) { c.Redelivered++ }) }

func (f *figures) finished(topic string, e *es.EventAppeared) {
	f.with(topic, func(c *counts) { delete(c.inHand, e) })
}

func (f *figures) connected(topic string, n int) {
	f.with(topic, func(c *counts) { c.Connected += n })
}

func (f *figures) parked(topic, reason string) {
	f.with(topic, func(c *counts) { c.Parked[reason]++ })
}

func (f *figures) received(topic string, e *es.EventAppeared) {
	f.with(topic, func(c *counts) {
		c.Received, c.LastEvent = c.Received+1, time.Now()
		c.inHand[e] = c.LastEvent
	})
}

// otherFilter is the drift seen when a group delivers an event that is not the
// topic's: the server does not tell a group's filter.
const otherFilter = "filter lets in events of others"

// foreign counts an event that is not the topic's, and reports whether it is the
// first.
func (f *figures) foreign(topic string) (first bool) {
	f.with(topic, func(c *counts) {
		c.Foreign++
		if first = c.Foreign == 1; first {
			c.Drift = append(c.Drift, otherFilter)
		}
	})
	return first
}

func (f *figures) all() []Health {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []Health
	for _, topic := range slices.Sorted(maps.Keys(f.topics)) {
		c := f.topics[topic]
		h := c.Health
		h.Parked, h.Drift, h.InFlight = maps.Clone(h.Parked), slices.Clone(h.Drift), len(c.inHand)
		for _, since := range c.inHand {
			if h.Oldest.IsZero() || since.Before(h.Oldest) {
				h.Oldest = since
			}
		}
		all = append(all, h)
	}
	return all
}
