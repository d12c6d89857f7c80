package main

import (
	"fmt"
	"io"
)

// show prints requests without and with a storm, and how they compare.
func (f stormFigures) show(out io.Writer) {
	showHeader(out, fmt.Sprintf("recorded requests, %d cores", f.Cores))
	for _, m := range f.Measures {
		m.Calm.show(out, fmt.Sprintf("calm, %d clients", m.Clients))
		m.Storm.show(out, fmt.Sprintf("%d sign in, %d clients", f.SignIns, m.Clients))
	}
	fmt.Fprintf(out, "\n%-28s %9s %8s %8s %14s %14s\n", "storm / calm", "per s", "p50", "p99", "sign-in p50", "sign-in p99")
	var marks []mark
	for _, m := range f.Measures {
		worse := ratio(m.Storm.P99, m.Calm.P99)
		fmt.Fprintf(out, "%-28s %9.2f %8.2f %8.2f %11.0f ms %11.0f ms\n", fmt.Sprintf("%d clients", m.Clients),
			ratio(m.Storm.PerSecond, m.Calm.PerSecond), ratio(m.Storm.P50, m.Calm.P50), worse, m.SignIns.P50, m.SignIns.P99)
		marks = append(marks, mark{fmt.Sprintf("p99 of requests, %d clients, storm / calm", m.Clients), worse, "×", 2, true})
	}
	showMarks(out, marks)
}
