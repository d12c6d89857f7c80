package main

import (
	"fmt"
	"io"
)

// mark is a figure with what it must reach.
type mark struct {
	name   string
	value  float64
	unit   string
	want   float64
	atMost bool // else at least
}

func (m mark) met() bool {
	if m.atMost {
		return m.value <= m.want
	}
	return m.value >= m.want
}

// showMarks prints marks as a table, and whether each is met.
func showMarks(out io.Writer, marks []mark) {
	fmt.Fprintf(out, "\n%-56s %12s %12s  %s\n", "marks", "found", "mark", "met")
	for _, m := range marks {
		sign := "≥"
		if m.atMost {
			sign = "≤"
		}
		fmt.Fprintf(out, "%-56s %12s %12s  %s\n", m.name, fmt.Sprintf("%.2f %s", m.value, m.unit), fmt.Sprintf("%s %.4g %s", sign, m.want, m.unit), yes(m.met()))
	}
	fmt.Fprintln(out)
}

// yes says in a table whether a mark is met.
func yes(met bool) string {
	if met {
		return "yes"
	}
	return "NO"
}

// showHeader prints the header of a table of rates.
func showHeader(out io.Writer, title string) {
	fmt.Fprintf(out, "%-28s %9s %8s %8s %8s | %8s %10s %8s | %9s %8s\n", title, "per s", "p50 ms", "p99 ms", "p99/p50",
		"server", "PostgreSQL", "load", "allocated", "objects")
}

// show prints a rate as a line of a table.
func (r rate) show(out io.Writer, name string) {
	fmt.Fprintf(out, "%-28s %9.0f %8.1f %8.1f %8.1f | %8.2f %10.2f %8.2f | %7.1f k %8.0f\n", name, r.PerSecond, r.P50, r.P99, ratio(r.P99, r.P50),
		r.Cost.Server, r.Cost.PostgreSQL, r.Cost.Load, r.Cost.Bytes/1e3, r.Cost.Objects)
}

// ratio is zero when there is nothing to compare with.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
