package esdb

import (
	"fmt"
	"strings"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// source is where the messages of a topic come from.
//
//   - "visura": the category, that is every stream whose name begins with
//     "visura-"; no category may be the beginning of another up to the dash
//   - "stream:<name>": one stream
//   - "type:<prefix>": every event whose type begins with the prefix
type source struct {
	topic  string
	stream string // empty: $all with filter
	filter *es.SubscriptionFilter
}

func parseTopic(topic string) (source, error) {
	kind, name, ok := strings.Cut(topic, ":")
	if !ok {
		kind, name = "", topic
	}
	if name == "" || strings.HasPrefix(name, "$") {
		return source{}, fmt.Errorf("topic %q names no stream of ours", topic)
	}
	s := source{topic: topic}
	switch kind {
	case "":
		s.filter = &es.SubscriptionFilter{Type: es.StreamFilterType, Prefixes: []string{name + "-"}}
	case "stream":
		s.stream = name
	case "type":
		s.filter = &es.SubscriptionFilter{Type: es.EventFilterType, Prefixes: []string{name}}
	default:
		return source{}, fmt.Errorf("topic %q: unknown kind %q", topic, kind)
	}
	return s, nil
}

// wants says that an event belongs to the topic. A group that delivers another
// was made with another filter.
func (s source) wants(e *es.RecordedEvent) bool {
	if s.filter == nil {
		return true
	}
	text := e.StreamID
	if s.filter.Type == es.EventFilterType {
		text = e.EventType
	}
	return strings.HasPrefix(text, s.filter.Prefixes[0])
}
