package table

import (
	"strconv"

	"github.com/visure-anagrafiche/visure/projections"
)

// Statistiche are the columns of requests that are counted together.
var Statistiche = []Column[projections.RigaStatistica]{
	{"Gruppo", func(r projections.RigaStatistica) string { return r.Chiave }},
	{"Nome", func(r projections.RigaStatistica) string { return r.Nome }},
	{"Richieste", func(r projections.RigaStatistica) string { return strconv.Itoa(r.Richieste) }},
	{"Emesse", func(r projections.RigaStatistica) string { return strconv.Itoa(r.Emesse) }},
	{"Senza documento", func(r projections.RigaStatistica) string { return strconv.Itoa(r.Senza) }},
	{"Rifiutate", func(r projections.RigaStatistica) string { return strconv.Itoa(r.Rifiutate) }},
	{"In corso", func(r projections.RigaStatistica) string { return strconv.Itoa(r.InCorso) }},
	{"Revocate", func(r projections.RigaStatistica) string { return strconv.Itoa(r.Revocate) }},
	{"Confermate per silenzio-assenso", func(r projections.RigaStatistica) string { return strconv.Itoa(r.Silenzio) }},
	{"Confermate da un ufficiale", func(r projections.RigaStatistica) string { return strconv.Itoa(r.Ufficiale) }},
}
