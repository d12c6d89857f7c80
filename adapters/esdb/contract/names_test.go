package contract

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

// names makes the names of one test its own, in a store that others use: tests
// speak of "s", the server of "contract-5f3a-17-s".
type names struct {
	prefix string
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

func newNames(s *store) names {
	n := names{used: &used{streams: map[string]bool{}, ended: map[string]bool{}, groups: map[[2]string]bool{}}}
	if s == common {
		n.prefix = fmt.Sprintf("contract-%s-%d-", runID, serial.Add(1))
	}
	return n
}

const parkedPrefix = "$persistentsubscription-"

// full is the server's name of a stream. Names that mean something of themselves
// stay what they are.
func (n names) full(stream string) string {
	base := strings.TrimLeft(stream, "$")
	marks := stream[:len(stream)-len(base)]
	switch {
	case n.prefix == "" || base == "" || stream == "$all":
		return stream
	case len(marks)%2 == 1 && strings.HasPrefix("$"+base, parkedPrefix):
		source, group, _ := strings.Cut(strings.TrimPrefix("$"+base, parkedPrefix), "::")
		return marks[1:] + parkedPrefix + n.full(source) + "::" + n.group(source, group)
	}
	return marks + n.prefix + base
}

// group is the server's name of a group. Those on a stream are told apart by it.
func (n names) group(stream, group string) string {
	if stream == "$all" {
		return n.prefix + group
	}
	return group
}

// short is a text of the server's as the test would say it.
func (n names) short(text string) string {
	if n.prefix == "" {
		return text
	}
	return strings.ReplaceAll(text, n.prefix, "")
}

// uses remembers a stream, by the server's name, and returns it.
func (n names) uses(stream string) string {
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

// ends has a stream cleared away by a tombstone: a soft delete would touch its
// metadata, with which the test was not gentle.
func (n names) ends(stream string) { n.used.ended[n.full(stream)] = true }

func (n names) usesGroup(stream, group string) {
	n.used.mu.Lock()
	defer n.used.mu.Unlock()
	n.used.groups[[2]string{stream, group}] = true
}

// clear leaves the store as it was found. What is gone already is no fault.
func (n names) clear(s *store) {
	if s != common {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for key := range n.used.groups {
		if key[0] == "$all" {
			_ = s.client.DeletePersistentSubscriptionToAll(ctx, key[1], esdb.DeletePersistentSubscriptionOptions{})
		} else {
			_ = s.client.DeletePersistentSubscription(ctx, key[0], key[1], esdb.DeletePersistentSubscriptionOptions{})
		}
	}
	for stream := range n.used.streams {
		if n.used.ended[stream] {
			_, _ = s.client.TombstoneStream(ctx, stream, esdb.TombstoneStreamOptions{})
			continue
		}
		_, _ = s.client.DeleteStream(ctx, stream, esdb.DeleteStreamOptions{})
	}
}
