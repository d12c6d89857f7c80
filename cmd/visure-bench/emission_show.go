package main

import (
	"fmt"
	"io"
)

// show prints the latency with what it is spent on, and what clients get.
func (f emissionFigures) show(out io.Writer) {
	showHeader(out, fmt.Sprintf("emissions, %d cores", f.Cores))
	f.Latency.show(out, fmt.Sprintf("%d requests/s", f.Rate))
	for _, m := range f.Sustained {
		m.Ours.show(out, fmt.Sprintf("%d clients", m.Clients))
	}
	fmt.Fprintf(out, "\n%-44s %10s %10s %10s\n", fmt.Sprintf("steps at %d requests/s", f.Rate), "p50 ms", "p95 ms", "p99 ms")
	for _, s := range f.Steps {
		fmt.Fprintf(out, "%-44s %10.1f %10.1f %10.1f\n", s.Name, s.P50, s.P95, s.P99)
	}
	showMarks(out, f.marks())
}

// marks are what emissions must reach.
func (f emissionFigures) marks() []mark {
	all := []mark{
		{fmt.Sprintf("emission p50 at %d/s", f.Rate), f.Latency.P50, "ms", 10, true},
		{fmt.Sprintf("emission p99 at %d/s", f.Rate), f.Latency.P99, "ms", 25, true},
	}
	for _, m := range f.Sustained {
		if m.Clients != marked {
			continue
		}
		all = append(all, mark{"p99 / p50 of emissions, 32 clients", ratio(m.Ours.P99, m.Ours.P50), "×", 3, true})
	}
	return all
}
