package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestEndsOfTermsAreMeasuredFromOutside(t *testing.T) {
	f := measured[silenceFigures](t, func(program, out string) error {
		return (&silenceCommand{Visure: program, Out: out, Waiting: 200, Minute: 20, Spread: time.Second, Rate: 10, Turn: time.Second}).Run(t.Context())
	})
	looksReal(t, f.Calm)
	for _, m := range []silenceMeasure{f.Minute, f.Outage} {
		looksReal(t, m.Requests)
		if m.Approved != m.Terms || m.Twice != 0 || m.PerSecond <= 0 || m.P50 <= 0 || m.P99 < m.P50 {
			t.Errorf("%+v", m)
		}
	}
	if f.Minute.Terms != 20 || f.Outage.Terms != 200 || f.Outage.P50 < 5*time.Hour.Seconds()*1e3 {
		t.Errorf("%+v", f)
	}
}

func TestMarksOfSilence(t *testing.T) {
	f := silenceFigures{
		Calm:   rate{P99: 10},
		Minute: silenceMeasure{Terms: 10, Approved: 10, P99: 900, Requests: rate{P99: 15}},
		Outage: silenceMeasure{Terms: 100, Approved: 101, Twice: 1, PerSecond: 700, Requests: rate{P99: 30}},
	}
	var out bytes.Buffer
	f.show(&out)
	for _, want := range []string{"700.00        ≥ 500   yes", "1.00          ≤ 0   NO", "0.90 s        ≤ 2 s  yes", "1.50 ×        ≤ 2 ×  yes", "3.00 ×        ≤ 2 ×  NO"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
}
