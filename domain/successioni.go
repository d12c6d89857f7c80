package domain

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed successioni.txt
var successioniTxt string

// successioni maps each code that another has taken the place of to the one in
// force. A code that was given to two Comuni is not among them.
var successioni = sync.OnceValue(func() map[CodiceISTAT]CodiceISTAT {
	m := map[CodiceISTAT]CodiceISTAT{}
	for now, formers := range lines(successioniTxt) {
		for _, former := range strings.Fields(formers) {
			m[CodiceISTAT(former)] = now
		}
	}
	return m
})

// Present returns the code in force of the Comune that a code is or was of: of
// one that changed province its new code, of one that was merged that of the
// Comune it became part of. A code that no table knows is its own.
func (c CodiceISTAT) Present() CodiceISTAT {
	if now, changed := successioni()[c]; changed {
		return now
	}
	return c
}

// Same says whether two codes are of one Comune as it is today.
func (c CodiceISTAT) Same(o CodiceISTAT) bool { return c.Present() == o.Present() }
