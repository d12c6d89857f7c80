package esdb

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/ThreeDotsLabs/watermill/message"
)

// subscription is one consumer. One goroutine owns its stream: the client's
// Recv, Ack and Nack must not be called concurrently.
type subscription struct {
	*Subscriber
	source
	stop context.CancelFunc
	out  chan *message.Message
}

// session is one connection of a subscription to its group.
type session struct {
	*subscription
	stream  *es.PersistentSubscription
	settled atomic.Pointer[time.Time] // when the last ack or nack was sent; nil: none was
}

// lingerPause is how long linger waits before it asks about the group.
const lingerPause = 2 * time.Millisecond

var errStopping = errors.New("subscription is stopping")

// session connects, hands out messages until the connection or ctx ends, and
// leaves in order: the message in hand is finished and the server has its ack.
func (sub *subscription) session(ctx context.Context) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("event store client panicked: %v", r)
		}
	}()
	// The stream outlives ctx: cutting it would lose the last ack.
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	stream, err := sub.connect(ctx, life)
	if err != nil {
		return err
	}
	s := &session{subscription: sub, stream: stream}
	sub.figures.connected(sub.topic, 1)
	defer sub.figures.connected(sub.topic, -1)
	leave := func() {
		s.linger(life)
		end()
	}
	for {
		e, err := s.receive(ctx, leave)
		if err != nil {
			return err
		}
		if err := s.handle(ctx, e); err != nil {
			return err
		}
	}
}

// connect joins the group, making it first if it is missing.
func (sub *subscription) connect(ctx, life context.Context) (*es.PersistentSubscription, error) {
	if !sub.figures.prepared(sub.topic) {
		if err := sub.prepare(ctx, sub.source); err != nil {
			return nil, err
		}
	}
	stream, err := sub.join(ctx, life, sub.source)
	if err != nil {
		if codeOf(err) == es.ErrorCodeResourceNotFound {
			sub.figures.lost(sub.topic) // it was deleted: prepare makes it again
		}
		return nil, fmt.Errorf("join group %s: %w", sub.groupName(sub.source), err)
	}
	return stream, nil
}

// receive waits for the next event. When ctx ends, leave ends the stream, unless
// an event comes before.
func (s *session) receive(ctx context.Context, leave func()) (*es.EventAppeared, error) {
	defer context.AfterFunc(ctx, leave)()
	said := s.stream.Recv()
	switch {
	case ctx.Err() != nil:
		return nil, errStopping
	case said.SubscriptionDropped != nil:
		return nil, fmt.Errorf("dropped: %w", said.SubscriptionDropped.Error)
	}
	return said.EventAppeared, nil
}

// linger waits until the server has the last ack: the client reports it sent
// before it has left, and drops it if the stream ends; the server drops what it
// has not read by then. It has it when it sends the next event, which ends life,
// or when the group has nothing in hand. While other consumers have, AckLinger
// must do.
func (s *session) linger(life context.Context) {
	last := s.settled.Load()
	if last == nil {
		return
	}
	ctx, cancel := context.WithDeadline(life, last.Add(s.config.AckLinger))
	defer cancel()
	for pause(ctx, lingerPause) == nil {
		if info, err := s.info(ctx, s.source); err == nil && info.Stats.OutstandingMessagesCount == 0 {
			return
		}
	}
}

// handle hands out one event until it is settled. Its error ends the session.
func (s *session) handle(ctx context.Context, e *es.EventAppeared) error {
	s.figures.received(s.topic, e)
	defer s.figures.finished(s.topic, e)
	switch {
	case e.Event.Event == nil:
		return s.park(e, parkNoTarget)
	case !s.wants(e.Event.Event):
		if s.figures.foreign(s.topic) {
			s.log.Error("group delivers events that are none of the topic's, they are let go", "group", s.groupName(s.source))
		}
		return s.settle(s.stream.Ack(e.Event))
	}
	m, err := unmarshal(e.Event.Event, e.RetryCount)
	if err != nil {
		s.log.Error("event parked: its envelope cannot be read", "topic", s.topic, "error", err)
		return s.park(e, parkEnvelope)
	}
	deadline := time.Now().Add(s.config.MessageTimeout * 4 / 5)
	for attempt := 1; ; attempt++ {
		verdict, reason := s.offer(ctx, m)
		switch {
		case verdict == acked:
			return s.settle(s.stream.Ack(e.Event))
		case verdict == undecided:
			return errStopping // unsettled: the server gives it to another
		case reason != "":
			return s.park(e, reason)
		case ctx.Err() != nil || time.Now().After(deadline):
			return s.settle(s.stream.Nack("", es.NackActionRetry, e.Event))
		case attempt >= s.config.Attempts:
			return s.park(e, parkExhausted)
		}
		s.figures.redelivered(s.topic)
		_ = pause(ctx, s.config.Redelivery.wait(attempt)) // cut short, the next offer finds out
	}
}

type verdict int

const (
	undecided verdict = iota
	acked
	nacked
)

// offer hands out a copy of m and waits for what becomes of it; while stopping,
// no longer than DrainTimeout. The reason is why it is to be parked, if it is.
func (s *session) offer(ctx context.Context, m *message.Message) (verdict, string) {
	life, parking := withParking(context.WithoutCancel(ctx))
	life, end := context.WithCancel(life)
	defer end()
	m = m.Copy()
	m.SetContext(life)
	select {
	case <-ctx.Done():
		return undecided, ""
	default:
	}
	select {
	case s.out <- m:
	case <-ctx.Done():
		return undecided, ""
	}
	stopping, patience := ctx.Done(), (<-chan time.Time)(nil)
	for {
		select {
		case <-m.Acked():
			return acked, ""
		case <-m.Nacked():
			return nacked, parking.code()
		case <-stopping:
			stopping, patience = nil, time.After(s.config.DrainTimeout)
		case <-patience:
			return undecided, ""
		}
	}
}

func (s *session) park(e *es.EventAppeared, reason string) error {
	s.figures.parked(s.topic, reason)
	return s.settle(s.stream.Nack(reason, es.NackActionPark, e.Event))
}

func (s *session) settle(err error) error {
	now := time.Now()
	s.settled.Store(&now)
	if err != nil {
		return fmt.Errorf("settle: %w", err)
	}
	return nil
}
