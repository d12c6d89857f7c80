package persistent

import (
	"fmt"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/protocol"
)

// Key names a group: the stream it reads, or protocol.AllStream, and its own name.
type Key struct{ Stream, Name string }

// All tells whether the group reads the whole log.
func (k Key) All() bool { return k.Stream == protocol.AllStream }

// String is the subscription id of the protocol.
func (k Key) String() string { return k.Stream + "::" + k.Name }

// streamPrefix begins the names of the streams that groups write to.
const streamPrefix = "$persistentsubscription"

// stream names a stream that the group writes to. It differs for any two keys: where
// the real server's form would be ambiguous ("a::b" + "c", "a" + "b::c"), the length
// of Stream is added.
func (k Key) stream(suffix string) string {
	if strings.Index(k.String(), "::") != len(k.Stream) {
		return fmt.Sprintf(streamPrefix+"+%d-%s-%s", len(k.Stream), k, suffix)
	}
	return streamPrefix + "-" + k.String() + "-" + suffix
}

// parkedStream is where messages of the group are parked.
func (k Key) parkedStream() string { return k.stream("parked") }

// checkpointStream is where checkpoints of the group are written.
func (k Key) checkpointStream() string { return k.stream("checkpoint") }

// Kinds of journal entries of a group.
const (
	configEntry = "group.config/"
	replayEntry = "group.replay/"
)

// entry names an entry of the group.
func (k Key) entry(kind string) string {
	return fmt.Sprintf("%s%d:%s%s", kind, len(k.Stream), k.Stream, k.Name)
}
