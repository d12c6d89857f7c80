package scheda_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

var (
	lugo  = scheda.Localita{Nome: "LUGO", ISTAT: "039012", Provincia: "RA"}
	kabul = scheda.Localita{Nome: "KABUL", Stato: "AFGHANISTAN", CodiceStato: "301"}
)

func day(year, month, day int) domain.Date { return domain.Date{Year: year, Month: month, Day: day} }

func TestPlacesAreWrittenInOneLine(t *testing.T) {
	t.Parallel()
	house := scheda.Indirizzo{Via: "VIA ROMA", Civico: "7/A", Interno: "scala B", CAP: "48022", Frazione: "VILLANOVA", Comune: lugo}
	for want, place := range map[string]interface{ String() string }{
		"LUGO (RA)":             scheda.Luogo{Comune: lugo},
		"KABUL (AFGHANISTAN)":   scheda.Luogo{Estero: kabul},
		"IN VOLO":               scheda.Luogo{Eccezionale: "IN VOLO", Comune: lugo},
		"":                      scheda.Luogo{},
		"QUEBEC, CANADA":        scheda.Localita{Provincia: "QUEBEC", Stato: "CANADA"},
		"VIA ROMA 7/A, scala B": house,
		"VIA ROMA 7/A, scala B, VILLANOVA, 48022 LUGO (RA)": scheda.Residenza{Indirizzo: house},
		"STREET 1, 100 KABUL (AFGHANISTAN)":                 scheda.Residenza{Estero: &scheda.Estero{Indirizzo: "STREET 1", CAP: "100", Localita: kabul}},
		"italiana":                                          scheda.Cittadinanza{CodiceStato: "100", Stato: "ITALIA"},
		"ALBANIA":                                           scheda.Cittadinanza{CodiceStato: "201", Stato: "ALBANIA"},
		"non attribuibile":                                  scheda.Cittadinanza{CodiceStato: "998"},
	} {
		if got := place.String(); got != want {
			t.Errorf("%#v reads %q, want %q", place, got, want)
		}
	}
}

func TestCodesAreSaidInWords(t *testing.T) {
	t.Parallel()
	woman := scheda.Generalita{Sesso: "F"}
	widow, known := scheda.Persona{Generalita: woman, StatoCivile: scheda.Vedovo}.StatoCivileText()
	_, unclassified := scheda.Persona{StatoCivile: "9"}.StatoCivileText()
	if !known || unclassified {
		t.Errorf("a widow's status is known: %v; an unclassified one: %v", known, unclassified)
	}
	left := func(code string, aire bool) string {
		return scheda.Persona{Generalita: scheda.Generalita{AIRE: aire}, Cancellazione: &scheda.Cancellazione{Codice: code}}.CancellazioneText()
	}
	relation := func(sex, code string) string {
		return scheda.Persona{Generalita: scheda.Generalita{Sesso: sex}, Legame: &scheda.Legame{Codice: code}}.LegameText()
	}
	for _, c := range []struct{ got, want string }{
		{widow, "vedova"},
		{relation("F", "2"), "moglie"},
		{relation("", "2"), "marito/moglie"},
		{relation("F", "13"), "altro parente"},
		{relation("M", "77"), "codice 77"},
		{scheda.Persona{}.LegameText(), "non definito o non comunicato"},
		{left("6", false), "irreperibilità"},
		{left("6", true), "perdita della cittadinanza"},
		{left("42", false), "codice 42"},
		{left("", false), ""},
		{scheda.Persona{}.CancellazioneText(), ""},
		{scheda.Cessazione{Tipo: "3"}.TipoText(), "scioglimento"},
		{scheda.Cessazione{Tipo: "3", Unione: true}.TipoText(), "sentenza"},
		{scheda.Residenza{Tipo: "2"}.TipoText(), "dimora abituale"},
	} {
		if c.got != c.want {
			t.Errorf("reads %q, want %q", c.got, c.want)
		}
	}
}

func TestTheResidenceInForceIsTheLatestOfTheFirstType(t *testing.T) {
	t.Parallel()
	at := func(tipo string, year int) scheda.Residenza {
		return scheda.Residenza{Tipo: tipo, Decorrenza: day(year, 1, 1), Indirizzo: scheda.Indirizzo{Via: "VIA " + tipo, Comune: lugo}}
	}
	p := scheda.Persona{Residenze: []scheda.Residenza{
		at("2", 2024), at("1", 2010), at("1", 2015), {Tipo: "1", Decorrenza: day(2025, 1, 1)},
		{Tipo: "4", Estero: &scheda.Estero{Localita: kabul}},
	}}
	if r, ok := p.Residenza(); !ok || r.Tipo != "1" || r.Decorrenza.Year != 2015 {
		t.Errorf("residence %+v, %v", r, ok)
	}
	if r, ok := p.ResidenzaEstera(); !ok || r.Tipo != "4" {
		t.Errorf("residence abroad %+v, %v", r, ok)
	}
	homeless := scheda.Persona{Residenze: []scheda.Residenza{at("3", 2020)}}
	if _, ok := homeless.Residenza(); ok {
		t.Error("a domicile is taken for a residence")
	}
	if r, ok := homeless.Domicilio(); !ok || r.Tipo != "3" {
		t.Errorf("domicile %+v, %v", r, ok)
	}
	if got := p.Comune(); got != lugo {
		t.Errorf("registered at %v", got)
	}
}

func TestALabelIsNoPlace(t *testing.T) {
	t.Parallel()
	place := func(town, state, code string) scheda.Localita {
		return scheda.Localita{Nome: town, Stato: state, CodiceStato: code}
	}
	for want, l := range map[string]scheda.Localita{
		"SARATOV":                  place("SARATOV", "NON ATTRIBUIBILE", "998"),
		"SKOPJE (JUGOSLAVIA)":      place("SKOPJE", "JUGOSLAVIA", "998"),
		"DANZICA":                  place("DANZICA", " non  nota ", "997"),
		"LEOPOLI":                  place("LEOPOLI", "APOLIDE", "999"),
		"":                         place("SCONOSCIUTA", "Non attribuibile", "998"),
		"KABUL (AFGHANISTAN)":      kabul,
		"SAN PAOLO (STATO IGNOTO)": place("SAN PAOLO", "STATO IGNOTO", "605"),
	} {
		if got := l.String(); got != want {
			t.Errorf("%+v reads %q, want %q", l, got, want)
		}
		if unattributed := l.CodiceStato > "996" && l.StatoText() == ""; l.Unattributed() != unattributed {
			t.Errorf("%+v is unattributed: %v", l, !unattributed)
		}
	}
	for want, c := range map[string]scheda.Cittadinanza{
		"JUGOSLAVIA":       {Stato: "JUGOSLAVIA", CodiceStato: "998"},
		"non attribuibile": {Stato: "NON ATTRIBUIBILE", CodiceStato: "998"},
		"non nota":         {Stato: "NON NOTA", CodiceStato: "997"},
		"APOLIDE":          {CodiceStato: "999"},
		"ITALIA":           {CodiceStato: "100"},
		"codice Stato 201": {CodiceStato: "201"},
	} {
		if got := c.StatoText(); got != want || c.Unnamed() != strings.HasPrefix(got, "non ") {
			t.Errorf("%+v reads %q, want %q; unnamed %v", c, got, want, c.Unnamed())
		}
	}
}

func TestCardsOfOnePerson(t *testing.T) {
	t.Parallel()
	card := func(id, code, name string) scheda.Persona {
		return scheda.Persona{IDANPR: id, Generalita: scheda.Generalita{CodiceFiscale: domain.CodiceFiscale(code), Nome: name}}
	}
	for name, c := range map[string]struct {
		a, b scheda.Persona
		same bool
	}{
		"one id":                           {card("A", "X", ""), card("A", "Y", ""), true},
		"two ids, one tax code":            {card("A", "X", ""), card("B", "X", ""), true},
		"two ids, the code is missing":     {card("A", "", "MARIO"), card("B", "", "MARIO"), false},
		"nothing but details, all alike":   {card("", "", "MARIO"), card("", "", "MARIO"), true},
		"nothing but details, one differs": {card("", "", "MARIO"), card("", "", "MARIA"), false},
	} {
		if c.a.Same(c.b) != c.same || c.b.Same(c.a) != c.same {
			t.Errorf("%s: want %v", name, c.same)
		}
	}
}

func TestTheMembersOfAFamilyBeginWithItsHead(t *testing.T) {
	t.Parallel()
	member := func(id, relation string, number int) scheda.Persona {
		return scheda.Persona{IDANPR: id, Legame: &scheda.Legame{Tipo: "3", Codice: relation, Progressivo: number}}
	}
	gone, dead := member("gone", "3", 1), member("dead", "3", 1)
	gone.Cancellazione, dead.Decesso = &scheda.Cancellazione{Codice: "3"}, &scheda.Evento{}
	family := scheda.Scheda{Persone: []scheda.Persona{gone, {IDANPR: "unnumbered"}, member("third", "3", 3), dead, member("second", "2", 2), member("head", "1", 4)}}
	var order []string
	for _, m := range family.Componenti() {
		order = append(order, m.IDANPR)
	}
	if want := []string{"head", "second", "third", "unnumbered"}; !slices.Equal(order, want) {
		t.Errorf("members %v, want %v", order, want)
	}
	if len(family.Persone) != 6 || family.Persone[0].IDANPR != "gone" {
		t.Error("the card has changed")
	}
}
