package node

import (
	"errors"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// pageEvents is how many events are read at once. Between pages a reader holds no
// snapshot.
const pageEvents = 500

// atMost is the size of the next page when so many events are left to send.
func atMost(left uint64) int { return int(min(left, pageEvents)) }

// readStream sends a bounded read of a stream.
func (r *reader) readStream(q query) error {
	from := q.from.revision
	if q.from.end {
		from = journal.MaxRevision
	}
	last := int64(-1)
	for left := q.count; left > 0; left -= uint64(len(r.page.Events)) {
		err := r.journal.ReadStream(r.page, journal.StreamRead{
			Stream: q.stream, From: from, Backwards: q.backwards, Most: atMost(left)})
		if errors.Is(err, journal.ErrNotFound) {
			return r.sendStreamNotFound(q.stream)
		}
		if err != nil {
			return err
		}
		if err := r.sendPage(); err != nil {
			return err
		}
		from, last = r.page.Next, r.page.Last
		if r.page.End {
			break
		}
	}
	if !q.lastPosition {
		return nil
	}
	return r.out.Send(&streams.ReadResp{
		Content: &streams.ReadResp_LastStreamPosition{LastStreamPosition: uint64(last)}})
}

// readAll sends a bounded read of the log.
func (r *reader) readAll(q query) error {
	from, err := r.allStart(q)
	if err != nil {
		return err
	}
	read := journal.AllRead{From: from, Backwards: q.backwards}
	if q.filter != nil {
		read.Keep = q.filter.keep
	}
	for left := q.count; left > 0; left -= uint64(len(r.page.Events)) {
		read.Most = atMost(left)
		if err := r.journal.ReadAll(r.page, read); err != nil {
			return err
		}
		if err := r.sendPage(); err != nil {
			return err
		}
		if r.page.End {
			break
		}
		read.From = r.page.Next
	}
	return nil
}

// allStart returns the position at which a bounded read of the log begins.
// journal.ErrPosition refuses one that is inside a record, or backwards beyond the
// end.
func (r *reader) allStart(q query) (uint64, error) {
	end := r.journal.End()
	switch {
	case q.from.first:
		return 0, nil
	case q.from.end:
		return end, nil
	case q.from.commit > end && !q.backwards:
		return end, nil
	}
	ok, err := r.journal.AtBorder(q.from.commit)
	if err == nil && !ok {
		err = journal.ErrPosition
	}
	return q.from.commit, err
}
