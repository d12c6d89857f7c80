package journal

import (
	"context"
	"fmt"
)

// maxPosition is the highest position of an imported event. Positions of the
// protocol are below 2^63; the rest is left for appends.
const maxPosition = 1 << 62

// Import adds events written by another journal or event store. They keep their
// positions, revisions, ids and times, so that readers can resume here.
//
// Events come in the order of the log, as ReadAll gives them. Each lies at End or
// beyond, and leaves room for the one before it. Within a stream revisions go on
// without a gap; only the first known may be above 0, where older ones were
// removed. A time that falls within its stream is raised to the one before.
// Metadata and tombstones take effect as they do in an append, but nothing is
// added to them: what followed from them is among the events.
//
// All are written, durably and in one commit, or none; *Invalid names the first
// that does not fit.
func (j *Journal) Import(ctx context.Context, events []Event) error {
	_, err := j.do(ctx, &request{kind: importEvents, imports: events})
	return err
}

// importAll checks all events, then writes them.
func (w *writer) importAll(events []Event) error {
	if err := w.checkImport(events); err != nil {
		return err
	}
	for i := range events {
		if err := w.importOne(&events[i]); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) checkImport(events []Event) error {
	end := w.end
	streams := map[string]imported{}
	for i := range events {
		e := &events[i]
		if e.Position < end || e.Position > maxPosition {
			return e.unfit("its position must lie between %d and %d", end, uint64(maxPosition))
		}
		s, known := streams[e.Stream]
		if !known {
			if len(e.Stream) > maxName || checkName(e.Stream) != nil {
				return e.unfit("its stream has no possible name")
			}
			h, err := w.heads.load(e.Stream)
			if err != nil {
				return err
			}
			s = imported{last: h.last, ended: h.tombstone}
		}
		if err := s.add(e); err != nil {
			return err
		}
		streams[e.Stream] = s
		end = e.Position + advance(e.record(0).size())
	}
	return nil
}

// imported is the state of a stream while an import is checked.
type imported struct {
	last  int64
	ended bool
}

func (s *imported) add(e *Event) error {
	switch {
	case s.ended:
		return e.unfit("its stream has ended")
	case e.Tombstone != (e.Revision == MaxRevision):
		return e.unfit("a tombstone has revision %d, and nothing else has", uint64(MaxRevision))
	case e.Tombstone:
		s.ended = true
		return nil
	case e.Revision > MaxRevision || s.last >= 0 && e.Revision != uint64(s.last+1):
		return e.unfit("revision %d comes next in its stream", s.last+1)
	}
	s.last = int64(e.Revision)
	return nil
}

// unfit is the refusal of an event. It does not contain the name of the stream.
func (e *Event) unfit(format string, args ...any) error {
	return &Invalid{fmt.Sprintf("import event at position %d, revision %d: ", e.Position, e.Revision) +
		fmt.Sprintf(format, args...)}
}

// record is the event as it is stored.
func (e *Event) record(created int64) *record {
	r := &record{created: created, id: e.ID, revision: e.Revision,
		stream: e.Stream, typ: e.Type, data: e.Data, metadata: e.Metadata}
	if e.JSON {
		r.flags |= flagJSON
	}
	if e.Tombstone {
		r.flags |= flagTombstone
	}
	return r
}

func (w *writer) importOne(e *Event) error {
	h, err := w.heads.load(e.Stream)
	if err != nil {
		return err
	}
	h.created = max(h.created, e.Created)
	w.end = e.Position
	if _, err := w.storeEvent(h, e.record(h.created)); err != nil {
		return err
	}
	if !e.Tombstone {
		h.last = int64(e.Revision)
	}
	h.tombstone = e.Tombstone
	switch {
	case !IsMeta(e.Stream):
		return nil
	case e.Tombstone:
		return w.metadataEnded(e.Stream[len(MetaPrefix):])
	}
	return w.metadataImported(e)
}

// metadataImported applies imported metadata.
func (w *writer) metadataImported(e *Event) error {
	w.metas[e.Stream] = e.Data
	base := e.Stream[len(MetaPrefix):]
	if IsMeta(base) {
		return nil
	}
	h, err := w.heads.load(base)
	if err != nil {
		return err
	}
	var meta parsed
	if e.JSON {
		meta, _ = parseMetadata(e.Data)
	}
	h.meta = meta.metadata
	w.changed[base] = h
	return nil
}
