package persistent

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/group"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// replayPage is how many parked messages are read at a time.
const replayPage = 500

// replay is the state of replaying parked messages. The range of those not finished
// is durable, because the parked stream is truncated before they are delivered: a
// restart delivers the range again.
type replay struct {
	running   bool // begun, and not all are in the machine yet
	next, end uint64
	saved     *replayRange
}

// replayRange are the revisions of the parked stream from low, inclusive, to end,
// exclusive.
type replayRange struct{ low, end uint64 }

// beginReplay starts a replay of the parked messages below the revision stop, of all
// if nil, and calls then when it is durable. It has no effect while a replay is
// running.
func (g *runner) beginReplay(stop *uint64, then func(error)) {
	if g.replay.running {
		then(nil)
		return
	}
	first, end, err := parkedRange(g.journal, g.config.key())
	if stop != nil {
		end = min(end, *stop)
	}
	if err != nil || end <= first {
		then(err)
		return
	}
	low := first
	if waiting, ok := g.machine.Replaying(); ok {
		low = waiting
	}
	g.replay.running = true
	g.replay.next, g.replay.end = end, end
	g.save("replay", func() error { return g.writeReplay(replayRange{low, end}) }, func(err error) {
		if err != nil {
			g.replay.running = false
		} else {
			g.replay.next, g.replay.saved = first, &replayRange{low, end}
		}
		then(err)
	})
}

// writeReplay makes the range durable, then truncates the parked stream before its
// end.
func (g *runner) writeReplay(r replayRange) error {
	if err := g.journal.Put(context.Background(), g.replayEntry(&r)); err != nil {
		return err
	}
	return g.truncateParked(r.end)
}

func (g *runner) replayEntry(r *replayRange) journal.Entry {
	e := journal.Entry{Name: g.config.key().entry(replayEntry)}
	if r != nil {
		e.Value = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, r.low), r.end)
	}
	return e
}

func (g *runner) truncateParked(before uint64) error {
	const admins = `{"$r":"$admins","$w":"$admins","$d":"$admins","$mr":"$admins","$mw":"$admins"}`
	_, err := g.journal.Append(context.Background(), journal.Append{
		Stream: journal.MetaPrefix + g.config.key().parkedStream(), Expected: journal.Any,
		Events: []journal.Proposed{{ID: uuid.New(), Type: journal.TypeMetadata, JSON: true,
			Data: fmt.Appendf(nil, `{"$tb":%d,"$acl":%s}`, before, admins)}},
	})
	return err
}

// feedReplay passes one page of parked messages to the machine and reports whether
// there are more.
func (g *runner) feedReplay() bool {
	r := &g.replay
	if !r.running || r.next >= r.end {
		return false
	}
	events, err := g.readParked(r.next, r.end)
	if err != nil {
		g.logger.Error("event store group cannot read its parked messages", "error", err)
		r.running = false // the range stays durable: the next start of the group delivers it
		return false
	}
	r.next = r.end
	if n := len(events); n > 0 {
		r.next = events[n-1].Position + 1
		g.machine.Replay(time.Now(), events)
	}
	r.running = r.next < r.end
	return r.running
}

func (g *runner) readParked(from, end uint64) ([]group.Event, error) {
	var page journal.Page
	most := int(min(replayPage, end-from))
	err := g.journal.ReadStream(&page, journal.StreamRead{
		Stream: g.config.key().parkedStream(), From: from, Most: most, Untruncated: true})
	if errors.Is(err, journal.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var events []group.Event
	for i := range page.Events {
		link := &page.Events[i]
		if link.Revision >= end {
			break
		}
		from, err := resolved(g.journal, link)
		if err != nil {
			return nil, err
		}
		events = append(events, group.Event{ID: link.ID, Position: link.Revision, Key: g.source.keyOf(from), Payload: from})
	}
	return events, nil
}

// saveReplay shortens the durable range by the messages that are finished.
func (g *runner) saveReplay() {
	r := &g.replay
	if r.running || r.saved == nil {
		return
	}
	var now *replayRange
	if low, ok := g.machine.Replaying(); ok {
		now = &replayRange{low, r.saved.end}
		if *now == *r.saved {
			return
		}
	}
	r.saved = now
	entry := g.replayEntry(now)
	g.save("replay", func() error { return g.journal.Put(context.Background(), entry) }, func(error) {})
}

// resumeReplay resumes the replay that was not finished when the group ended.
func (g *runner) resumeReplay() error {
	value, ok, err := g.journal.Entry(g.config.key().entry(replayEntry))
	if err != nil || !ok || len(value) != 16 {
		return err
	}
	r := replayRange{binary.BigEndian.Uint64(value), binary.BigEndian.Uint64(value[8:])}
	first, _, err := parkedRange(g.journal, g.config.key())
	if err != nil {
		return err
	}
	if first < r.end {
		if err := g.truncateParked(r.end); err != nil {
			return err
		}
	}
	g.replay = replay{running: r.low < r.end, next: r.low, end: r.end, saved: &r}
	return nil
}
