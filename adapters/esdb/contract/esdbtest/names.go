package esdbtest

import (
	"context"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// Names maps the names of one test to names on the server, so that tests can share a
// store: "s" is "contract-5f3a-17-s". It records what Clear has to remove. Its
// methods are safe for concurrent use.
type Names struct {
	// Prefix stands before every name on the server; empty in a store of the test's own.
	Prefix string
	used   *used
}

// used are the streams and groups to be removed.
type used struct {
	mu      sync.Mutex
	streams map[string]bool
	ended   map[string]bool
	groups  map[[2]string]bool
}

var (
	runID  = hex.EncodeToString([]byte{byte(rand.Uint32()), byte(rand.Uint32()), byte(rand.Uint32())})
	serial atomic.Int64
)

// RunID is part of all shared names of this process.
func RunID() string { return runID }

// SharedNames are for a store that others use.
func SharedNames() Names {
	n := OwnNames()
	n.Prefix = fmt.Sprintf("contract-%s-%d-", runID, serial.Add(1))
	return n
}

// OwnNames are for a store of the test's own: they are the same on the server.
func OwnNames() Names {
	return Names{used: &used{streams: map[string]bool{}, ended: map[string]bool{}, groups: map[[2]string]bool{}}}
}

// groupPrefix begins the names of the streams that groups write to.
const groupPrefix = "$persistentsubscription-"

// Full is the server's name of a stream. $all and names without a base stay as they
// are; of the streams of groups the parts are mapped.
func (n Names) Full(stream string) string {
	base := strings.TrimLeft(stream, "$")
	marks := stream[:len(stream)-len(base)]
	switch {
	case n.Prefix == "" || base == "" || stream == "$all":
		return stream
	case len(marks)%2 == 1 && strings.HasPrefix("$"+base, groupPrefix):
		source, group, _ := strings.Cut(strings.TrimPrefix("$"+base, groupPrefix), "::")
		return marks[1:] + groupPrefix + n.Full(source) + "::" + n.Group(source, group)
	}
	return marks + n.Prefix + base
}

// Group is the server's name of a group. It is mapped for groups on $all only; the
// others differ by their stream.
func (n Names) Group(stream, group string) string {
	if stream == "$all" {
		return n.Prefix + group
	}
	return group
}

// Short is a text of the server's with the test's names.
func (n Names) Short(text string) string {
	if n.Prefix == "" {
		return text
	}
	return strings.ReplaceAll(text, n.Prefix, "")
}

// Uses records a stream, given and returned by the server's name.
func (n Names) Uses(stream string) string {
	base := strings.TrimLeft(stream, "$")
	marks := (len(stream) - len(base)) % 2
	if base == "" || stream == "$all" {
		return stream
	}
	n.used.mu.Lock()
	defer n.used.mu.Unlock()
	n.used.streams[strings.Repeat("$", marks)+base] = true
	return stream
}

// Ends has a stream removed by a tombstone. It is for streams whose metadata stream was
// deleted, which a soft delete would re-open.
func (n Names) Ends(stream string) {
	n.used.mu.Lock()
	defer n.used.mu.Unlock()
	n.used.ended[n.Full(stream)] = true
}

// UsesGroup records a group, by the server's names.
func (n Names) UsesGroup(stream, group string) {
	n.used.mu.Lock()
	defer n.used.mu.Unlock()
	n.used.groups[[2]string{stream, group}] = true
}

// Clear removes the recorded groups and streams from a shared store. Errors are
// ignored: what is removed already is no fault.
func (n Names) Clear(client *esdb.Client) {
	if n.Prefix == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for key := range n.used.groups {
		if key[0] == "$all" {
			_ = client.DeletePersistentSubscriptionToAll(ctx, key[1], esdb.DeletePersistentSubscriptionOptions{})
		} else {
			_ = client.DeletePersistentSubscription(ctx, key[0], key[1], esdb.DeletePersistentSubscriptionOptions{})
		}
	}
	for stream := range n.used.streams {
		if n.used.ended[stream] {
			_, _ = client.TombstoneStream(ctx, stream, esdb.TombstoneStreamOptions{})
			continue
		}
		_, _ = client.DeleteStream(ctx, stream, esdb.DeleteStreamOptions{})
	}
}
