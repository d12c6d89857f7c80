package anpr

import (
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestNumbersReadAsOnThePlate(t *testing.T) {
	t.Parallel()
	for want, civico := range map[string]wireCivico{
		"":              {},
		"7":             {Numero: "7"},
		"12/A":          {Numero: "12", Lettera: "A"},
		"43/6":          {Numero: "43", Esponente: "6"},
		"8/B/2":         {Numero: "8", Lettera: "B", Esponente: "2"},
		"8/B ROSSO":     {Numero: "8", Lettera: "B", Colore: "1"},
		"8 NERO":        {Numero: " 8 ", Colore: "2"},
		"9":             {Numero: "9", Colore: "7"},
		"km 1,200":      {Metrico: "1200"},
		"km 0,029":      {Metrico: "29"},
		"km 12,005/BIS": {Metrico: "12005", Esponente: "BIS"},
		"SNC":           {SNC: "1"},
		"SNC/A":         {SNC: "2", Lettera: "A"},
		"15":            {Numero: "15", SNC: "3"},
		"PAL":           {Esponente: "PAL"},
	} {
		if got := civico.String(); got != want {
			t.Errorf("%+v prints %q, want %q", civico, got, want)
		}
	}
}

func TestTheWayFromTheDoorReadsInOrder(t *testing.T) {
	t.Parallel()
	for want, interno := range map[string]wireInterno{
		"":                           {},
		"scala A, int. 3":            {Scala: "A", Interno1: "3"},
		"scala B, piano 2, int. 3/B": {Interno1: "3", Esponente1: "B", Piano: "2", Scala: "B"},
		"isolato 12, corte C, scala A, scala esterna E, piano T, int. 1, int. 2/A, secondario S, n.u.i. 4": {
			Isolato: "12", Corte: "C", Scala: "A", ScalaEsterna: "E", Piano: "T", Interno1: "1", Interno2: "2", Esponente2: "A", Secondario: "S", NUI: "4"},
	} {
		if got := interno.String(); got != want {
			t.Errorf("%+v prints %q, want %q", interno, got, want)
		}
	}
}

func TestStreetsReadWithTheirKind(t *testing.T) {
	t.Parallel()
	for want, specie := range map[string][2]string{
		"VIA DEI PINI":    {"VIA", ""},
		"PIAZZA DEI PINI": {"", "125"},
		"DEI PINI":        {"", "998"}, // other: nothing to print
		"BORGO DEI PINI":  {" BORGO ", "125"},
	} {
		var w wireIndirizzo
		w.Toponimo.Specie, w.Toponimo.CodSpecie, w.Toponimo.Denominazione = specie[0], specie[1], "DEI  PINI"
		if got := w.indirizzo().Via; got != want {
			t.Errorf("%v prints %q, want %q", specie, got, want)
		}
	}
	for _, code := range []string{"", "0", "-1", "259", "998", "x"} {
		if got := specieToponimo(code); got != "" {
			t.Errorf("kind %q is %q", code, got)
		}
	}
}

func TestDatesAreTakenAsWritten(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, senzaGiorno, senzaGiornoMese string
		want                               domain.Date
	}{
		{text: "1941-03-11", want: domain.Date{Year: 1941, Month: 3, Day: 11}},
		{text: "1941-03-11+02:00", want: domain.Date{Year: 1941, Month: 3, Day: 11}},
		{text: "1941-03-11Z", want: domain.Date{Year: 1941, Month: 3, Day: 11}},
		{text: "2000-01-01-11:00", want: domain.Date{Year: 2000, Month: 1, Day: 1}},
		{text: " 1941-03-11\n", want: domain.Date{Year: 1941, Month: 3, Day: 11}},
		{text: "1941-03-01", senzaGiorno: "1", want: domain.Date{Year: 1941, Month: 3}},
		{text: "1941-01-01+01:00", senzaGiornoMese: "1", want: domain.Date{Year: 1941}},
		{text: "1941-01-01", senzaGiorno: "1", senzaGiornoMese: "1", want: domain.Date{Year: 1941}},
		{text: "1941-03-11", senzaGiorno: "0", want: domain.Date{Year: 1941, Month: 3, Day: 11}},
		{text: "1941-02-30"},
		{text: "-041-02-03"},
		{text: "11/03/1941"},
		{text: ""},
		{text: strings.Repeat("9", 40)},
	} {
		if got := partial(c.text, c.senzaGiorno, c.senzaGiornoMese); got != c.want {
			t.Errorf("%q reads %v, want %v", c.text, got, c.want)
		}
	}
}
