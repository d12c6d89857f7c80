package main

import (
	"fmt"
	"io"
)

// show prints how terms end, and what requests wait meanwhile.
func (f silenceFigures) show(out io.Writer) {
	fmt.Fprintf(out, "%-28s %9s %9s %6s %8s | %12s %12s | %9s\n", fmt.Sprintf("ends of terms, %d cores", f.Cores), "terms", "approved", "twice", "per s", "late p50 ms", "late p99 ms", "documents")
	for _, m := range []struct {
		name string
		silenceMeasure
	}{{"one after the other", f.Minute}, {"all at once, after 5 hours", f.Outage}} {
		fmt.Fprintf(out, "%-28s %9d %9d %6d %8.0f | %12.0f %12.0f | %9d\n", m.name, m.Terms, m.Approved, m.Twice, m.PerSecond, m.P50, m.P99, m.Issued)
	}
	fmt.Fprintln(out)
	showHeader(out, fmt.Sprintf("requests, %d a second", f.Rate))
	f.Calm.show(out, "calm")
	f.Minute.Requests.show(out, "one after the other")
	f.Outage.Requests.show(out, "all at once")
	showMarks(out, f.marks())
}

// marks are what must be reached.
func (f silenceFigures) marks() []mark {
	return []mark{
		{"approvals/s, all at once", f.Outage.PerSecond, "", 500, false},
		{"terms without exactly one approval", float64(f.Minute.missed() + f.Outage.missed()), "", 0, true},
		{"lateness p99, one after the other", f.Minute.P99 / 1e3, "s", 2, true},
		{"p99 of requests, one after the other / calm", ratio(f.Minute.Requests.P99, f.Calm.P99), "×", 2, true},
		{"p99 of requests, all at once / calm", ratio(f.Outage.Requests.P99, f.Calm.P99), "×", 2, true},
	}
}

// missed counts terms that did not end, or not once.
func (m silenceMeasure) missed() int { return m.Terms - m.Approved + 2*m.Twice }
