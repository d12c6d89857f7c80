package esdb

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/ThreeDotsLabs/watermill/message"
)

// subscription is one consumer. One goroutine owns its stream: the client's
// Recv, Ack and Nack bear no company.
type subscription struct {
	*Subscriber
	source
	stop context.CancelFunc
	out  chan *message.Message
}

// session is one connection of a subscription to its group.
type session struct {
	*subscription
	stream *es.PersistentSubscription

	mu      sync.Mutex
	idle    bool
	settled time.Time // when the last ack or nack was sent
}

var errStopping = errors.New("subscription is stopping")

// session connects, hands out messages until the connection or ctx ends, and
// leaves in order: the message in hand is finished and its ack given time to
// leave the machine.
func (sub *subscription) session(ctx context.Context) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("event store client panicked: %v", r)
		}
	}()
	// The stream outlives ctx: cutting it would lose the last ack.
	stream, end, err := sub.connect(ctx, context.WithoutCancel(ctx))
	if err != nil {
		return err
	}
	defer end()
	s := &session{subscription: sub, stream: stream}
	sub.figures.connected(sub.topic, 1)
	defer sub.figures.connected(sub.topic, -1)
	defer context.AfterFunc(ctx, func() { s.interrupt(end) })()
	for {
		e, err := s.receive(ctx)
		if err != nil {
			return err
		}
		if err := s.handle(ctx, e); err != nil {
			if ctx.Err() != nil {
				s.linger()
			}
			return err
		}
	}
}

// connect joins the group, making it first if it is missing.
func (sub *subscription) connect(ctx, life context.Context) (*es.PersistentSubscription, context.CancelFunc, error) {
	if !sub.figures.prepared(sub.topic) {
		if err := sub.prepare(ctx, sub.source); err != nil {
			return nil, nil, err
		}
	}
	stream, end, err := sub.join(ctx, life, sub.source)
	if err != nil {
		if codeOf(err) == es.ErrorCodeResourceNotFound {
			sub.figures.lost(sub.topic) // deleted under us: prepare again
		}
		return nil, nil, fmt.Errorf("join group %s: %w", sub.groupName(sub.source), err)
	}
	return stream, end, nil
}

// receive waits for the next event.
func (s *session) receive(ctx context.Context) (*es.EventAppeared, error) {
	s.setIdle(true)
	if ctx.Err() != nil { // interrupt may have found us busy
		s.linger()
		return nil, errStopping
	}
	said := s.stream.Recv()
	s.setIdle(false)
	switch {
	case ctx.Err() != nil:
		return nil, errStopping
	case said.SubscriptionDropped != nil:
		return nil, fmt.Errorf("dropped: %w", said.SubscriptionDropped.Error)
	}
	return said.EventAppeared, nil
}

func (s *session) setIdle(idle bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle = idle
}

// interrupt ends the stream of a session that is waiting for an event. A busy
// one sees by itself that it is to stop.
func (s *session) interrupt(end context.CancelFunc) {
	s.mu.Lock()
	idle := s.idle
	s.mu.Unlock()
	if idle {
		s.linger()
		end()
	}
}

// linger waits until the last ack has surely been taken: the client reports it
// sent before it has left, and drops it if the stream ends. A question about the
// group travels behind it on the same connection.
func (s *session) linger() {
	s.mu.Lock()
	settled := s.settled
	s.mu.Unlock()
	if settled.IsZero() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_, _ = s.info(ctx, s.source) // its answer is of no interest
	if rest := s.config.AckLinger - time.Since(settled); rest > 0 {
		time.Sleep(rest)
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
			s.log.Error("group has another filter than ours, others' events are let go", "group", s.groupName(s.source))
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
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settled = time.Now()
	if err != nil {
		return fmt.Errorf("settle: %w", err)
	}
	return nil
}
