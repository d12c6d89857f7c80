package persistent

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/filter"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// Stored is the durable state of one group, read from a journal, whether or not a
// Service runs the group.
type Stored struct {
	Key Key
	// Checkpoint is the position, or the revision in its stream, up to which the
	// group has finished everything; nil before the first.
	Checkpoint *uint64

	config definition
	replay *replayRange
}

// Load reads every stored group, in no particular order. A *journal.Damage error
// says that one is unreadable.
func Load(j *journal.Journal) ([]Stored, error) {
	entries, err := j.Entries(configEntry)
	if err != nil {
		return nil, err
	}
	groups := make([]Stored, len(entries))
	for i, e := range entries {
		g := &groups[i]
		var ok bool
		g.Key, ok = parseEntry(configEntry, e.Name)
		if err := json.Unmarshal(e.Value, &g.config); err != nil || !ok || g.config.key() != g.Key {
			return nil, &journal.Damage{Reason: fmt.Sprintf("group %q: its settings cannot be read", e.Name)}
		}
		if err := g.progress(j); err != nil {
			return nil, err
		}
	}
	return groups, nil
}

func (g *Stored) progress(j *journal.Journal) error {
	var err error
	if g.Checkpoint, err = loadCheckpoint(j, g.Key); err != nil {
		return err
	}
	value, ok, err := j.Entry(g.Key.entry(replayEntry))
	if err != nil || !ok {
		return err
	}
	if len(value) != 16 {
		return g.damage("what it replays cannot be read")
	}
	g.replay = &replayRange{binary.BigEndian.Uint64(value), binary.BigEndian.Uint64(value[8:])}
	return nil
}

func (g *Stored) damage(format string, args ...any) error {
	return &journal.Damage{Reason: fmt.Sprintf("group %s: ", g.Key) + fmt.Sprintf(format, args...)}
}

// Number orders groups by creation.
func (g *Stored) Number() int64 { return g.config.Number }

// Filter chooses the events of a group on the whole log; nil keeps all.
func (g *Stored) Filter() *filter.Filter { return g.config.Filter }

// Next is the first position or revision that the group may still have to deliver.
func (g *Stored) Next() uint64 {
	if g.Checkpoint != nil {
		return *g.Checkpoint + 1
	}
	return g.config.From
}

// Parked counts the parked messages not replayed yet.
func (g *Stored) Parked(j *journal.Journal) (uint64, error) {
	first, end, err := parkedRange(j, g.Key)
	return end - first, err
}

// Verify returns a *journal.Damage error when the definition is invalid, or when
// checkpoint or replay lie beyond what is stored.
func (g *Stored) Verify(j *journal.Journal) error {
	if _, err := g.config.Filter.Compile(); err != nil {
		return g.damage("its filter cannot be read")
	}
	if !g.config.Settings.Strategy.Known() {
		return g.damage("its strategy is unknown")
	}
	parked, err := j.State(g.Key.parkedStream())
	if err != nil {
		return err
	}
	if r := g.replay; r != nil && (r.low > r.end || r.end > uint64(parked.Last+1)) {
		return g.damage("it replays parked messages %d to %d, there are %d", r.low, r.end, parked.Last+1)
	}
	if g.Checkpoint == nil {
		return nil
	}
	if g.Key.All() {
		if *g.Checkpoint >= j.End() {
			return g.damage("its checkpoint %d is beyond the log, which ends at %d", *g.Checkpoint, j.End())
		}
		return nil
	}
	source, err := j.State(g.Key.Stream)
	if err == nil && !source.Tombstoned && *g.Checkpoint+1 > uint64(source.Last+1) {
		err = g.damage("its checkpoint %d is beyond its stream, which ends with %d", *g.Checkpoint, source.Last)
	}
	return err
}

// Replayed is the lowest revision being replayed, if the stream holds the parked
// messages of a group, else journal.MaxRevision. A scavenge must not remove it and
// later ones although the stream is truncated. It is 0 when the journal cannot be
// read.
func Replayed(j *journal.Journal, stream string) uint64 {
	if !strings.HasPrefix(stream, streamPrefix) {
		return journal.MaxRevision
	}
	entries, err := j.Entries(replayEntry)
	if err != nil {
		return 0
	}
	for _, e := range entries {
		if key, ok := parseEntry(replayEntry, e.Name); ok && key.parkedStream() == stream && len(e.Value) == 16 {
			return binary.BigEndian.Uint64(e.Value)
		}
	}
	return journal.MaxRevision
}

// parseEntry is the inverse of Key.entry.
func parseEntry(kind, name string) (Key, bool) {
	size, text, ok := strings.Cut(strings.TrimPrefix(name, kind), ":")
	n, err := strconv.Atoi(size)
	if !ok || err != nil || n < 0 || n > len(text) {
		return Key{}, false
	}
	return Key{text[:n], text[n:]}, true
}
