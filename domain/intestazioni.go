package domain

import (
	_ "embed"
	"maps"
	"sync"
)

//go:embed intestazioni.txt
var intestazioniTxt string

// intestazioni maps the codes of the Comuni with two languages to their heading
// in the second.
var intestazioni = sync.OnceValue(func() map[CodiceISTAT]string {
	return maps.Collect(lines(intestazioniTxt))
})

// Heading returns how the Comune signs: "Comune di Bagnacavallo"; where its
// offices have a second language in both, "Comune di Bolzano / Gemeinde Bozen".
func (s Comune) Heading() string {
	heading := "Comune di " + s.Nome
	if second, ok := intestazioni()[s.ISTAT.Present()]; ok {
		heading += " / " + second
	}
	return heading
}
