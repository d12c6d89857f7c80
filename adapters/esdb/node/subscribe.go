package node

import (
	"context"
	"errors"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/grpc/codes"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/protocol"
)

// errTooSlow is how a real server ends a subscription whose consumer is too slow.
var errTooSlow = protocol.NewFault(codes.Aborted,
	"Operation timed out: Consumer too slow to handle event while live. Client resubscription required.")

// A subscription reads a page after the last event it sent, and when there is none
// waits for the next commit. It buffers nothing, so a slow client costs no memory
// and is never dropped: flow control of the connection delays the next page.

func (r *reader) confirm() error {
	return r.out.Send(&streams.ReadResp{Content: &streams.ReadResp_Confirmation{
		Confirmation: &streams.ReadResp_SubscriptionConfirmation{SubscriptionId: uuid.NewString()}}})
}

func (r *reader) caughtUp() error {
	return r.out.Send(&streams.ReadResp{Content: &streams.ReadResp_CaughtUp_{CaughtUp: &streams.ReadResp_CaughtUp{}}})
}

// wait returns nil when the log has changed, else the error that ends the
// subscription.
func (r *reader) wait(ctx context.Context, changed, dropped <-chan struct{}) error {
	select {
	case <-changed:
	case <-dropped:
		return errTooSlow
	case <-ctx.Done():
		return ctx.Err()
	case <-r.node.stopping:
		return protocol.ErrStopping
	}
	select {
	case <-r.node.stopping:
		return protocol.ErrStopping
	default:
		return nil
	}
}

// subscribeStream sends history, subject to the stream's metadata, then new events,
// to which metadata does not apply.
func (r *reader) subscribeStream(q query) error {
	next, live, err := r.streamStart(q)
	if err != nil {
		return err
	}
	dropped := r.node.drops.wait()
	if err := r.confirm(); err != nil {
		return err
	}
	if live {
		if err := r.caughtUp(); err != nil {
			return err
		}
	}
	for {
		changed := r.journal.Changed()
		err := r.journal.ReadStream(r.page, journal.StreamRead{
			Stream: q.stream, From: next, Most: pageEvents, Untruncated: live})
		absent := errors.Is(err, journal.ErrNotFound)
		if err != nil && !absent {
			return err
		}
		if err := r.sendPage(); err != nil {
			return err
		}
		if n := len(r.page.Events); n > 0 && r.page.Events[n-1].Tombstone {
			return protocol.StreamDeleted(q.stream)
		}
		if !absent {
			next = max(next, r.page.Next)
		}
		if !absent && !r.page.End {
			continue
		}
		if !absent && !live {
			live = true
			next = max(next, uint64(r.page.Last+1))
			if err := r.caughtUp(); err != nil {
				return err
			}
			continue
		}
		if err := r.wait(r.out.Context(), changed, dropped); err != nil {
			return err
		}
	}
}

// streamStart returns the first revision to send, and whether the subscription
// begins live, with no history before it.
func (r *reader) streamStart(q query) (next uint64, live bool, err error) {
	state, err := r.journal.State(q.stream)
	switch {
	case err != nil:
		return 0, false, err
	case state.Tombstoned:
		return 0, false, protocol.StreamDeleted(q.stream)
	case q.from.end:
		return uint64(state.Last + 1), true, nil
	case q.from.first:
		return 0, false, nil
	}
	return q.from.revision + 1, false, nil
}

// subscribeAll sends the events of the log that the filter keeps, history first,
// then new ones.
func (r *reader) subscribeAll(q query) error {
	next, err := r.logStart(q.from)
	if err != nil {
		return err
	}
	dropped := r.node.drops.wait()
	if err := r.confirm(); err != nil {
		return err
	}
	considered := uint64(0)
	if next, considered, err = r.sendHistory(q, next); err != nil {
		return err
	}
	if err := r.caughtUp(); err != nil {
		return err
	}
	for {
		changed := r.journal.Changed()
		if next, considered, err = r.sendNew(q, next, considered); err != nil {
			return err
		}
		if r.page.End {
			if err := r.wait(r.out.Context(), changed, dropped); err != nil {
				return err
			}
		}
	}
}

// logStart returns the first position to send. A start is exclusive, whatever its
// prepare position; one beyond the end means the end.
func (r *reader) logStart(from start) (uint64, error) {
	end := r.journal.End()
	switch {
	case from.first:
		return 0, nil
	case from.end, from.commit >= end:
		return end, nil
	}
	ok, err := r.journal.AtBorder(from.commit)
	switch {
	case err != nil:
		return 0, err
	case !ok:
		return 0, protocol.ErrHandler
	}
	return from.commit + 1, nil
}

// historyMatches is how many events a page of filtered history has at most. It is
// the real server's number, because the positions of checkpoints depend on it.
const historyMatches = 32

// sendHistory sends the events up to the end of the log, in pages. A page that
// completes an interval, unless it meets the end, is followed by a checkpoint: at
// the page's last match, or if it has none at the page's start, which for the first
// page is the start asked for. It returns the next position and how many events were
// considered since the last checkpoint.
func (r *reader) sendHistory(q query, next uint64) (uint64, uint64, error) {
	read := journal.AllRead{From: next, Most: pageEvents}
	if q.filter != nil {
		read.Most, read.Window, read.Keep = historyMatches, q.filter.window, q.filter.keep
	}
	considered := uint64(0)
	commit, prepare := q.from.commit, q.from.prepared
	for {
		if err := r.journal.ReadAll(r.page, read); err != nil {
			return 0, 0, err
		}
		if err := r.sendPage(); err != nil {
			return 0, 0, err
		}
		considered += uint64(r.page.Considered)
		if r.page.End {
			return r.page.Next, considered, nil
		}
		if q.filter != nil && considered >= q.filter.interval {
			considered %= q.filter.interval
			if n := len(r.page.Events); n > 0 {
				commit = r.page.Events[n-1].Position
				prepare = commit
			}
			if err := r.checkpoint(commit, prepare); err != nil {
				return 0, 0, err
			}
		}
		read.From = r.page.Next
		commit, prepare = read.From, 0
	}
}

// sendNew sends one page after the end of history. A checkpoint is sent at the very
// event that completes an interval. An interval that the last page of history has
// completed ends at the next event.
func (r *reader) sendNew(q query, next, considered uint64) (uint64, uint64, error) {
	read := journal.AllRead{From: next, Most: pageEvents}
	if q.filter != nil {
		read.Keep, read.Window = q.filter.keep, int(max(1, int64(q.filter.interval)-int64(considered)))
	}
	if err := r.journal.ReadAll(r.page, read); err != nil {
		return 0, 0, err
	}
	if err := r.sendPage(); err != nil {
		return 0, 0, err
	}
	considered += uint64(r.page.Considered)
	if q.filter != nil && r.page.Considered > 0 && considered >= q.filter.interval {
		considered = 0
		if err := r.checkpoint(r.page.Position, r.page.Position); err != nil {
			return 0, 0, err
		}
	}
	return r.page.Next, considered, nil
}

func (r *reader) checkpoint(commit, prepare uint64) error {
	return r.out.Send(&streams.ReadResp{Content: &streams.ReadResp_Checkpoint_{
		Checkpoint: &streams.ReadResp_Checkpoint{CommitPosition: commit, PreparePosition: prepare}}})
}
