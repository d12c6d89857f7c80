package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestRecordedRequestsAreMeasuredBesideThePeer(t *testing.T) {
	f := measured[recordedFigures](t, func(program, out string) error {
		return (&recordedCommand{Visure: program, Out: out, Clients: []int{2}, Duration: 500 * time.Millisecond, Rounds: 1, Quotas: true}).Run(t.Context())
	})
	if len(f.Measures) != 1 {
		t.Fatalf("%+v", f)
	}
	m := f.Measures[0]
	looksReal(t, m.Ours)
	looksReal(t, m.Peer)
	looksReal(t, *m.Rationed)
	if m.Ours.CaughtUp <= 0 || m.Peer.CaughtUp != 0 {
		t.Errorf("caught up: ours %v, peer %v", m.Ours.CaughtUp, m.Peer.CaughtUp)
	}
}

func TestMarksAreHeldAgainstWhatWasFound(t *testing.T) {
	rationed := rate{PerSecond: 1300, P99: 50}
	f := recordedFigures{circumstances: circumstances{Cores: 2}, Measures: []recordedPairs{
		{Clients: 8, Ours: rate{PerSecond: 1}, Peer: rate{PerSecond: 1000}}, // no mark is about these
		{Clients: 32,
			Ours:     rate{PerSecond: 1500, P99: 40, CaughtUp: 900, Cost: cost{Server: .5, PostgreSQL: .3}},
			Rationed: &rationed, Peer: rate{PerSecond: 1000, P99: 50, Cost: cost{Server: .3, PostgreSQL: .4}}},
	}}
	var found []bool
	for _, m := range f.marks() {
		found = append(found, m.met())
	}
	if len(found) != 6 || !found[0] || !found[1] || found[2] || !found[3] || found[4] || found[5] {
		t.Errorf("met: %v", found)
	}
	var out bytes.Buffer
	f.show(&out)
	for _, want := range []string{"1.50 ×        ≥ 1 ×  yes", "0.80 ×        ≤ 1 ×  yes", "1.14 ×        ≤ 1 ×  NO", "0.90 s        ≤ 1 s  yes", "0.87 ×      ≥ 0.9 ×  NO", "1.25 ×      ≤ 1.2 ×  NO"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
}

func TestTheMedianIsOfEachFigureByItself(t *testing.T) {
	got := median([]rate{{PerSecond: 3, P50: 1, Cost: cost{Server: 9}}, {PerSecond: 1, P50: 2, Cost: cost{Server: 7}}, {PerSecond: 2, P50: 9, Cost: cost{Server: 8}}})
	if want := (rate{PerSecond: 2, P50: 2, Cost: cost{Server: 8}}); got != want {
		t.Errorf("%+v, not %+v", got, want)
	}
	if got := median([]rate{{P99: 1}, {P99: 4}}).P99; got != 2.5 {
		t.Errorf("of two it is %v", got)
	}
}
