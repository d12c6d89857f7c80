package node

import (
	"errors"
	"math"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// figures are what a node tells of itself. Node is the prometheus.Collector of
// them; register it where metrics are gathered. Labels are the names of groups
// and of what they read.
type figures struct {
	requests prometheus.Counter
	events   prometheus.Counter
	bytes    prometheus.Counter
	batch    prometheus.Histogram
	sync     prometheus.Histogram

	subscriptions atomic.Int64
}

func newFigures() *figures {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: "visure_eventstore_" + name, Help: help})
	}
	histogram := func(name, help string, buckets []float64) prometheus.Histogram {
		return prometheus.NewHistogram(prometheus.HistogramOpts{Name: "visure_eventstore_" + name, Help: help, Buckets: buckets})
	}
	return &figures{
		requests: counter("writes_total", "Writes made durable: appends, deletes, and what groups keep."),
		events:   counter("events_total", "Events made durable."),
		bytes:    counter("bytes_total", "Bytes made durable, before compression."),
		batch:    histogram("commit_writes", "Writes made durable together.", prometheus.ExponentialBuckets(1, 2, 10)),
		sync: histogram("commit_seconds", "Time to make writes durable.",
			[]float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1}),
	}
}

func (f *figures) committed(c journal.Commit) {
	f.requests.Add(float64(c.Requests))
	f.events.Add(float64(c.Events))
	f.bytes.Add(float64(c.Bytes))
	f.batch.Observe(float64(c.Requests))
	f.sync.Observe(c.Took.Seconds())
}

func (f *figures) all() []prometheus.Collector {
	return []prometheus.Collector{f.requests, f.events, f.bytes, f.batch, f.sync}
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("visure_eventstore_"+name, help, labels, nil)
}

var (
	descSubscriptions = describe("subscriptions", "Catch-up subscriptions connected.")
	descWritable      = describe("writable", "1 while writes are accepted, 0 after an error of the disk.")
	descEnd           = describe("log_end", "Position the next event will have.")
	descGroupLag      = describe("group_lag_seconds", "Age of the oldest event a group has not finished; 0 when there is none.", "stream", "group")
	descGroupFlight   = describe("group_in_flight", "Events a group has given to consumers that have not answered.", "stream", "group")
	descGroupWaiting  = describe("group_waiting", "Events a group has read that wait for a consumer, retries included.", "stream", "group")
	descGroupParked   = describe("group_parked", "Parked messages of a group.", "stream", "group")
	descGroupMembers  = describe("group_consumers", "Consumers connected to a group.", "stream", "group")
)

// Describe is prometheus.Collector's.
func (n *Node) Describe(ch chan<- *prometheus.Desc) {
	for _, c := range n.figures.all() {
		c.Describe(ch)
	}
	for _, d := range []*prometheus.Desc{descSubscriptions, descWritable, descEnd,
		descGroupLag, descGroupFlight, descGroupWaiting, descGroupParked, descGroupMembers} {
		ch <- d
	}
}

// Collect is prometheus.Collector's. What a closed node cannot tell is left out.
func (n *Node) Collect(ch chan<- prometheus.Metric) {
	for _, c := range n.figures.all() {
		c.Collect(ch)
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	writable := 0.0
	if n.journal.Err() == nil {
		writable = 1
	}
	gauge(descWritable, writable)
	gauge(descSubscriptions, float64(n.figures.subscriptions.Load()))
	gauge(descEnd, float64(n.journal.End()))
	groups, _ := n.groups.list(nil)
	for _, g := range groups {
		f, ok := g.figures(n.now())
		if !ok {
			continue
		}
		key := g.config.key()
		for d, v := range map[*prometheus.Desc]float64{descGroupLag: f.lag.Seconds(), descGroupFlight: float64(f.inFlight),
			descGroupWaiting: float64(f.waiting), descGroupParked: float64(f.parked), descGroupMembers: float64(f.consumers)} {
			gauge(d, v, key.stream, key.name)
		}
	}
}

// groupFigures is how a group is doing.
type groupFigures struct {
	inFlight, waiting, consumers int
	parked                       uint64
	lag                          time.Duration
}

// figures asks the group; false when it has ended or the disk does not answer.
func (g *persistentGroup) figures(now time.Time) (groupFigures, bool) {
	var f groupFigures
	var finished *uint64
	if !g.ask(func() {
		f.inFlight, f.waiting, f.consumers = g.machine.Counts()
		finished = g.machine.Checkpoint()
	}) {
		return f, false
	}
	first, end, err := parkedRange(g.journal, g.config.key())
	if err != nil {
		return f, false
	}
	f.parked = end - first
	oldest, err := g.oldest(finished)
	if err != nil {
		return f, false
	}
	if oldest != nil {
		f.lag = max(0, now.Sub(time.Unix(0, 0).Add(time.Duration(oldest.Created)*100)))
	}
	return f, true
}

// oldest is the first event behind the checkpoint; nil when there is none near it.
func (g *persistentGroup) oldest(finished *uint64) (*journal.Event, error) {
	source := groupSource{journal: g.journal, config: g.config, keep: g.source.keep, next: g.config.From}
	if finished != nil {
		source.next = *finished + 1
	}
	if source.next > math.MaxInt64 {
		return nil, nil
	}
	page, err := source.read(1, false)
	if err != nil || len(page.Events) == 0 {
		if errors.Is(err, errGone) {
			err = nil
		}
		return nil, err
	}
	return page.Events[0].Payload.(*sourced).original(), nil
}
