package esdb

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/ThreeDotsLabs/watermill/message"
)

// Keys of the metadata of messages. Texts of the event's own metadata come under
// their own names, these two of EventStoreDB's under those here.
const (
	MetaCorrelation = "correlation_id"
	MetaCausation   = "causation_id"

	MetaName     = "name" // the event's type
	MetaStream   = "stream"
	MetaRevision = "revision"
	MetaPosition = "position" // commit-prepare
	MetaCreated  = "created"  // RFC 3339, the server's clock
	MetaRetries  = "retries"  // how often the server delivered it before
	MetaTrace    = "traceparent"
)

// storedNames are EventStoreDB's own names of metadata.
var storedNames = map[string]string{MetaCorrelation: "$correlationId", MetaCausation: "$causationId"}

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
