package main

import (
	"fmt"
	"io"
)

// show prints single requests without and beside one about many, and how they compare.
func (f massiveFigures) show(out io.Writer) {
	showHeader(out, fmt.Sprintf("requests to document, %d a second", f.Rate))
	f.Calm.show(out, "calm")
	f.Beside.show(out, fmt.Sprintf("beside one about %d people", f.Rows))
	showMarks(out, []mark{
		{"p50 of a single request, beside many / calm", ratio(f.Beside.P50, f.Calm.P50), "×", 2, true},
		{"rows asked for meanwhile, a second", f.Asked, "", 1, false},
	})
}
