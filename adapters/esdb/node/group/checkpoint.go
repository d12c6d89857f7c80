package group

import "time"

// point is the position of an event that was considered; not valid before the first.
type point struct {
	position uint64
	valid    bool
}

// mark is the progress of the group. A sequence counts the events considered, those
// that a filter leaves out included.
type mark struct {
	known    point // last event considered
	seen     point // last event delivered to the group
	sequence int64 // events considered so far

	written         point // last checkpoint asked for
	writtenSequence int64
	durable         point // last checkpoint known to be durable
	durableSequence int64
	writing         bool
	writtenAt       time.Time // of the last one asked for; before the first, when the group began
	begun           bool      // the first was asked for
}

// finished returns the last point up to which everything is finished, and its
// sequence.
func (g *Group) finished() (point, int64) {
	if m := g.unfinished.first; m != nil {
		return m.before, m.sequence
	}
	return g.mark.known, g.mark.sequence
}

func (g *Group) checkpointIfMany(now time.Time) {
	if to, sequence := g.finished(); sequence-g.mark.writtenSequence >= int64(max(1, g.settings.MaxCheckpoint)) {
		g.checkpoint(now, to, sequence)
	}
}

// checkpointByTime asks for one when CheckpointAfter has passed since the last, or since
// the group began, and anything was finished since. The first does not wait so long
// once MinCheckpoint events are finished.
func (g *Group) checkpointByTime(now time.Time) {
	after := g.settings.CheckpointAfter
	least := int64(1)
	switch {
	case after <= 0:
		return
	case now.Sub(g.mark.writtenAt) >= after:
	case g.mark.begun:
		return
	default:
		least = int64(max(1, g.settings.MinCheckpoint))
	}
	if to, sequence := g.finished(); sequence-g.mark.writtenSequence >= least {
		g.checkpoint(now, to, sequence)
	}
}

// checkpoint requests a checkpoint, unless one is being written.
func (g *Group) checkpoint(now time.Time, to point, sequence int64) {
	if g.mark.writing || !to.valid {
		return
	}
	g.mark.writing, g.mark.begun = true, true
	g.mark.written, g.mark.writtenSequence, g.mark.writtenAt = to, sequence, now
	position := to.position
	g.out.Checkpoint = &position
}

// CheckpointWritten says that the checkpoint asked for is durable.
func (g *Group) CheckpointWritten(now time.Time) {
	g.mark.writing = false
	g.mark.durable, g.mark.durableSequence = g.mark.written, g.mark.writtenSequence
	g.checkpointIfMany(now)
}

// CheckpointFailed says that the checkpoint asked for could not be written. It falls due again.
func (g *Group) CheckpointFailed() {
	g.mark.writing = false
	g.mark.written, g.mark.writtenSequence = g.mark.durable, g.mark.durableSequence
}

// Replaying returns the lowest position of a replayed message that is not finished, false if there is none.
func (g *Group) Replaying() (uint64, bool) {
	if m := g.replaying.first; m != nil {
		return m.event.Position, true
	}
	return 0, false
}
