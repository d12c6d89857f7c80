package node

import (
	"context"
	"fmt"
	"io"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/persistent"
)

// Keeper verifies, copies, cleans and exports the data of a node, running or not. It
// is implemented by Data and, for a node in another process, by what Keep returns.
type Keeper interface {
	// Verify reads everything and compares it; see journal.Verify. A *journal.Damage
	// error names the first fault found.
	Verify(context.Context) (journal.Verified, error)
	// Backup copies the data, as of one moment, to a folder that must not exist yet,
	// given as an absolute path.
	Backup(ctx context.Context, dir string) error
	// Scavenge deletes the events that no read of a stream shows; see
	// journal.Scavenge.
	Scavenge(context.Context) (journal.Scavenged, error)
	// Stats counts streams, events, bytes and the progress of groups. It reads the
	// whole log.
	Stats(context.Context) (Stats, error)
	// Export writes everything as lines of JSON; see Import.
	Export(context.Context, io.Writer) error
	// Close releases the data. A running node stays open.
	Close() error
}

// Data is the content of a node's folder. It implements Keeper; its methods are safe
// for concurrent use.
type Data struct{ journal *journal.Journal }

// OpenData opens the data of a node that is not running; the error is
// journal.ErrInUse when it is. With readOnly no file in the folder is changed.
func OpenData(dir string, readOnly bool) (*Data, error) {
	j, err := journal.Open(journal.Options{Dir: dir, ReadOnly: readOnly})
	if err != nil {
		return nil, err
	}
	return &Data{j}, nil
}

// Data returns the data of the running node.
func (n *Node) Data() *Data { return &Data{n.journal} }

// ReadOnly says whether nothing can be appended any more, since a write to the disk failed:
// until the node is opened again.
func (n *Node) ReadOnly() bool { return n.journal.Err() != nil }

// Close releases the folder. It must not be called on the data of a running node.
func (d *Data) Close() error { return d.journal.Close() }

// Backup implements Keeper.
func (d *Data) Backup(_ context.Context, dir string) error { return d.journal.Backup(dir) }

// Restore verifies a backup and copies it to a folder, which must be empty or
// absent. Damage is a *journal.Damage error; nothing is copied then.
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

// Scavenge implements Keeper. Parked messages that are being replayed stay, although
// their stream is truncated behind them already.
func (d *Data) Scavenge(ctx context.Context) (journal.Scavenged, error) {
	return d.journal.Scavenge(ctx, func(stream string) uint64 { return persistent.Replayed(d.journal, stream) })
}

// Verify implements Keeper.
func (d *Data) Verify(ctx context.Context) (journal.Verified, error) {
	verified, err := d.journal.Verify(ctx)
	if err != nil {
		return verified, err
	}
	groups, err := persistent.Load(d.journal)
	for i := range groups {
		if err == nil {
			err = groups[i].Verify(d.journal)
		}
	}
	if err != nil {
		return verified, fmt.Errorf("verify: %w", err)
	}
	return verified, nil
}
