package journal

import "context"

// Expected is what a writer believes of a stream: one of the three words below,
// or the revision of its last event.
type Expected int64

// The words, with the numbers EventStoreDB gives them in error trailers.
const (
	NoStream     Expected = -1
	Any          Expected = -2
	StreamExists Expected = -4
)

// Append is a request to add events to the end of a stream, all or none.
type Append struct {
	Stream   string
	Expected Expected
	Events   []Proposed
}

// Written says where a write ended up.
type Written struct {
	// Revision of the last event; -1 when the stream has none.
	Revision int64
	// Position of the last event; 0 when the write repeats an earlier one whose
	// event is hidden by now.
	Position uint64
}

// Append returns when the events are on disk. Ids make it repeatable: a write
// found to be there already succeeds without another trace. It refuses with
// *WrongVersion, *Deleted or *Invalid.
func (j *Journal) Append(ctx context.Context, a Append) (Written, error) {
	return j.do(ctx, &request{kind: appendEvents, stream: a.Stream, expected: a.Expected, events: a.Events})
}

// Delete hides a stream's events from readers of the stream (soft delete). The
// next append re-opens it, with revisions going on. Position is that of the mark.
func (j *Journal) Delete(ctx context.Context, stream string, expected Expected) (Written, error) {
	return j.do(ctx, &request{kind: deleteStream, stream: stream, expected: expected})
}

// Tombstone ends a stream, even one that never was, for ever.
func (j *Journal) Tombstone(ctx context.Context, stream string, expected Expected) (Written, error) {
	return j.do(ctx, &request{kind: tombstoneStream, stream: stream, expected: expected})
}

// Entry is a small fact beside the log: a name and bytes, nil to remove it.
type Entry struct {
	Name  string
	Value []byte
}

// Put writes entries, all or none, through the same synced batches as events.
func (j *Journal) Put(ctx context.Context, entries ...Entry) error {
	_, err := j.do(ctx, &request{kind: putEntries, entries: entries})
	return err
}
