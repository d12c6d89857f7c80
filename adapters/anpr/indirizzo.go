package anpr

import (
	"fmt"
	"strconv"
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
	return scheda.Indirizzo{
		Via:      words(specie, w.Toponimo.Denominazione),
		Civico:   w.Civico.String(),
		Interno:  w.Civico.Interno.String(),
		CAP:      trim(w.CAP),
		Frazione: trim(w.Frazione),
		Comune:   w.Comune.localita(),
	}
}

// String prints the number as on the plate: 12, 12/A, 43/6, 8/B ROSSO,
// km 1,200, SNC.
func (w wireCivico) String() string {
	number := trim(w.Numero)
	switch {
	case number != "":
	case trim(w.Metrico) != "":
		number = chilometrico(trim(w.Metrico))
	case trim(w.SNC) != "":
		number = "SNC"
	}
	for _, part := range []string{w.Lettera, w.Esponente} {
		switch part = trim(part); {
		case part == "":
		case number == "":
			number = part
		default:
			number += "/" + part
		}
	}
	switch trim(w.Colore) {
	case "1":
		return words(number, "ROSSO")
	case "2":
		return words(number, "NERO")
	}
	return number
}

// chilometrico prints the metres from the start of a road as roads are signed.
func chilometrico(metres string) string {
	m, err := strconv.Atoi(metres)
	if err != nil {
		return "km " + metres
	}
	return fmt.Sprintf("km %d,%03d", m/1000, m%1000)
}

// String prints the way from the street door: scala A, piano 2, int. 3/B.
func (w wireInterno) String() string {
	var parts []string
	add := func(label string, values ...string) {
		var text []string
		for _, v := range values {
			if v = trim(v); v != "" {
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

// words joins what is not empty with single blanks.
func words(list ...string) string { return strings.Join(strings.Fields(strings.Join(list, " ")), " ") }
