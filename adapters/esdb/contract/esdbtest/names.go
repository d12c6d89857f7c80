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

// Names makes the names of one test its own, in a store that other tests use: the test
// says "s", the server "contract-5f3a-17-s". It remembers what Clear has to remove. Its
// methods are safe for concurrent use.
type Names struct {
	// Prefix stands before every name on the server; empty in a store of the test's own.
	Prefix string
	used   *used
}

// used is what a test has to clear away.
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

// RunID is in all names of this process.
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

// Full is the server's name of a stream. Names that mean something of themselves
// stay what they are.
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

// Group is the server's name of a group. Those on a stream are told apart by it.
func (n Names) Group(stream, group string) string {
	if stream == "$all" {
		return n.Prefix + group
	}
	return group
}

// Short is a text of the server's as the test would say it.
func (n Names) Short(text string) string {
	if n.Prefix == "" {
		return text
	}
	return strings.ReplaceAll(text, n.Prefix, "")
}

// Uses remembers a stream, by the server's name, and returns it.
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

// UsesGroup remembers a group, by the server's names.
func (n Names) UsesGroup(stream, group string) {
	n.used.mu.Lock()
	defer n.used.mu.Unlock()
	n.used.groups[[2]string{stream, group}] = true
}

// Clear removes what the test has used from a store that others use. What is gone
// already is no fault.
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
