package main

import (
	"fmt"
	"io"
)

// show prints how long pages take, and whether each is within its mark.
func (f pagesFigures) show(out io.Writer) {
	showHeader(out, fmt.Sprintf("pages, %d a second, %d cores", f.Rate, f.Cores))
	var marks []mark
	for _, m := range f.Measures {
		m.Read.show(out, m.Page)
		marks = append(marks, mark{"p99 of the server's time, " + m.Page, m.Read.ServerP99, "ms", mostOfAPage, true})
	}
	showMarks(out, marks)
}
