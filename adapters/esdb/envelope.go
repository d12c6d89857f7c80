package esdb

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/google/uuid"
)

// Keys of message metadata that mean something here.
const (
	MetaName        = "name" // the event's type
	MetaCorrelation = "correlation_id"
	MetaCausation   = "causation_id"
	MetaTrace       = "traceparent"

	// Set by the Subscriber, dropped by the Publisher.
	MetaStream   = "stream"
	MetaRevision = "revision"
	MetaPosition = "position" // commit-prepare
	MetaCreated  = "created"  // RFC 3339, the server's clock
	MetaRetries  = "retries"  // how often the server delivered it before
)

// defaultName is the type of an event whose message has no name.
const defaultName = "message"

// storedNames are EventStoreDB's own names of metadata.
var storedNames = map[string]string{MetaCorrelation: "$correlationId", MetaCausation: "$causationId"}

// isOwn says that a key's value is stored elsewhere than in the metadata.
func isOwn(key string) bool {
	switch key {
	case MetaName, MetaStream, MetaRevision, MetaPosition, MetaCreated, MetaRetries:
		return true
	}
	return false
}

// marshal makes an event of a message. The message's UUID becomes the event's
// id, so publishing it again is recognised.
func marshal(m *message.Message) (es.EventData, error) {
	id, err := uuid.Parse(m.UUID)
	if err != nil {
		return es.EventData{}, fmt.Errorf("message id is no UUID: %w", err)
	}
	meta := make(map[string]string, len(m.Metadata))
	for key, value := range m.Metadata {
		if isOwn(key) {
			continue
		}
		if stored, ok := storedNames[key]; ok {
			key = stored
		}
		meta[key] = value
	}
	if trace := traced(m.Context(), meta[MetaTrace]); trace != "" {
		meta[MetaTrace] = trace
	}
	stored, err := json.Marshal(meta)
	if err != nil {
		return es.EventData{}, err
	}
	e := es.EventData{EventID: id, EventType: m.Metadata.Get(MetaName), Data: m.Payload, Metadata: stored}
	if e.EventType == "" {
		e.EventType = defaultName
	}
	if json.Valid(m.Payload) {
		e.ContentType = es.ContentTypeJson
	}
	return e, nil
}

// unmarshal makes a message of an event. Of the stored metadata it takes the
// texts; the payload is the stored data, still sealed.
func unmarshal(e *es.RecordedEvent, retries int) (*message.Message, error) {
	m := message.NewMessage(e.EventID.String(), e.Data)
	if len(e.UserMetadata) > 0 {
		var stored map[string]any
		if err := json.Unmarshal(e.UserMetadata, &stored); err != nil {
			return nil, fmt.Errorf("metadata of event %d of %s: %w", e.EventNumber, e.StreamID, err)
		}
		for key, value := range stored {
			if text, ok := value.(string); ok {
				m.Metadata.Set(key, text)
			}
		}
		for key, name := range storedNames {
			if value, ok := m.Metadata[name]; ok {
				m.Metadata.Set(key, value)
				delete(m.Metadata, name)
			}
		}
	}
	m.Metadata.Set(MetaName, e.EventType)
	m.Metadata.Set(MetaStream, e.StreamID)
	m.Metadata.Set(MetaRevision, strconv.FormatUint(e.EventNumber, 10))
	m.Metadata.Set(MetaPosition, fmt.Sprintf("%d-%d", e.Position.Commit, e.Position.Prepare))
	m.Metadata.Set(MetaCreated, e.CreatedDate.UTC().Format(time.RFC3339Nano))
	m.Metadata.Set(MetaRetries, strconv.Itoa(retries))
	return m, nil
}
