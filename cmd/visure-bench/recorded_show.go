package main

import (
	"fmt"
	"io"
)

// show prints what each gives, and how ours compares.
func (f recordedFigures) show(out io.Writer) {
	showHeader(out, fmt.Sprintf("recorded requests, %d cores", f.Cores))
	for _, m := range f.Measures {
		m.Ours.show(out, fmt.Sprintf("ours, %d clients", m.Clients))
		if m.Rationed != nil {
			m.Rationed.show(out, fmt.Sprintf("with quotas, %d clients", m.Clients))
		}
		m.Peer.show(out, fmt.Sprintf("peer, %d clients", m.Clients))
	}
	fmt.Fprintf(out, "\n%-28s %9s %8s %8s %10s %14s\n", "ours / peer", "per s", "p50", "p99", "processor", "caught up, ms")
	for _, m := range f.Measures {
		fmt.Fprintf(out, "%-28s %9.2f %8.2f %8.2f %10.2f %14.0f\n", fmt.Sprintf("%d clients", m.Clients), ratio(m.Ours.PerSecond, m.Peer.PerSecond),
			ratio(m.Ours.P50, m.Peer.P50), ratio(m.Ours.P99, m.Peer.P99), ratio(m.Ours.Cost.processor(), m.Peer.Cost.processor()), m.Ours.CaughtUp)
	}
	showMarks(out, f.marks())
}

// marks are what recorded requests must reach.
func (f recordedFigures) marks() (all []mark) {
	for _, m := range f.Measures {
		if m.Clients != marked {
			continue
		}
		all = append(all,
			mark{"recorded requests/s, 32 clients, ours / peer", ratio(m.Ours.PerSecond, m.Peer.PerSecond), "×", 1, false},
			mark{"their p99, ours / peer", ratio(m.Ours.P99, m.Peer.P99), "×", 1, true},
			mark{"processor time of one, ours / peer", ratio(m.Ours.Cost.processor(), m.Peer.Cost.processor()), "×", 1, true},
			mark{"read models caught up after the last", m.Ours.CaughtUp / 1e3, "s", 1, true})
		if m.Rationed != nil {
			all = append(all,
				mark{"requests/s with quotas, 32 clients, with / without", ratio(m.Rationed.PerSecond, m.Ours.PerSecond), "×", 0.9, false},
				mark{"their p99, with / without", ratio(m.Rationed.P99, m.Ours.P99), "×", 1.2, true})
		}
	}
	return all
}

// marked is the number of clients that marks are about.
const marked = 32
