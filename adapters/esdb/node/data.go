package node

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// Keeper looks after the data of a node, whether the node is running or not.
type Keeper interface {
	// Verify reads and compares everything. *journal.Damage names the first fault.
	Verify(context.Context) (journal.Verified, error)
	// Backup puts a copy of the data, as it is at one moment, into a folder that
	// does not exist yet. The path is absolute.
	Backup(ctx context.Context, dir string) error
	// Scavenge removes for ever what no read of a stream shows.
	Scavenge(context.Context) (journal.Scavenged, error)
	// Stats says what there is.
	Stats(context.Context) (Stats, error)
	// Export writes everything as lines of JSON; see Import.
	Export(context.Context, io.Writer) error
	// Close lets go of the data, not of a running node.
	Close() error
}

// Data is what a node keeps in its folder.
type Data struct{ journal *journal.Journal }

// OpenData opens the data of a node that is not running; journal.ErrInUse says
// that it is. Read only, nothing in the folder is changed.
func OpenData(dir string, readOnly bool) (*Data, error) {
	j, err := journal.Open(journal.Options{Dir: dir, ReadOnly: readOnly})
	if err != nil {
		return nil, err
	}
	return &Data{j}, nil
}

// Data is what the running node keeps.
func (n *Node) Data() *Data { return &Data{n.journal} }

// Close lets go of the folder. It is not for the data of a running node.
func (d *Data) Close() error { return d.journal.Close() }

// Backup is Keeper's.
func (d *Data) Backup(_ context.Context, dir string) error { return d.journal.Backup(dir) }

// Restore makes a node's folder, empty or absent, of a backup found sound.
func Restore(ctx context.Context, backup, dir string) (journal.Verified, error) {
	d, err := OpenData(backup, true)
	if err != nil {
		return journal.Verified{}, fmt.Errorf("restore: %w", err)
	}
	verified, err := d.Verify(ctx)
	if closing := d.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return verified, fmt.Errorf("restore: %w", err)
	}
	return verified, journal.Restore(backup, dir)
}

// Scavenge is Keeper's. Parked messages that are being replayed stay, although
// their stream is truncated already.
func (d *Data) Scavenge(ctx context.Context) (journal.Scavenged, error) {
	return d.journal.Scavenge(ctx, d.spare)
}

func (d *Data) spare(stream string) uint64 {
	if !strings.HasPrefix(stream, parkedPrefix) {
		return journal.MaxRevision
	}
	entries, err := d.journal.Entries(replayEntry)
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

// parseEntry is the inverse of groupKey.entry.
func parseEntry(kind, name string) (groupKey, bool) {
	size, text, ok := strings.Cut(strings.TrimPrefix(name, kind), ":")
	n, err := strconv.Atoi(size)
	if !ok || err != nil || n < 0 || n > len(text) {
		return groupKey{}, false
	}
	return groupKey{text[:n], text[n:]}, true
}

// storedGroup is what is kept of one group.
type storedGroup struct {
	config     groupConfig
	checkpoint *uint64
	replay     *replayRange
}

// groups reads every stored group, in order of its entry.
func (d *Data) groups() ([]storedGroup, error) {
	entries, err := d.journal.Entries(configEntry)
	if err != nil {
		return nil, err
	}
	groups := make([]storedGroup, len(entries))
	for i, e := range entries {
		g := &groups[i]
		key, ok := parseEntry(configEntry, e.Name)
		if err := json.Unmarshal(e.Value, &g.config); err != nil || !ok || g.config.key() != key {
			return nil, &journal.Damage{Reason: fmt.Sprintf("group %q: its settings cannot be read", e.Name)}
		}
		if err := g.progress(d.journal); err != nil {
			return nil, err
		}
	}
	return groups, nil
}

func (g *storedGroup) progress(j *journal.Journal) error {
	key := g.config.key()
	value, ok, err := j.Entry(key.entry(checkpointEntry))
	if err != nil {
		return err
	}
	if ok && len(value) != 8 {
		return g.damage("its checkpoint cannot be read")
	}
	if ok {
		position := binary.BigEndian.Uint64(value)
		g.checkpoint = &position
	}
	value, ok, err = j.Entry(key.entry(replayEntry))
	if err != nil {
		return err
	}
	if ok && len(value) != 16 {
		return g.damage("what it replays cannot be read")
	}
	if ok {
		g.replay = &replayRange{binary.BigEndian.Uint64(value), binary.BigEndian.Uint64(value[8:])}
	}
	return nil
}

func (g *storedGroup) damage(format string, args ...any) error {
	return &journal.Damage{Reason: fmt.Sprintf("group %s: ", g.config.key()) + fmt.Sprintf(format, args...)}
}

// Verify is Keeper's.
func (d *Data) Verify(ctx context.Context) (journal.Verified, error) {
	verified, err := d.journal.Verify(ctx)
	if err != nil {
		return verified, err
	}
	groups, err := d.groups()
	for i := range groups {
		if err == nil {
			err = groups[i].verify(d.journal)
		}
	}
	if err != nil {
		return verified, fmt.Errorf("verify: %w", err)
	}
	return verified, nil
}

// verify makes sure that the group does not claim to be where nothing is.
func (g *storedGroup) verify(j *journal.Journal) error {
	key := g.config.key()
	if _, err := g.config.Filter.Compile(); err != nil {
		return g.damage("its filter cannot be read")
	}
	if !g.config.Settings.Strategy.Known() {
		return g.damage("its strategy is unknown")
	}
	parked, err := j.State(key.parkedStream())
	if err != nil {
		return err
	}
	if r := g.replay; r != nil && (r.low > r.end || r.end > uint64(parked.Last+1)) {
		return g.damage("it replays parked messages %d to %d, there are %d", r.low, r.end, parked.Last+1)
	}
	if g.checkpoint == nil {
		return nil
	}
	if key.all() {
		if *g.checkpoint >= j.End() {
			return g.damage("its checkpoint %d is beyond the log, which ends at %d", *g.checkpoint, j.End())
		}
		return nil
	}
	source, err := j.State(key.stream)
	if err == nil && !source.Tombstoned && *g.checkpoint+1 > uint64(source.Last+1) {
		err = g.damage("its checkpoint %d is beyond its stream, which ends with %d", *g.checkpoint, source.Last)
	}
	return err
}
