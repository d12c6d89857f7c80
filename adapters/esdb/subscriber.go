package esdb

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/ThreeDotsLabs/watermill/message"
)

// SubscriberConfig says how a Subscriber behaves. Only Group is required.
type SubscriberConfig struct {
	// Group is the durable name of what the messages are for, with a version:
	// "process-v1". A new name is a new group and reads history again.
	Group string
	// Unmanaged subscribers make no groups; they wait until they exist.
	Unmanaged bool
	// FromEnd has the groups it makes begin at the end of the log: for a history
	// that was carried on elsewhere, or is to be left as it is.
	FromEnd bool
	// MessageTimeout is how long the server waits for one message to be settled
	// before it delivers it to another; longer than the handler's time and all
	// local attempts together. Default 5 minutes.
	MessageTimeout time.Duration
	// ServerRetries is how often the server delivers again what timed out or was
	// cut off, before it parks. Default 10.
	ServerRetries int
	// Attempts is how often a message is handed out locally before it is parked
	// as retries_exhausted. Default 5.
	Attempts int
	// Redelivery is the wait between local attempts. Default 200 ms to 10 s.
	Redelivery Backoff
	// DrainTimeout is how long a closing subscription waits for the message that
	// is being handled. Default 20 s.
	DrainTimeout time.Duration
	// AckLinger is how long a closing subscription stays connected at most after
	// its last acknowledgement, until the server shows that it has it: an end of
	// the connection may overtake it, and the message would come again. Default
	// 1 second.
	AckLinger time.Duration
}

func (c SubscriberConfig) withDefaults() SubscriberConfig {
	c.MessageTimeout = cmp.Or(c.MessageTimeout, 5*time.Minute)
	c.ServerRetries = cmp.Or(c.ServerRetries, 10)
	c.Attempts = cmp.Or(c.Attempts, 5)
	c.Redelivery = cmp.Or(c.Redelivery, Backoff{Initial: 200 * time.Millisecond, Max: 10 * time.Second})
	c.DrainTimeout = cmp.Or(c.DrainTimeout, 20*time.Second)
	c.AckLinger = cmp.Or(c.AckLinger, time.Second)
	return c
}

// Subscriber is Watermill's Subscriber over persistent subscriptions. Each call
// of Subscribe is one consumer with one message in flight. Several on one topic
// share its events; those of one stream usually go to the same consumer, but may
// not. Delivery is at least once. It is safe for concurrent use.
type Subscriber struct {
	client  *Client
	config  SubscriberConfig
	log     *slog.Logger
	figures figures

	mu      sync.Mutex
	closed  bool
	running map[*subscription]struct{}
	done    sync.WaitGroup
}

var (
	_ message.Subscriber           = (*Subscriber)(nil)
	_ message.SubscribeInitializer = (*Subscriber)(nil)
)

var reconnectWaits = Backoff{Initial: 50 * time.Millisecond, Max: 5 * time.Second}

// NewSubscriber returns a Subscriber. Close it before the client.
func NewSubscriber(client *Client, config SubscriberConfig, log *slog.Logger) (*Subscriber, error) {
	if config.Group == "" {
		return nil, errors.New("subscriber needs a group")
	}
	return &Subscriber{
		client: client, config: config.withDefaults(), log: log.With("group", config.Group),
		running: make(map[*subscription]struct{}),
	}, nil
}

// SubscribeInitialize makes the topic's group if it does not exist. Subscribe
// does it too. Events appended before either are delivered too, unless FromEnd.
func (s *Subscriber) SubscribeInitialize(topic string) error {
	src, err := parseTopic(topic)
	if err != nil {
		return err
	}
	return s.prepare(context.Background(), src)
}

// Subscribe returns the messages of a topic. It connects in the background and
// keeps connecting for as long as ctx lasts; it fails only on a topic it cannot
// parse and on a closed Subscriber. The context of a message carries ctx's values
// and ends when the message is settled, or DrainTimeout after the subscription
// began to close.
func (s *Subscriber) Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	src, err := parseTopic(topic)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errors.New("subscriber is closed")
	}
	ctx, cancel := context.WithCancel(ctx)
	sub := &subscription{Subscriber: s, source: src, stop: cancel, out: make(chan *message.Message)}
	s.running[sub] = struct{}{}
	s.figures.opened(topic)
	s.done.Go(func() {
		defer s.forget(sub)
		sub.run(ctx)
	})
	return sub.out, nil
}

func (s *Subscriber) forget(sub *subscription) {
	sub.stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.running, sub)
}

// Close ends all subscriptions, waiting for the messages being handled up to
// DrainTimeout, and returns when their channels are closed. Calling it again
// waits too.
func (s *Subscriber) Close() error {
	s.mu.Lock()
	s.closed = true
	for sub := range s.running {
		sub.stop()
	}
	s.mu.Unlock()
	s.done.Wait()
	return nil
}

// run keeps the subscription connected until ctx ends.
func (sub *subscription) run(ctx context.Context) {
	defer close(sub.out)
	defer sub.figures.ended(sub.topic)
	for attempt := 1; ; attempt++ {
		begun := time.Now()
		err := sub.session(ctx)
		if ctx.Err() != nil {
			return
		}
		if codeOf(err) == es.ErrorCodeAccessDenied {
			sub.log.Error("subscription ended: access denied", "topic", sub.topic, "error", err)
			return
		}
		if time.Since(begun) > feedHealthy {
			attempt = 1
		}
		sub.log.Warn("subscription broke, connecting again", "topic", sub.topic, "error", err)
		sub.figures.broke(sub.topic)
		sub.client.suspect()
		if pause(ctx, reconnectWaits.wait(attempt)) != nil {
			return
		}
	}
}
