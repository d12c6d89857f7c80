package main

import (
	"fmt"
	"io"
)

// show prints what each size gives, and how the larger compares.
func (f factsFigures) show(out io.Writer) {
	small, large := f.Sizes[0], f.Sizes[1]
	showHeader(out, fmt.Sprintf("facts, %d cores", f.Cores))
	for _, s := range f.Sizes {
		s.Recorded.show(out, fmt.Sprintf("recorded, %d users, %d ask", s.Users, s.Operators))
	}
	for _, s := range f.Sizes {
		s.Issued.show(out, fmt.Sprintf("emissions, %d users", s.Users))
	}
	showMarks(out, []mark{
		{"time of a recorded request, larger / smaller", ratio(small.Recorded.PerSecond, large.Recorded.PerSecond), "×", 1.1, true},
		{"processor time of it, larger / smaller", ratio(large.Recorded.Cost.processor(), small.Recorded.Cost.processor()), "×", 1.1, true},
		{"emission p50, larger / smaller", ratio(large.Issued.P50, small.Issued.P50), "×", 1.1, true},
		{"memory of the larger's server, MiB", large.Memory.Server, "MiB", 400, true},
	})
}
