package esdb

import (
	"context"
	"sync/atomic"

	"github.com/ThreeDotsLabs/watermill/message"
)

// Reasons under which the Subscriber itself parks.
const (
	parkExhausted  = "retries_exhausted"   // failed at every local attempt
	parkEnvelope   = "unreadable_envelope" // the event's metadata is no JSON object
	parkNoTarget   = "target_missing"      // a replayed link whose event does not exist
	parkUnreadable = "unreadable_reason"   // Park was given a text instead of a code
)

// parking holds the reason under which a message is to be parked. It travels in
// the message's context, since Watermill knows only ack and nack.
type parking struct{ reason atomic.Pointer[string] }

type parkingKey struct{}

// Park marks a message that is about to be nacked as one that cannot succeed:
// instead of being delivered again it is set aside on the server, where an
// operator can look at it and replay it. The reason is a code of lower-case
// letters, digits and underscores, never a text: it is visible to whoever runs
// the server. Park reports whether the message came from a Subscriber of this
// package.
func Park(m *message.Message, reason string) bool {
	p, ok := m.Context().Value(parkingKey{}).(*parking)
	if ok {
		if !isCode(reason) {
			reason = parkUnreadable
		}
		p.reason.Store(&reason)
	}
	return ok
}

func withParking(ctx context.Context) (context.Context, *parking) {
	p := &parking{}
	return context.WithValue(ctx, parkingKey{}, p), p
}

func (p *parking) code() string {
	if r := p.reason.Load(); r != nil {
		return *r
	}
	return ""
}

func isCode(s string) bool {
	for _, c := range []byte(s) {
		if c != '_' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return s != "" && len(s) <= 40
}
