package esdb

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// source is where the messages of a topic come from.
//
//   - "visura": the category, that is every stream whose name begins with
//     "visura-"; no category may be the beginning of another up to the dash
//   - "stream:<name>": one stream
//   - "type:<prefix>": every event whose type begins with the prefix
//   - "wakes:<process>:<category>:<type>,<type>…": the events of exactly these types
//     in the streams of the category, for one of those who go on from there
type source struct {
	topic    string
	stream   string // empty: $all with filter
	filter   *es.SubscriptionFilter
	group    string // what of the group's name follows from the topic
	category string // of a topic of exact types, "visura-"; else empty
}

func parseTopic(topic string) (source, error) {
	kind, name, ok := strings.Cut(topic, ":")
	if !ok {
		kind, name = "", topic
	}
	if name == "" || strings.HasPrefix(name, "$") {
		return source{}, fmt.Errorf("topic %q names no stream of ours", topic)
	}
	s := source{topic: topic, group: topic}
	switch kind {
	case "":
		s.filter = &es.SubscriptionFilter{Type: es.StreamFilterType, Prefixes: []string{name + "-"}}
	case "stream":
		s.stream = name
	case "type":
		s.filter = &es.SubscriptionFilter{Type: es.EventFilterType, Prefixes: []string{name}}
	case "wakes":
		return parseWakes(topic, name)
	default:
		return source{}, fmt.Errorf("topic %q: unknown kind %q", topic, kind)
	}
	return s, nil
}

// parseWakes reads "<process>:<category>:<type>,<type>…". The order of the types and their
// repetition say nothing.
//
// A filter can never be changed, so another set of types is another group: the
// first 8 hexadecimal digits of the SHA-256 of the types, sorted, each followed by
// a line feed, are part of its name, which stays short whatever their number. A
// group that is new for that reason reads the whole history of its types again.
// It has to: nobody knows which events the old group had not finished, and a
// type that was added may have been stored before. The events are of streams
// that have mostly gone on since, for which there is nothing to do.
func parseWakes(topic, name string) (source, error) {
	process, rest, _ := strings.Cut(name, ":")
	category, list, _ := strings.Cut(rest, ":")
	types := strings.Split(list, ",")
	slices.Sort(types)
	types = slices.Compact(types)
	if process == "" || category == "" || slices.ContainsFunc(types, func(t string) bool { return t == "" || strings.HasPrefix(t, "$") }) {
		return source{}, fmt.Errorf("topic %q names no types of a category", topic)
	}
	sum := sha256.Sum256([]byte(strings.Join(types, "\n") + "\n"))
	return source{
		topic:    topic,
		filter:   &es.SubscriptionFilter{Type: es.EventFilterType, Prefixes: types},
		group:    process + "." + hex.EncodeToString(sum[:4]),
		category: category + "-",
	}, nil
}

// wants says that an event belongs to the topic. A group delivers others if it was
// made with another filter, and events whose type only begins with one of the
// topic's or whose stream is of another category.
func (s source) wants(e *es.RecordedEvent) bool {
	switch {
	case s.filter == nil:
		return true
	case s.category != "":
		return strings.HasPrefix(e.StreamID, s.category) && slices.Contains(s.filter.Prefixes, e.EventType)
	case s.filter.Type == es.EventFilterType:
		return strings.HasPrefix(e.EventType, s.filter.Prefixes[0])
	}
	return strings.HasPrefix(e.StreamID, s.filter.Prefixes[0])
}
