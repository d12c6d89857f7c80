package node

import (
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// figures are the metrics of a node. Node implements prometheus.Collector for them.
// Labels are the names of groups and of the streams they read, which hold no
// personal data.
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

// Describe implements prometheus.Collector.
func (n *Node) Describe(ch chan<- *prometheus.Desc) {
	for _, c := range n.figures.all() {
		c.Describe(ch)
	}
	for _, d := range []*prometheus.Desc{descSubscriptions, descWritable, descEnd,
		descGroupLag, descGroupFlight, descGroupWaiting, descGroupParked, descGroupMembers} {
		ch <- d
	}
}

// Collect implements prometheus.Collector. After Close the metrics of groups are
// left out.
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
	for _, f := range n.groups.Figures(n.now()) {
		for d, v := range map[*prometheus.Desc]float64{descGroupLag: f.Lag.Seconds(), descGroupFlight: float64(f.InFlight),
			descGroupWaiting: float64(f.Waiting), descGroupParked: float64(f.Parked), descGroupMembers: float64(f.Consumers)} {
			gauge(d, v, f.Key.Stream, f.Key.Name)
		}
	}
}
