package journal

import "context"

// Expected is what a writer expects of a stream: one of the three values below, or
// the revision of its last event.
type Expected int64

// Expectations other than a revision. The numbers are EventStoreDB's in error
// trailers.
const (
	NoStream     Expected = -1
	Any          Expected = -2
	StreamExists Expected = -4
)

// Append is a request to add events to the end of a stream, all of them or none.
type Append struct {
	Stream   string
	Expected Expected
	Events   []Proposed
}

// Written is where a write was stored.
type Written struct {
	// Revision of the last event; -1 when the stream has none.
	Revision int64
	// Position of the last event; 0 when the write repeats an earlier one whose
	// event is hidden now.
	Position uint64
}

// Append returns when the events are on disk. A write whose event ids are stored in
// the stream already succeeds and stores nothing. It refuses with *WrongVersion,
// *Deleted or *Invalid.
func (j *Journal) Append(ctx context.Context, a Append) (Written, error) {
	return j.do(ctx, &request{kind: appendEvents, stream: a.Stream, expected: a.Expected, events: a.Events})
}

// Delete soft-deletes a stream: reads of the stream no longer show its events. The
// next append re-opens it; revisions continue. Position is that of the metadata
// event.
func (j *Journal) Delete(ctx context.Context, stream string, expected Expected) (Written, error) {
	return j.do(ctx, &request{kind: deleteStream, stream: stream, expected: expected})
}

// Tombstone ends a stream for ever. The stream need not exist.
func (j *Journal) Tombstone(ctx context.Context, stream string, expected Expected) (Written, error) {
	return j.do(ctx, &request{kind: tombstoneStream, stream: stream, expected: expected})
}

// Entry is a key and value stored beside the log. A nil Value removes it.
type Entry struct {
	Name  string
	Value []byte
}

// Put writes entries, all of them or none, and returns when they are on disk.
func (j *Journal) Put(ctx context.Context, entries ...Entry) error {
	_, err := j.do(ctx, &request{kind: putEntries, entries: entries})
	return err
}
