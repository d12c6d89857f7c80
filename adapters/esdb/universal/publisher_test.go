package universal_test

import (
	"encoding/json"
	"errors"
	"math"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/google/uuid"
)

// publisher is what the suite publishes with; the product appends through the
// Store. Each message has a stream of its own, "<topic>-<message id>", and its
// id is the event's: published again, after an error whose outcome is unknown,
// it is written once.
//
// The client is never closed: that panics under calls, and the suite leaves some
// running.
type publisher struct{ client *es.Client }

// Publish appends the messages one by one, durably.
func (p publisher) Publish(topic string, messages ...*message.Message) error {
	for _, m := range messages {
		id, errID := uuid.Parse(m.UUID)
		metadata, errMetadata := json.Marshal(m.Metadata)
		if err := errors.Join(errID, errMetadata); err != nil {
			return err
		}
		_, err := p.client.AppendToStream(m.Context(), topic+"-"+m.UUID, es.AppendToStreamOptions{ExpectedRevision: es.Any{}},
			es.EventData{EventID: id, EventType: "message", Data: m.Payload, Metadata: metadata})
		if err != nil {
			return err
		}
	}
	return nil
}

// Close does nothing: Publish returns when all is written.
func (p publisher) Close() error { return nil }

// newPublisher returns a publisher that looks for the server as long as it is
// away.
func newPublisher(connection string) (publisher, error) {
	config, err := es.ParseConnectionString(connection)
	if err != nil {
		return publisher{}, err
	}
	config.Logger, config.MaxDiscoverAttempts = es.NoopLogging(), math.MaxInt32
	client, err := es.NewClient(config)
	return publisher{client}, err
}
