package bus

import (
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

// leadsNowhere are the events after which a visura waits for nothing, or for
// what brought the event about: who recorded that ANPR is being asked asks it,
// and comes back if interrupted; the next attempt after a deferral is the
// timer's. Whatever is not named here is looked at: a look too many costs one
// read.
var leadsNowhere = map[string]bool{
	domain.QueryStarted{}.EventType():      true,
	domain.QueryDeferred{}.EventType():     true,
	domain.VisuraIssued{}.EventType():      true,
	domain.VisuraNotIssuable{}.EventType(): true,
	domain.VisuraFailed{}.EventType():      true,
	domain.VisuraRejected{}.EventType():    true,
	domain.VisuraWithdrawn{}.EventType():   true,
	domain.VisuraDownloaded{}.EventType():  true,
}

// handler takes the visura of an event further. What there is to do follows
// from the visura's state, not from the event, so events that come twice, late
// or in the wrong order do no harm.
func handler(advance Advance) message.NoPublishHandlerFunc {
	return func(m *message.Message) error {
		if leadsNowhere[m.Metadata.Get(metaName)] {
			return nil
		}
		id, err := visuraOf(m)
		if err != nil {
			return err
		}
		return advance(m.Context(), id, commands.Envelope{
			By:          domain.Sistema,
			Correlation: m.Metadata.Get(metaCorrelation),
			Causation:   m.UUID,
			Trace:       traceOf(m),
		})
	}
}

func visuraOf(m *message.Message) (domain.VisuraID, error) {
	name, ok := domain.VisuraOf(m.Metadata.Get(metaStream))
	if !ok {
		return "", errNoVisura
	}
	id, err := domain.ParseVisuraID(string(name))
	if err != nil {
		return "", errNoVisura
	}
	return id, nil
}
