package group

import (
	"fmt"
	"time"
)

// Action is what is to be done with a message that a consumer refuses.
type Action int

// The actions of the protocol. Retry stands for its Unknown too, Skip for its Stop, which real servers treat the same.
const (
	Retry Action = iota
	ParkIt
	Skip
)

// Page is what was read in answer to Output.Read.
type Page struct {
	Events     []Event
	Considered int    // events considered, those that a filter left out included
	Last       uint64 // position of the last one considered, if Considered > 0
	End        bool   // the end of the source was reached
}

// Read adds a page of the source, in answer to Output.Read.
func (g *Group) Read(now time.Time, p Page) {
	g.reading = false
	for _, e := range p.Events {
		m := &message{event: e, before: g.mark.known, sequence: g.mark.sequence}
		if g.pins != nil {
			m.bucket = bucketOf(e.Key)
		}
		g.unfinished.pushBack(m)
		g.buffered.pushBack(m)
		g.mark.known = point{position: e.Position, valid: true}
		g.mark.sequence++
		g.mark.seen = g.mark.known
	}
	if p.Considered > 0 {
		g.mark.known = point{position: p.Last, valid: true}
		g.mark.sequence += int64(p.Considered - len(p.Events))
	}
	if g.live {
		g.liveCount = min(g.liveCount+len(p.Events), g.settings.LiveBuffer)
	}
	g.more = !p.End
	g.live = g.live || p.End
	g.dispatch(now)
	g.fallBehind()
	g.checkpointIfMany(now)
}

// Committed reports that the source may have grown since the page that reached its
// end.
func (g *Group) Committed() {
	g.more = true
	g.fallBehind()
}

// fallBehind leaves the live state when there is more to read than HistoryBuffer
// allows.
func (g *Group) fallBehind() {
	if g.more && !g.room() {
		g.live = false
	}
}

// Replay adds parked messages. They are delivered from retry 0 on, and have no
// effect on the checkpoint.
func (g *Group) Replay(now time.Time, events []Event) {
	for _, e := range events {
		m := &message{event: e, replayed: true}
		if g.pins != nil {
			m.bucket = bucketOf(e.Key)
		}
		g.replaying.pushBack(m)
		g.replays.insertSorted(m)
	}
	g.dispatch(now)
}

// Ack finishes the messages with these ids, whoever holds them. Ids that are not in flight are ignored.
func (g *Group) Ack(now time.Time, ids ...[16]byte) {
	for _, id := range ids {
		if m := g.inFlight[id]; m != nil {
			g.land(now, m)
			g.finish(m)
		}
	}
	g.dispatch(now)
	g.checkpointIfMany(now)
}

// Nack refuses the messages with these ids, whoever holds them. Ids that are not in flight are ignored.
func (g *Group) Nack(now time.Time, action Action, reason string, ids ...[16]byte) {
	for _, id := range ids {
		m := g.inFlight[id]
		if m == nil {
			continue
		}
		g.land(now, m)
		switch action {
		case ParkIt:
			g.park(m, "Client explicitly NAK'ed message.\n"+reason)
		case Skip:
			g.finish(m)
		default:
			g.retryOrPark(m)
		}
	}
	g.dispatch(now)
	g.checkpointIfMany(now)
}

// Tick must be called once a second: messages past their time-out are retried or
// parked, and checkpoints by time are requested.
func (g *Group) Tick(now time.Time) {
	var expired []*message
	for m := g.flight.first; m != nil; m = g.flight.next(m) {
		if now.Sub(m.pushed) < g.settings.MessageTimeout {
			break
		}
		expired = append(expired, m)
	}
	for _, m := range expired {
		g.land(now, m)
		g.retryOrPark(m)
	}
	g.dispatch(now)
	g.checkpointByTime(now)
}

// Parked reports that the parked message is durable, and finishes the event.
func (g *Group) Parked(now time.Time, p Park) {
	g.finish(p.message)
	g.checkpointIfMany(now)
}

// ParkFailed reports that the event could not be parked, and delivers it again.
func (g *Group) ParkFailed(now time.Time, p Park) {
	g.requeue(p.message)
	g.dispatch(now)
}

// land removes m from flight and frees the slot of its consumer.
func (g *Group) land(now time.Time, m *message) {
	delete(g.inFlight, m.event.ID)
	g.flight.remove(m)
	c := m.owner
	m.owner = nil
	c.inFlight--
	if c.inFlight < c.slots && !c.left {
		g.free++
	}
	if g.settings.Measure {
		c.latencies.add(now.Sub(m.pushed))
	}
	if g.pins != nil {
		g.pins.landed(m.bucket, g.consumers)
	}
}

func (g *Group) retryOrPark(m *message) {
	if m.retry >= g.settings.MaxRetries {
		g.park(m, fmt.Sprintf("Reached retry count of %d", g.settings.MaxRetries))
		return
	}
	g.requeue(m)
}

// requeue puts m among the retries, with the next retry count.
func (g *Group) requeue(m *message) {
	m.retry++
	if m.replayed {
		g.replays.insertSorted(m)
	} else {
		g.retries.insertSorted(m)
	}
}

func (g *Group) park(m *message, reason string) {
	g.out.Parks = append(g.out.Parks, Park{Event: m.event, Reason: reason, Replayed: m.replayed, message: m})
}

// finish removes m from the group.
func (g *Group) finish(m *message) {
	if m.replayed {
		g.replaying.remove(m)
	} else {
		g.unfinished.remove(m)
	}
}

func (g *Group) batch() int {
	if g.settings.ReadBatch <= 0 {
		return min(10, max(1, g.settings.HistoryBuffer))
	}
	return g.settings.ReadBatch
}

func (g *Group) room() bool {
	return g.buffered.n == 0 || g.buffered.n+g.batch() <= g.settings.HistoryBuffer
}
