package persistent

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/filter"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/group"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// definition is what is stored of a group besides its progress. Numbers are stored
// as the client sent them.
type definition struct {
	Stream string `json:"stream"`
	Group  string `json:"group"`
	// Number orders groups by creation.
	Number   int64          `json:"number"`
	Start    origin         `json:"start"`
	From     uint64         `json:"from"` // Start, resolved at creation: the first position or revision to deliver
	Filter   *filter.Filter `json:"filter,omitempty"`
	Settings settings       `json:"settings"`
}

// settings are the settings of the protocol.
type settings struct {
	ResolveLinks       bool           `json:"resolve_links"`
	ExtraStatistics    bool           `json:"extra_statistics"`
	MaxRetryCount      int32          `json:"max_retry_count"`
	MinCheckpointCount int32          `json:"min_checkpoint_count"`
	MaxCheckpointCount int32          `json:"max_checkpoint_count"`
	MaxSubscriberCount int32          `json:"max_subscriber_count"`
	LiveBufferSize     int32          `json:"live_buffer_size"`
	ReadBatchSize      int32          `json:"read_batch_size"`
	HistoryBufferSize  int32          `json:"history_buffer_size"`
	MessageTimeout     int32          `json:"message_timeout_ms"`
	CheckpointAfter    int32          `json:"checkpoint_after_ms"`
	Strategy           group.Strategy `json:"strategy"`
}

// origin is the start a client asked for, inclusive.
type origin struct {
	End     bool   `json:"end,omitempty"`
	Commit  uint64 `json:"commit"` // or the revision
	Prepare uint64 `json:"prepare"`
}

func (c *definition) key() Key { return Key{c.Stream, c.Group} }

// startText is the start in the form of the protocol.
func (c *definition) startText() string {
	switch {
	case c.key().All() && c.Start.End:
		return "C:-1/P:-1"
	case c.key().All():
		return fmt.Sprintf("C:%d/P:%d", c.Start.Commit, c.Start.Prepare)
	case c.Start.End:
		return "-1"
	}
	return strconv.FormatUint(c.Start.Commit, 10)
}

// positionText is a position, or none, in the form of the protocol.
func (c *definition) positionText(p *uint64) string {
	if p == nil {
		return ""
	}
	return c.key().positionText(*p)
}

// rules are the settings for the state machine.
func (c *definition) rules() group.Settings {
	s := c.Settings
	after := time.Duration(s.CheckpointAfter) * time.Millisecond
	switch {
	case s.CheckpointAfter == math.MaxInt32:
		after = 0 // never
	case s.CheckpointAfter < 0:
		after = 1 // has always passed
	}
	return group.Settings{
		Strategy: s.Strategy, MaxRetries: int(s.MaxRetryCount),
		MessageTimeout: time.Duration(s.MessageTimeout) * time.Millisecond, CheckpointAfter: after,
		MinCheckpoint: int(s.MinCheckpointCount), MaxCheckpoint: int(s.MaxCheckpointCount), MaxConsumers: int(s.MaxSubscriberCount),
		LiveBuffer: int(s.LiveBufferSize), HistoryBuffer: int(s.HistoryBufferSize), ReadBatch: int(s.ReadBatchSize),
		Measure: s.ExtraStatistics,
	}
}

// checkSizes refuses sizes with which a group cannot work.
func (s *settings) checkSizes() error {
	switch {
	case s.ReadBatchSize < 0 || s.HistoryBufferSize < 0 || s.LiveBufferSize < 0:
		return fmt.Errorf("buffer sizes must not be negative")
	case s.ReadBatchSize >= s.HistoryBufferSize:
		return fmt.Errorf("read batch size %d must be less than history buffer size %d", s.ReadBatchSize, s.HistoryBufferSize)
	}
	return nil
}

func (c *definition) stored() (journal.Entry, error) {
	value, err := json.Marshal(c)
	if err != nil {
		return journal.Entry{}, fmt.Errorf("encode group %s: %w", c.key(), err)
	}
	return journal.Entry{Name: c.key().entry(configEntry), Value: value}, nil
}
