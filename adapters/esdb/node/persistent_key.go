package node

import (
	"fmt"
	"strings"
)

// allStream names the whole log where a stream's name is expected.
const allStream = "$all"

// groupKey names a persistent subscription group: what it reads, a stream or allStream, and its own name.
type groupKey struct{ stream, name string }

func (k groupKey) all() bool { return k.stream == allStream }

// String is the subscription id of the protocol.
func (k groupKey) String() string { return k.stream + "::" + k.name }

// parkedPrefix begins the name of every parked stream.
const parkedPrefix = "$persistentsubscription"

// parkedStream is where messages of the group are parked. Two groups never share one: where the plain text would be that
// of another group too ("a::b" + "c", "a" + "b::c"), the length of the stream's name tells them apart.
func (k groupKey) parkedStream() string {
	if strings.Index(k.String(), "::") != len(k.stream) {
		return fmt.Sprintf(parkedPrefix+"+%d-%s-parked", len(k.stream), k)
	}
	return parkedPrefix + "-" + k.String() + "-parked"
}

// Kinds of entries a group keeps in the journal.
const (
	configEntry     = "group.config/"
	checkpointEntry = "group.checkpoint/"
	replayEntry     = "group.replay/"
)

// entry names an entry of the group.
func (k groupKey) entry(kind string) string {
	return fmt.Sprintf("%s%d:%s%s", kind, len(k.stream), k.stream, k.name)
}
