package main

import (
	"fmt"
	"io"
)

// show prints the latency with what it is spent on, what clients get, and how that
// compares with the floor.
func (f emissionFigures) show(out io.Writer) {
	fmt.Fprintf(out, "start %.2f s (the first %.2f s); idle memory: server %.0f MiB, PostgreSQL %.0f MiB\n\n",
		f.Rest.StartMS/1e3, f.Rest.FirstMS/1e3, f.Rest.Memory.Server, f.Rest.Memory.PostgreSQL)
	showHeader(out, fmt.Sprintf("emissions, %d cores", f.Cores))
	f.Latency.show(out, fmt.Sprintf("%d requests/s", f.Rate))
	for _, m := range f.Sustained {
		m.Ours.show(out, fmt.Sprintf("%d clients", m.Clients))
	}
	fmt.Fprintf(out, "\n%-28s %9s %8s %8s %8s | %9s %8s %8s %8s | %8s\n", "floor: the parts alone", "per s", "p50 ms", "p99 ms", "CPU ms",
		"registry", "render", "archive", "appends", "ours / it")
	for _, m := range f.Sustained {
		l := m.Floor
		fmt.Fprintf(out, "%-28s %9.0f %8.1f %8.1f %8.2f | %9.1f %8.1f %8.1f %8.1f | %8.2f\n", fmt.Sprintf("%d makers", m.Clients), l.PerSecond, l.P50, l.P99, l.Processor,
			l.Registry, l.Render, l.Archive, l.Appends, ratio(m.Ours.PerSecond, l.PerSecond))
	}
	fmt.Fprintf(out, "\n%-44s %10s %10s %10s\n", fmt.Sprintf("steps at %d requests/s", f.Rate), "p50 ms", "p95 ms", "p99 ms")
	for _, s := range f.Steps {
		fmt.Fprintf(out, "%-44s %10.1f %10.1f %10.1f\n", s.Name, s.P50, s.P95, s.P99)
	}
	showMarks(out, f.marks())
}

// marks are what emissions must reach.
func (f emissionFigures) marks() (all []mark) {
	for _, m := range f.Sustained {
		if m.Clients == marked {
			all = append(all,
				mark{"emissions/s, 32 clients, ours / floor", ratio(m.Ours.PerSecond, m.Floor.PerSecond), "×", 0.6, false},
				mark{"their p99 / p50", ratio(m.Ours.P99, m.Ours.P50), "×", 3, true})
		}
	}
	return append(all,
		mark{fmt.Sprintf("emission p50 at %d/s", f.Rate), f.Latency.P50, "ms", 10, true},
		mark{fmt.Sprintf("emission p99 at %d/s", f.Rate), f.Latency.P99, "ms", 25, true},
		mark{"idle memory, server", f.Rest.Memory.Server, "MiB", 55, true},
		mark{"idle memory, PostgreSQL", f.Rest.Memory.PostgreSQL, "MiB", 25, true},
		mark{"start, until ready", f.Rest.StartMS / 1e3, "s", 1.6, true})
}
