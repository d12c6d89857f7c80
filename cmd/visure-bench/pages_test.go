package main

import (
	"testing"
	"time"
)

func TestPagesAreMeasuredByWhoHasSignedIn(t *testing.T) {
	f := measured[pagesFigures](t, func(program, out string) error {
		return (&pagesCommand{Visure: program, Out: out, Rate: 10, Requests: 500 * time.Millisecond, Duration: 500 * time.Millisecond, Rounds: 1}).Run(t.Context())
	})
	if len(f.Measures) != len(readPages)+1 {
		t.Fatalf("%+v", f)
	}
	for _, m := range f.Measures {
		if m.Read.Requests != 5 || m.Read.P50 <= 0 || m.Read.P99 < m.Read.P50 {
			t.Errorf("%+v", m)
		}
	}
}
