package group

import (
	"slices"
	"time"
)

// Info is the state of a group in figures.
type Info struct {
	Live, Reading bool
	Checkpoint    *uint64 // the last durable one
	LastKnown     *uint64 // position of the last event read
	Buffered      int     // read, not yet pushed
	LiveBuffered  int     // recent live events, up to the size of the live buffer
	Retrying      int     // waiting for another attempt, replayed ones included
	InFlight      int     // with consumers
	Total         int64   // pushes since the group was made, retries included
	SinceLast     int64   // pushes since the last call
	PerSecond     int
	Consumers     []ConsumerInfo // in joining order
}

// ConsumerInfo is the state of one consumer in figures, with the meanings of Info.
type ConsumerInfo struct {
	ID        ConsumerID
	FreeSlots int
	InFlight  int
	Total     int64
	SinceLast int64
	PerSecond int
	Latencies []Measurement // nil unless Settings.Measure
}

// Measurement is one statistic of the times from push to acknowledgement, in whole
// milliseconds.
type Measurement struct {
	Name  string
	Value int64
}

// Info returns the figures. SinceLast counts from this call on.
func (g *Group) Info(now time.Time) Info {
	i := Info{
		Live: g.live, Reading: g.reading,
		Checkpoint: g.mark.durable.pointer(), LastKnown: g.mark.seen.pointer(),
		Buffered: g.buffered.n, LiveBuffered: g.liveCount, Retrying: g.retries.n + g.replays.n, InFlight: g.flight.n,
	}
	i.Total, i.SinceLast, i.PerSecond = g.stats.measure(now)
	for _, c := range g.consumers {
		ci := ConsumerInfo{ID: c.id, FreeSlots: c.slots - c.inFlight, InFlight: c.inFlight}
		ci.Total, ci.SinceLast, ci.PerSecond = c.rate.measure(now)
		if g.settings.Measure {
			ci.Latencies = c.latencies.measurements()
		}
		i.Consumers = append(i.Consumers, ci)
	}
	return i
}

// Live reports whether the end of the source was reached and reading keeps up with
// it.
func (g *Group) Live() bool { return g.live }

func (p point) pointer() *uint64 {
	if !p.valid {
		return nil
	}
	position := p.position
	return &position
}

// rate counts pushes since a time.
type rate struct {
	since time.Time
	total int64
	last  int64 // total at the last measure
}

// measure returns the total, what came since the last call, and the average since counting began.
func (r *rate) measure(now time.Time) (total, since int64, perSecond int) {
	since = r.total - r.last
	r.last = r.total
	if seconds := now.Sub(r.since).Seconds(); seconds > 0 {
		perSecond = int(float64(r.total) / max(1, seconds))
	}
	return r.total, since, perSecond
}

// latencies keeps the last thousand times from push to acknowledgement.
type latencies struct {
	ring []time.Duration
	at   int
}

func (l *latencies) add(d time.Duration) {
	if len(l.ring) < 1000 {
		l.ring = append(l.ring, d)
		return
	}
	l.ring[l.at] = d
	l.at = (l.at + 1) % len(l.ring)
}

// measurements returns the protocol's thirteen figures, all 0 before the first acknowledgement.
func (l *latencies) measurements() []Measurement {
	sorted := slices.Clone(l.ring)
	slices.Sort(sorted)
	var sum time.Duration
	for _, d := range sorted {
		sum += d
	}
	at := func(share float64) int64 {
		if len(sorted) == 0 {
			return 0
		}
		return sorted[min(len(sorted)-1, int(share*float64(len(sorted))))].Milliseconds()
	}
	mean := (sum / time.Duration(max(1, len(sorted)))).Milliseconds()
	return []Measurement{
		{"Mean", mean}, {"Median", at(0.5)}, {"Fastest", at(0)},
		{"Quintile 1", at(0.2)}, {"Quintile 2", at(0.4)}, {"Quintile 3", at(0.6)}, {"Quintile 4", at(0.8)}, {"Quintile 5", at(1)},
		{"90%", at(0.9)}, {"95%", at(0.95)}, {"99%", at(0.99)}, {"99.5%", at(0.995)}, {"99.9%", at(0.999)}, {"Highest", at(1)},
	}
}

// Counts returns how many messages are with consumers, how many wait for one, and how many consumers there are.
func (g *Group) Counts() (inFlight, waiting, consumers int) {
	return g.flight.n, g.buffered.n + g.retries.n + g.replays.n, len(g.consumers)
}

// Checkpoint returns the last durable checkpoint, nil before the first.
func (g *Group) Checkpoint() *uint64 { return g.mark.durable.pointer() }
