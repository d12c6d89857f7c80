package esdb_test

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
)

// scrape returns every figure by its name, and by its reason where it has one.
func scrape(t *testing.T, registry *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]float64{}
	for _, f := range families {
		for _, m := range f.Metric {
			name := strings.TrimPrefix(f.GetName(), "visure_")
			for _, l := range m.Label {
				if l.GetName() == "reason" {
					name += " " + l.GetValue()
				} else if l.GetValue() != "g-v1" && l.GetValue() != "visura" {
					t.Errorf("%s has the label %s", name, l)
				}
			}
			values[name] = m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	return values
}

func TestTheFiguresAreExported(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	client := server.connect()
	store, subs, registry := esdb.NewStore(client, newRing()), subscriber(t, client, quick), prometheus.NewRegistry()
	for _, r := range []interface {
		Register(prometheus.Registerer) error
	}{client, subs} {
		if err := r.Register(registry); err != nil {
			t.Fatal(err)
		}
		if err := r.Register(registry); err == nil {
			t.Error("registered twice")
		}
	}
	downloads(t, store, "visura-a", 3)
	in := messages(t, subs, "visura")
	m := receive(t, in)
	m.Nack()
	m = receive(t, in)
	esdb.Park(m, "no_hope")
	m.Nack()
	receive(t, in).Ack()
	receive(t, in) // in hand
	wantParked(t, server, "no_hope")

	var got map[string]float64
	ctx := withDeadline(t, soon)
	last := history(t, store, "visura-a")
	for got["group_checkpoint_position"] < float64(last[1].Position.Commit) && ctx.Err() == nil { // it is written now and then
		got = scrape(t, registry)
	}
	for name, want := range map[string]float64{
		"event_store_reachable": 1, "event_store_outages_total": 0,
		"subscription_open": 1, "subscription_connected": 1, "subscription_in_flight": 1, "subscription_received_total": 3,
		"subscription_redelivered_total": 1, "subscription_breaks_total": 0, "subscription_foreign_total": 0, "subscription_drift": 0,
		"subscription_parked_total no_hope": 1, "subscription_last_break_timestamp_seconds": 0,
		"group_reachable": 1, "group_parked": 1, "group_outstanding": 1, "group_retrying": 0, "group_consumers": 1,
	} {
		if have, ok := got[name]; !ok || have != want {
			t.Errorf("%s is %v, want %v", name, have, want)
		}
	}
	for name, at := range map[string]int{"group_checkpoint_position": 1, "group_last_known_position": 2} {
		if got[name] != float64(last[at].Position.Commit) {
			t.Errorf("%s is %v, want %v", name, got[name], last[at].Position.Commit)
		}
	}
	if got["subscription_in_flight_age_seconds"] <= 0 || got["subscription_last_event_timestamp_seconds"] < 1.7e9 {
		t.Errorf("times %v", got)
	}

	server.stop()
	for got["event_store_reachable"] == 1 && ctx.Err() == nil {
		got = scrape(t, registry)
	}
	got = scrape(t, registry)
	if _, ok := got["group_parked"]; ok || got["group_reachable"] != 0 || got["event_store_outages_total"] == 0 {
		t.Errorf("during an outage: %v", got)
	}
	server.start()
}
