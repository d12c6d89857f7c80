package anpr

import (
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestNumbersReadAsOnThePlate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		civico           wireCivico
		number, building string
	}{
		{wireCivico{}, "", ""},
		{wireCivico{Numero: "7"}, "7", ""},
		{wireCivico{Numero: "12", Lettera: "A"}, "12/A", ""},
		{wireCivico{Numero: "43", Esponente: "6"}, "43/6", ""},
		{wireCivico{Numero: "8", Lettera: "B", Esponente: "2"}, "8/B/2", ""},
		{wireCivico{Numero: "8", Lettera: "B", Colore: "1"}, "8/B ROSSO", ""},
		{wireCivico{Numero: "8", Lettera: "R"}, "8/R", ""},
		{wireCivico{Numero: "8", Lettera: "ROSSO"}, "8 ROSSO", ""},
		{wireCivico{Numero: " 8 ", Colore: "2"}, "8 NERO", ""},
		{wireCivico{Numero: "9", Colore: "7"}, "9", ""},
		{wireCivico{Metrico: "1200"}, "km 1,200", ""},
		{wireCivico{Metrico: "29"}, "km 0,029", ""},
		{wireCivico{Metrico: "12005", Esponente: "BIS"}, "km 12,005/BIS", ""},
		{wireCivico{Numero: "0", Lettera: "KM. 2,300"}, "0 KM. 2,300", ""},
		{wireCivico{Esponente: "km 4"}, "km 4", ""},
		{wireCivico{SNC: "1"}, "SNC", ""},
		{wireCivico{SNC: "2", Lettera: "A"}, "SNC/A", ""},
		{wireCivico{Numero: "15", SNC: "3"}, "15", ""},
		{wireCivico{Numero: "0", Lettera: "S.N.C."}, "SNC", ""},
		{wireCivico{Esponente: "snc"}, "SNC", ""},
		{wireCivico{Numero: "0", SNC: "4"}, "SNC", ""},
		{wireCivico{Lettera: "KM4"}, "KM4", ""},
		{wireCivico{Numero: "15", Esponente: "SNC"}, "15", ""},
		{wireCivico{Numero: "0"}, "0", ""},
		{wireCivico{Numero: "12", Esponente: "A BIS"}, "12/A BIS", ""},
		{wireCivico{Numero: "12", Esponente: "quinquies"}, "12/quinquies", ""},
		{wireCivico{Numero: "12", Lettera: "A-C"}, "12/A-C", ""},
		{wireCivico{Esponente: "PAL"}, "PAL", ""},
		{wireCivico{Numero: "0", Esponente: "RESIDENZA  I TIGLI"}, "", "RESIDENZA I TIGLI"},
		{wireCivico{Numero: "7", Lettera: "B", Esponente: "CASA COLONICA"}, "7/B", "CASA COLONICA"},
		{wireCivico{Esponente: "CASCINA"}, "", "CASCINA"},
		{wireCivico{Numero: "3", Lettera: "EX 12"}, "3", "EX 12"},
	} {
		if number, building := c.civico.read(); number != c.number || building != c.building {
			t.Errorf("%+v reads %q and %q, want %q and %q", c.civico, number, building, c.number, c.building)
		}
	}
}

// An address is read in one line, whatever stands for its number.
func TestAnAddressReadsAsOneLine(t *testing.T) {
	t.Parallel()
	for want, civico := range map[string]wireCivico{
		"VIA DEI NOCI 7/A, scala B":         {Numero: "7", Lettera: "A", Interno: wireInterno{Scala: "B"}},
		"VIA DEI NOCI, RESIDENZA I TIGLI":   {Numero: "0", Esponente: "RESIDENZA I TIGLI"},
		"VIA DEI NOCI 4, VILLA ADA, int. 2": {Numero: "4", Esponente: "VILLA ADA", Interno: wireInterno{Interno1: "2"}},
		"VIA DEI NOCI 0 KM. 2,300":          {Numero: "0", Lettera: "KM. 2,300"},
		"VIA DEI NOCI SNC":                  {Numero: "0", Lettera: "SNC"},
		"VIA DEI NOCI":                      {},
	} {
		var w wireIndirizzo
		w.Toponimo.Specie, w.Toponimo.Denominazione, w.Civico = "VIA", "DEI NOCI", civico
		if got := w.indirizzo().String(); got != want {
			t.Errorf("%+v reads %q, want %q", civico, got, want)
		}
	}
}

func TestTheWayFromTheDoorReadsInOrder(t *testing.T) {
	t.Parallel()
	for want, interno := range map[string]wireInterno{
		"":                               {},
		"scala A, int. 3":                {Scala: "A", Interno1: "3"},
		"scala C, piano TERRA, int. 7/B": {Scala: "SC. C", Interno1: "INT.7", Esponente1: "B", Piano: "PIANO TERRA"},
		"piano INTERRATO":                {Piano: "INTERRATO"},
		"scala B, piano 2, int. 3/B":     {Interno1: "3", Esponente1: "B", Piano: "2", Scala: "B"},
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
