package esdb

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// schema is the version of the stored metadata.
const schema = 1

// metadata is what stands beside every event. The names with a dollar sign are
// EventStoreDB's own: its $by_correlation_id projection reads them.
type metadata struct {
	Correlation string           `json:"$correlationId,omitempty"`
	Causation   string           `json:"$causationId,omitempty"`
	CommandID   string           `json:"command_id"`
	RecordedAt  time.Time        `json:"recorded_at"` // RFC 3339 with nanoseconds, UTC
	Actor       domain.Actor     `json:"actor"`
	Facts       map[string]int64 `json:"facts,omitempty"`
	Trace       string           `json:"traceparent,omitempty"`
	Schema      int              `json:"schema"`
}

func encodeMeta(m domain.Meta) ([]byte, error) {
	return json.Marshal(metadata{
		Correlation: m.Correlation, Causation: m.Causation, CommandID: m.CommandID,
		RecordedAt: m.At.UTC(), Actor: m.By, Facts: m.Facts, Trace: m.Trace, Schema: schema,
	})
}

func decodeMeta(data []byte) (domain.Meta, error) {
	var m metadata
	if err := json.Unmarshal(data, &m); err != nil {
		return domain.Meta{}, err
	}
	if m.Schema > schema {
		return domain.Meta{}, fmt.Errorf("schema %d is newer than %d, the last known", m.Schema, schema)
	}
	return domain.Meta{
		At: m.RecordedAt.UTC(), By: m.Actor, CommandID: m.CommandID,
		Correlation: m.Correlation, Causation: m.Causation, Facts: m.Facts, Trace: m.Trace,
	}, nil
}
