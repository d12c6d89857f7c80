package anpr

import (
	"regexp"
	"strings"

	"github.com/visure-anagrafiche/visure/domain/scheda"
)

func residenze(list []wireResidenza) (out []scheda.Residenza) {
	for i := range list {
		out = append(out, list[i].residenza())
	}
	return out
}

func (w *wireResidenza) residenza() scheda.Residenza {
	r := scheda.Residenza{
		Tipo:       trim(w.Tipo),
		Note:       trim(w.Note),
		Presso:     trim(w.Presso),
		Decorrenza: date(w.Decorrenza),
	}
	if w.Indirizzo != nil {
		r.Indirizzo = w.Indirizzo.indirizzo()
	}
	if e := w.Estera; e != nil {
		r.Estero = &scheda.Estero{
			Indirizzo: words(e.Via, e.Civico),
			CAP:       trim(e.CAP),
			Localita:  e.Localita.localita(),
			Consolato: trim(e.Consolato),
		}
	}
	return r
}

func (w *wireIndirizzo) indirizzo() scheda.Indirizzo {
	specie := trim(w.Toponimo.Specie)
	if specie == "" {
		specie = specieToponimo(trim(w.Toponimo.CodSpecie))
	}
	number, building := w.Civico.read()
	return scheda.Indirizzo{
		Via:      words(specie, w.Toponimo.Denominazione),
		Civico:   number,
		Edificio: building,
		Interno:  w.Civico.Interno.String(),
		CAP:      trim(w.CAP),
		Frazione: trim(w.Frazione),
		Comune:   w.Comune.localita(),
	}
}

// String prints the way from the street door: scala A, piano 2, int. 3/B.
func (w wireInterno) String() string {
	var parts []string
	add := func(label string, values ...string) {
		var text []string
		for _, v := range values {
			if v = ownLabel.ReplaceAllString(trim(v), ""); v != "" {
				text = append(text, v)
			}
		}
		if len(text) > 0 {
			parts = append(parts, label+" "+strings.Join(text, "/"))
		}
	}
	add("isolato", w.Isolato)
	add("corte", w.Corte)
	add("scala", w.Scala)
	add("scala esterna", w.ScalaEsterna)
	add("piano", w.Piano)
	add("int.", w.Interno1, w.Esponente1)
	add("int.", w.Interno2, w.Esponente2)
	add("secondario", w.Secondario)
	add("n.u.i.", w.NUI)
	return strings.Join(parts, ", ")
}

// ownLabel is the label that a Comune has written in the value itself.
var ownLabel = regexp.MustCompile(`^(?i)((INTERNO|INT|SCALA|SC|PIANO|CORTE|ISOLATO)[. ]+|P\. *)`)

// words joins what is not empty with single blanks.
func words(list ...string) string { return strings.Join(strings.Fields(strings.Join(list, " ")), " ") }
