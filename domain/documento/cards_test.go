package documento_test

import (
	"reflect"

	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// answers draws answers as the registry's schema admits them, coherent or not:
// every block may be missing, every code is one of its table, every date is
// whole, partial or missing. Every second answer is about luca's family.
func answers() *rapid.Generator[scheda.Scheda] {
	card, rest := rapid.MakeCustom[scheda.Persona](cardParts), rapid.MakeCustom[scheda.Scheda](cardParts)
	return rapid.Custom(func(t *rapid.T) scheda.Scheda {
		s := rest.Draw(t, "answer")
		s.Persone = rapid.SliceOfN(card, 1, 2).Draw(t, "cards")
		if rapid.Bool().Draw(t, "luca's") {
			s.Anomalie = nil
			abroad, dead := rapid.IntRange(0, 3).Draw(t, "abroad") == 0, rapid.IntRange(0, 3).Draw(t, "dead") == 0
			for i, member := range []scheda.Persona{luca(), sara()}[:len(s.Persone)] {
				p := &s.Persone[i]
				p.Generalita, p.Certificabile, p.Legame, p.Iscrizione = member.Generalita, member.Certificabile, member.Legame, member.Iscrizione
				p.Generalita.AIRE = abroad
				if !dead {
					p.Decesso, p.Cancellazione = nil, nil
				}
			}
		}
		return s
	})
}

// cardParts say how each part of an answer is drawn.
var cardParts = rapid.MakeConfig{
	Kinds: map[reflect.Kind]*rapid.Generator[any]{
		reflect.String: oneOf("", "ROSSI", "MARIA LUISA", "12/B", "A BORDO DELLA NAVE AURELIA"),
		reflect.Int:    oneOf(0, 1, 2, 12),
		reflect.Bool:   oneOf(false, false, false, true),
	},
	Types: map[reflect.Type]*rapid.Generator[any]{
		reflect.TypeFor[domain.Date]():          rapid.Custom(drawDate).AsAny(),
		reflect.TypeFor[domain.CodiceISTAT]():   oneOf[domain.CodiceISTAT]("", "039002", "039002", "039002", "040007"),
		reflect.TypeFor[domain.CodiceFiscale](): oneOf(luca().Generalita.CodiceFiscale, luca().Generalita.CodiceFiscale, sara().Generalita.CodiceFiscale, ""),
	},
	Fields: map[reflect.Type]map[string]*rapid.Generator[any]{
		reflect.TypeFor[scheda.Persona](): {
			"StatoCivile": oneOf("", "1", "2", "3", "4", "6", "7", "8", "9"), "Certificabile": oneOf("", "0", "1", "2", "2", "2", "3", "4"),
		},
		reflect.TypeFor[scheda.Generalita](): {"Sesso": oneOf("M", "F", "N"), "AnnoEspatrio": oneOf("", "1998")},
		reflect.TypeFor[scheda.Localita](): {
			"Provincia": oneOf("", "RA"), "Stato": oneOf("", "ALBANIA", "JUGOSLAVIA"), "CodiceStato": oneOf("", "100", "201", "997", "998", "999"),
		},
		reflect.TypeFor[scheda.Cittadinanza](): {
			"Stato": oneOf("", "ITALIA", "ALBANIA", "JUGOSLAVIA"), "CodiceStato": oneOf("100", "100", "201", "997", "998", "999"),
		},
		reflect.TypeFor[scheda.Cessazione]():    {"Tipo": oneOf("", "1", "2", "3", "4", "5", "8", "9", "98")},
		reflect.TypeFor[scheda.Residenza]():     {"Tipo": oneOf("", "1", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10")},
		reflect.TypeFor[scheda.Legame]():        {"Tipo": oneOf("3", "3", "4", "5"), "Codice": oneOf("", "1", "1", "2", "3", "14", "99")},
		reflect.TypeFor[scheda.Famiglia]():      {"TipoScheda": oneOf("3", "3", "4", "5"), "Denominazione": oneOf("", "", "CASA DI RIPOSO")},
		reflect.TypeFor[scheda.Iscrizione]():    {"Codice": oneOf("1", "3", "4", "5", "6", "7", "9", "C01", "C04")},
		reflect.TypeFor[scheda.Cancellazione](): {"Codice": oneOf("1", "2", "3", "5", "6", "8", "10", "12", "13")},
		reflect.TypeFor[scheda.Anomalia]():      {"Codice": oneOf("EN176", "EN348", "ANPR01"), "Testo": oneOf("")},
	},
}

// oneOf draws one of some values.
func oneOf[T any](values ...T) *rapid.Generator[any] { return rapid.SampledFrom(values).AsAny() }

// drawDate draws a date of some years close to each other, one in two whole.
func drawDate(t *rapid.T) domain.Date {
	d := domain.Date{Year: rapid.IntRange(2015, 2020).Draw(t, "year"), Month: rapid.IntRange(1, 12).Draw(t, "month"), Day: rapid.IntRange(1, 28).Draw(t, "day")}
	switch rapid.IntRange(0, 7).Draw(t, "known") {
	case 0:
		return domain.Date{}
	case 1:
		d.Day = 0
	case 2:
		d.Month, d.Day = 0, 0
	}
	return d
}
