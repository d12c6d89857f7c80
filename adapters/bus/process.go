package bus

import (
	"strings"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Keys of message metadata, as the event store's subscriber sets them.
const (
	metaName        = "name"
	metaStream      = "stream"
	metaCorrelation = "correlation_id"
	metaTrace       = "traceparent"
	metaRetries     = "retries"
)

// Topic is what the subscriber is asked for on behalf of a process: the events
// of its category that wake it.
func Topic(p commands.Process) string {
	return "wakes:" + p.Name() + ":" + p.Category() + ":" + strings.Join(p.WakesOn(), ",")
}

// handler calls Advance for the aggregate an event belongs to. What there is to
// do follows from its state, not from the event, so events may come twice, late
// or in the wrong order.
func handler(p commands.Process) message.NoPublishHandlerFunc {
	return func(m *message.Message) error {
		id, ok := strings.CutPrefix(m.Metadata.Get(metaStream), p.Category()+"-")
		if !ok {
			return errForeign
		}
		return p.Advance(m.Context(), id, domain.Meta{
			By:          domain.Sistema,
			Correlation: m.Metadata.Get(metaCorrelation),
			Causation:   m.UUID,
			Trace:       traceOf(m),
		})
	}
}
