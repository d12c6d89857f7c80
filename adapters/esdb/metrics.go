package esdb

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// scrapeTimeout bounds the questions a scrape puts to the server.
const scrapeTimeout = 2 * time.Second

// Of the connection.
var (
	descReachable = prometheus.NewDesc("visure_event_store_reachable", "1 while the event store answers, 0 while it is looked for.", nil, nil)
	descCalls     = prometheus.NewDesc("visure_event_store_calls", "Calls inside the client.", nil, nil)
	descOutages   = prometheus.NewDesc("visure_event_store_outages_total", "How often the event store was lost.", nil, nil)
)

// Register exports the figures of the connection.
func (c *Client) Register(registry prometheus.Registerer) error {
	return registry.Register(clientCollector{c})
}

type clientCollector struct{ *Client }

func (c clientCollector) Describe(out chan<- *prometheus.Desc) {
	out <- descReachable
	out <- descCalls
	out <- descOutages
}

func (c clientCollector) Collect(out chan<- prometheus.Metric) {
	reachable, outages := c.condition()
	out <- prometheus.MustNewConstMetric(descReachable, prometheus.GaugeValue, number(reachable))
	out <- prometheus.MustNewConstMetric(descCalls, prometheus.GaugeValue, float64(len(c.slots)))
	out <- prometheus.MustNewConstMetric(descOutages, prometheus.CounterValue, float64(outages))
}

func (c *Client) condition() (reachable bool, outages int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gate == nil, c.outages
}

func number(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// Of the subscriptions of a topic in this process, and of its group on the
// server. A topic is a category, a stream of ours or a prefix of types; none
// names a person.
var (
	subscriptionGauges = []gauge[Health]{
		{describe("subscription_open", "Subscriptions open in this process."), prometheus.GaugeValue, func(h Health) float64 { return float64(h.Subscriptions) }},
		{describe("subscription_connected", "Subscriptions connected."), prometheus.GaugeValue, func(h Health) float64 { return float64(h.Connected) }},
		{describe("subscription_in_flight", "Events being handled."), prometheus.GaugeValue, func(h Health) float64 { return float64(h.InFlight) }},
		{describe("subscription_in_flight_age_seconds", "Age of the event longest in hand; 0 with none."), prometheus.GaugeValue, func(h Health) float64 { return since(h.Oldest) }},
		{describe("subscription_last_event_timestamp_seconds", "When the last event came, in Unix time; 0 before the first."), prometheus.GaugeValue, func(h Health) float64 { return unix(h.LastEvent) }},
		{describe("subscription_last_break_timestamp_seconds", "When a connection was last lost, in Unix time; 0 for never."), prometheus.GaugeValue, func(h Health) float64 { return unix(h.LastBreak) }},
		{describe("subscription_breaks_total", "Connections lost."), prometheus.CounterValue, func(h Health) float64 { return float64(h.Breaks) }},
		{describe("subscription_received_total", "Events received."), prometheus.CounterValue, func(h Health) float64 { return float64(h.Received) }},
		{describe("subscription_redelivered_total", "Times an event was handed out again."), prometheus.CounterValue, func(h Health) float64 { return float64(h.Redelivered) }},
		{describe("subscription_foreign_total", "Events acknowledged without being handed out, because they are not the topic's."), prometheus.CounterValue, func(h Health) float64 { return float64(h.Foreign) }},
		{describe("subscription_drift", "Settings of the group that differ from ours."), prometheus.GaugeValue, func(h Health) float64 { return float64(len(h.Drift)) }},
	}
	descParkedHere = prometheus.NewDesc("visure_subscription_parked_total", "Events set aside, by reason code.", []string{"group", "topic", "reason"}, nil)
	descGroupKnown = describe("group_reachable", "1 if the server told of the group at this scrape. The other group figures are missing when it did not.")
	groupGauges    = []gauge[Lag]{
		{describe("group_checkpoint_position", "Commit position up to which every event is finished; 0 before the first."), prometheus.GaugeValue, func(l Lag) float64 { return float64(l.Checkpoint.Commit) }},
		{describe("group_last_known_position", "Commit position of the last event that is the group's."), prometheus.GaugeValue, func(l Lag) float64 { return float64(l.LastKnown.Commit) }},
		{describe("group_parked", "Events set aside on the server."), prometheus.GaugeValue, func(l Lag) float64 { return float64(l.Parked) }},
		{describe("group_outstanding", "Events in the hands of consumers, here or elsewhere."), prometheus.GaugeValue, func(l Lag) float64 { return float64(l.Outstanding) }},
		{describe("group_retrying", "Events waiting to be delivered again."), prometheus.GaugeValue, func(l Lag) float64 { return float64(l.Retrying) }},
		{describe("group_consumers", "Consumers connected, here or elsewhere."), prometheus.GaugeValue, func(l Lag) float64 { return float64(l.Consumers) }},
	}
)

// gauge is one figure of T.
type gauge[T any] struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value func(T) float64
}

func describe(name, help string) *prometheus.Desc {
	return prometheus.NewDesc("visure_"+name, help, []string{"group", "topic"}, nil)
}

// Register exports the figures of every topic subscribed to: those of Health, and
// those of Lag, which are asked of the server at every scrape.
func (s *Subscriber) Register(registry prometheus.Registerer) error {
	return registry.Register(subscriberCollector{s})
}

type subscriberCollector struct{ *Subscriber }

func (s subscriberCollector) Describe(out chan<- *prometheus.Desc) {
	for _, g := range subscriptionGauges {
		out <- g.desc
	}
	for _, g := range groupGauges {
		out <- g.desc
	}
	out <- descParkedHere
	out <- descGroupKnown
}

func (s subscriberCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	for _, h := range s.Health() {
		labels := []string{s.config.Group, h.Topic}
		collect(out, subscriptionGauges, h, labels)
		for reason, n := range h.Parked {
			out <- prometheus.MustNewConstMetric(descParkedHere, prometheus.CounterValue, float64(n), append(labels, reason)...)
		}
		known, _ := s.client.condition() // during an outage the server is not asked
		if known {
			lag, err := s.Lag(ctx, h.Topic)
			if known = err == nil; known {
				collect(out, groupGauges, lag, labels)
			}
		}
		out <- prometheus.MustNewConstMetric(descGroupKnown, prometheus.GaugeValue, number(known), labels...)
	}
}

func collect[T any](out chan<- prometheus.Metric, gauges []gauge[T], of T, labels []string) {
	for _, g := range gauges {
		out <- prometheus.MustNewConstMetric(g.desc, g.kind, g.value(of), labels...)
	}
}

func unix(at time.Time) float64 {
	if at.IsZero() {
		return 0
	}
	return float64(at.UnixMilli()) / 1000
}

func since(at time.Time) float64 {
	if at.IsZero() {
		return 0
	}
	return time.Since(at).Seconds()
}
