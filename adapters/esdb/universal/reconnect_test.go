package universal_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/tests"
)

// testReconnect runs the suite's reconnect test as it is. That test compares
// what it received with what it has counted as published, and its count lags
// behind: a message may be received before it is counted. So the test runs in a
// bubble, in which it can be known that the count is complete, over a pair that
// holds the last message until then. Whatever touches the network stays outside.
func (b *broker) testReconnect(t *testing.T) {
	pub, sub := b.pubSub(t, "suite")
	outside := startOutside(t)
	features := features
	features.RestartServiceCommand = b.restartOnDemand()

	// The suite leaves the goroutine that counts behind; the bubble reports it.
	defer func() {
		if left := recover(); left != nil && !strings.Contains(fmt.Sprint(left), "blocked goroutines remain") {
			panic(left)
		}
	}()
	synctest.Test(t, func(t *testing.T) {
		tests.TestReconnect(t, tests.TestContext{TestID: tests.NewTestID(), Features: features},
			func(*testing.T) (message.Publisher, message.Subscriber) {
				returned := make(chan string, 100) // as many as the suite has publishers
				return &countedPublisher{pub, outside, returned},
					&countedSubscriber{Subscriber: sub, outside: outside, returned: returned}
			})
	})
}

// countedPublisher says of each message when its Publish returns.
type countedPublisher struct {
	message.Publisher
	outside  outside
	returned chan<- string
}

func (p *countedPublisher) Publish(topic string, messages ...*message.Message) error {
	err := p.outside.run(func() error { return p.Publisher.Publish(topic, messages...) })
	if err != nil {
		return err
	}
	for _, m := range messages {
		p.returned <- m.UUID
	}
	return nil
}

func (p *countedPublisher) Close() error {
	close(p.returned)
	return p.outside.run(p.Publisher.Close)
}

// countedSubscriber hands out no message before its Publish has returned, and
// the last one only when the suite has counted all.
type countedSubscriber struct {
	message.Subscriber
	outside  outside
	returned <-chan string
}

func (s *countedSubscriber) SubscribeInitialize(topic string) error {
	return s.outside.run(func() error {
		return s.Subscriber.(message.SubscribeInitializer).SubscribeInitialize(topic)
	})
}

func (s *countedSubscriber) Close() error { return s.outside.run(s.Subscriber.Close) }

func (s *countedSubscriber) Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	var in <-chan *message.Message
	err := s.outside.run(func() (err error) {
		in, err = s.Subscriber.Subscribe(ctx, topic)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make(chan *message.Message)
	go func() {
		defer close(out)
		s.forward(in, out)
	}()
	return out, nil
}

// forward ends when the publisher is closed, or a message is lost.
func (s *countedSubscriber) forward(in <-chan *message.Message, out chan<- *message.Message) {
	due, seen := map[string]bool{}, map[string]bool{}
	note := func(id string, open bool) bool {
		if open && !seen[id] {
			due[id] = true
		}
		return open
	}
	for {
		// The suite's clock, by which its publishers pause, goes on while no message
		// is due, and stands still while one is.
		for len(due) == 0 {
			if id, open := <-s.returned; !note(id, open) {
				return
			}
		}
		m := s.next(in)
		if m == nil {
			return
		}
		for !due[m.UUID] && !seen[m.UUID] {
			if id, open := <-s.returned; !note(id, open) {
				return
			}
		}
		seen[m.UUID] = true
		delete(due, m.UUID)
		if len(due) == 0 { // this may be the last
			select {
			case id, open := <-s.returned:
				note(id, open)
			case <-time.After(time.Nanosecond): // the clock goes on: nobody has anything to do
				synctest.Wait() // so that the race detector knows it too
			}
		}
		out <- m
	}
}

// next returns the next message, or nil if none comes within a minute.
func (s *countedSubscriber) next(in <-chan *message.Message) (m *message.Message) {
	_ = s.outside.run(func() error {
		select {
		case m = <-in:
		case <-time.After(time.Minute):
		}
		return nil
	})
	return m
}

// outside runs functions outside the bubble of who asks. Its clock stands still
// until they return.
type outside chan call

type call struct {
	do   chan func() error
	done chan error
}

func startOutside(t *testing.T) outside {
	o := make(outside)
	go func() {
		for {
			c := call{do: make(chan func() error), done: make(chan error)}
			select {
			case o <- c:
				go func() { c.done <- (<-c.do)() }()
			case <-t.Context().Done():
				return
			}
		}
	}()
	return o
}

func (o outside) run(f func() error) error {
	c := <-o
	c.do <- f
	return <-c.done
}
