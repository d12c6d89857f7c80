package domain

import (
	"iter"
	"strings"
)

// lines are the lines of a table of Comuni that is part of the program: a code, a
// blank, and what is said of it. Those that begin with # explain the table.
func lines(table string) iter.Seq2[CodiceISTAT, string] {
	return func(yield func(CodiceISTAT, string) bool) {
		for line := range strings.Lines(table) {
			code, said, _ := strings.Cut(strings.TrimSpace(line), " ")
			if code != "#" && !yield(CodiceISTAT(code), said) {
				return
			}
		}
	}
}
