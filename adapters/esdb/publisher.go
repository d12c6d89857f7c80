package esdb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/visure-anagrafiche/visure/commands"
)

// Publisher is Watermill's Publisher over appends, for messages that are not
// facts of an aggregate: those are appended by the Store, which knows the
// expected revision. It is safe for concurrent use.
type Publisher struct {
	client *Client
	stream func(topic string, m *message.Message) string
	recent recent

	mu     sync.Mutex
	closed bool
	open   sync.WaitGroup
}

var _ message.Publisher = (*Publisher)(nil)

// NewPublisher returns a Publisher. The stream function names the stream a
// message of a category goes to; nil gives every message a stream of its own,
// "<topic>-<message id>". A topic "stream:<name>" is always that stream.
func NewPublisher(client *Client, stream func(topic string, m *message.Message) string) *Publisher {
	if stream == nil {
		stream = func(topic string, m *message.Message) string { return topic + "-" + m.UUID }
	}
	return &Publisher{client: client, stream: stream}
}

type expectedKey struct{}

// WithExpectedRevision makes Publish append a message carrying this context, and
// those for the same stream that follow it in the call, only at a revision of
// the stream; otherwise it answers commands.ErrStale.
func WithExpectedRevision(ctx context.Context, revision int64) context.Context {
	return context.WithValue(ctx, expectedKey{}, revision)
}

// Publish appends the messages durably. Consecutive ones for one stream are
// written all or none; publishing a message again, after an error or by
// mistake, writes nothing new as far as the server remembers; publishing it to
// another stream of the category is refused with ErrDuplicateID, as far as the
// Publisher does. It works under the context of the first message of each append,
// within a limit of its own.
func (p *Publisher) Publish(topic string, messages ...*message.Message) error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return errors.New("publisher is closed")
	}
	p.open.Add(1)
	p.mu.Unlock()
	defer p.open.Done()
	switch src, err := parseTopic(topic); {
	case err != nil:
		return err
	case src.filter != nil && src.filter.Type == es.EventFilterType:
		return fmt.Errorf("topic %q can only be subscribed to", topic)
	}
	for len(messages) > 0 {
		stream, n := p.run(topic, messages)
		if err := p.append(topic, stream, messages[:n]); err != nil {
			return fmt.Errorf("publish to %s: %w", topic, err)
		}
		messages = messages[n:]
	}
	return nil
}

// run returns the stream of the first message and how many go there with it.
func (p *Publisher) run(topic string, messages []*message.Message) (stream string, n int) {
	name := func(m *message.Message) string {
		if fixed, ok := strings.CutPrefix(topic, "stream:"); ok {
			return fixed
		}
		return p.stream(topic, m)
	}
	stream, n = name(messages[0]), 1
	for n < len(messages) && name(messages[n]) == stream {
		n++
	}
	return stream, n
}

func (p *Publisher) append(topic, stream string, messages []*message.Message) error {
	ctx, cancel := context.WithTimeout(messages[0].Context(), appendBudget)
	defer cancel()
	if err := ctx.Err(); err != nil {
		return err
	}
	events := make([]es.EventData, len(messages))
	for i, m := range messages {
		e, err := marshal(m)
		if err != nil {
			return err
		}
		if err := p.recent.note(topic, e.EventID, stream); err != nil {
			return err
		}
		events[i] = e
	}
	expected, ok := ctx.Value(expectedKey{}).(int64)
	if !ok {
		expected = commands.AnyRevision
	}
	_, err := repeat(ctx, true, func(ctx context.Context) (*es.WriteResult, error) {
		return p.client.append(ctx, stream, revision(expected), events)
	})
	if err != nil && codeOf(err) == es.ErrorCodeWrongExpectedVersion {
		return commands.ErrStale
	}
	return err
}

// Close waits for what is being published. The client stays open.
func (p *Publisher) Close() error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.open.Wait()
	return nil
}
