package node

import (
	"context"
	"fmt"
	"io"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/persistent"
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
	return d.journal.Scavenge(ctx, func(stream string) uint64 { return persistent.Replayed(d.journal, stream) })
}

// Verify is Keeper's.
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
