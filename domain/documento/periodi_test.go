package documento_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// entered is luca, entered in a Comune on a day for a reason of table 7 or 19.
func entered(on scheda.Localita, dal, motivo string) scheda.Persona {
	s := luca()
	s.Residenze = nil
	s.Iscrizione = &scheda.Iscrizione{Data: data(dal), Comune: on, Codice: motivo}
	return s
}

// left is a card cancelled on a day for a reason of table 15.
func left(s scheda.Persona, on, motivo string) scheda.Persona {
	s.Cancellazione = &scheda.Cancellazione{Codice: motivo, Decorrenza: data(on)}
	return s
}

func dead(s scheda.Persona, on string) scheda.Persona {
	s.Decesso = &scheda.Evento{Data: data(on)}
	return s
}

func abroad(dal string) scheda.Residenza {
	return scheda.Residenza{Tipo: "4", Decorrenza: data(dal), Estero: &scheda.Estero{Indirizzo: "RUE IMAGINAIRE 12", Localita: bruxelles}}
}

func aire(s scheda.Persona) scheda.Persona {
	s.Generalita.AIRE = true
	return s
}

func answer(residenze []scheda.Residenza, cards ...scheda.Persona) scheda.Scheda {
	s := persona(cards...)
	s.Residenze = residenze
	return s
}

// A border of a period is what the registry says, or is not known.
func TestPeriodsEndWhereTheRegistrySays(t *testing.T) {
	t.Parallel()
	vecchia, nuova := via(bagnacavallo, "VIA VECCHIA", "1", "2010-03-01"), via(bagnacavallo, "VIA NUOVA", "2", "2021-10-18")
	pini := via(cesena, "VIA DEI PINI", "4", "2005-01-01")
	at := func(s scheda.Persona, r scheda.Residenza) scheda.Persona {
		s.Residenze = []scheda.Residenza{r}
		return s
	}
	broken := answer([]scheda.Residenza{vecchia, nuova}, entered(bagnacavallo, "2010-03-01", "3"))
	broken.Interruzioni = []domain.Date{data("2021-10-17")}
	const today = ""
	for name, c := range map[string]struct {
		scheda scheda.Scheda
		want   [][3]string // first day, last day, why
	}{
		"moved": {answer([]scheda.Residenza{nuova, vecchia}, entered(bagnacavallo, "2010-03-01", "3")),
			[][3]string{{"2010-03-01", "2021-10-17", "trasferimento"}, {"2021-10-18", today, "in corso"}}},
		"found again, nobody knows since when missed": {answer([]scheda.Residenza{nuova, vecchia}, entered(bagnacavallo, "2021-10-18", "5")),
			[][3]string{{"2010-03-01", "", "non noto"}, {"2021-10-18", today, "in corso"}}},
		"come back from abroad": {answer([]scheda.Residenza{nuova, vecchia}, entered(bagnacavallo, "2021-10-10", "4")),
			[][3]string{{"2010-03-01", "", "non noto"}, {"2021-10-18", today, "in corso"}}},
		"abroad in AIRE, and back": {answer([]scheda.Residenza{vecchia, abroad("2014-02-01")}, entered(bagnacavallo, "2021-10-18", "6")),
			[][3]string{{"2010-03-01", "2014-01-31", "trasferimento"}, {"2014-02-01", "2021-10-17", "trasferimento"}}},
		"entered in AIRE, without an address there": {answer([]scheda.Residenza{vecchia, nuova}, left(aire(entered(bagnacavallo, "2014-02-01", "C01")), "2021-10-17", "3"), entered(bagnacavallo, "2021-10-18", "6")),
			[][3]string{{"2010-03-01", "2014-01-31", "trasferimento"}, {"2021-10-18", today, "in corso"}}},
		"cancelled, then entered again": {answer([]scheda.Residenza{vecchia, nuova}, left(entered(bagnacavallo, "2010-03-01", "3"), "2018-05-14", "6"), entered(bagnacavallo, "2021-10-18", "3")),
			[][3]string{{"2010-03-01", "2018-05-14", "cancellazione"}, {"2021-10-18", today, "in corso"}}},
		"entered again at the old address": {answer([]scheda.Residenza{vecchia}, left(entered(bagnacavallo, "2010-03-01", "3"), "2018-05-14", "6"), at(entered(bagnacavallo, "2021-10-18", "5"), vecchia)),
			[][3]string{{"2010-03-01", "2018-05-14", "cancellazione"}, {"2021-10-18", today, "in corso"}}},
		"a second card was cancelled": {answer([]scheda.Residenza{vecchia}, left(entered(cesena, "2011-03-01", "3"), "2018-05-14", "10"), entered(bagnacavallo, "2010-03-01", "3")),
			[][3]string{{"2010-03-01", today, "in corso"}}},
		"the old Comune cancelled late": {answer([]scheda.Residenza{pini, vecchia}, left(entered(cesena, "2005-01-01", "3"), "2010-03-20", "3"), entered(bagnacavallo, "2010-03-01", "3")),
			[][3]string{{"2005-01-01", "2010-02-28", "trasferimento"}, {"2010-03-01", today, "in corso"}}},
		"entered before the first address there": {answer([]scheda.Residenza{pini, nuova}, entered(bagnacavallo, "2012-06-01", "3")),
			[][3]string{{"2005-01-01", "2012-05-31", "trasferimento"}, {"2021-10-18", today, "in corso"}}},
		"entered on one day on two cards, one of them cancelled that day": {answer([]scheda.Residenza{vecchia, nuova}, at(entered(bagnacavallo, "2021-10-18", "5"), nuova), left(entered(bagnacavallo, "2021-10-18", "3"), "2021-10-18", "6")),
			[][3]string{{"2010-03-01", "", "non noto"}, {"2021-10-18", today, "in corso"}}},
		"gone to a Comune that ANPR does not tell, and back": {answer([]scheda.Residenza{vecchia, nuova}, with(entered(bagnacavallo, "2021-10-18", "3"), func(s *scheda.Persona) { s.Iscrizione.Provenienza = cesena })),
			[][3]string{{"2010-03-01", "", "altro comune"}, {"2021-10-18", today, "in corso"}}},
		"come from one Comune by way of another": {answer([]scheda.Residenza{pini, nuova}, with(entered(bagnacavallo, "2021-10-18", "3"), func(s *scheda.Persona) {
			s.Iscrizione.Provenienza = scheda.Localita{Nome: "LUGO", ISTAT: "039012", Provincia: "RA"}
		})),
			[][3]string{{"2005-01-01", "", "altro comune"}, {"2021-10-18", today, "in corso"}}},
		"come straight from the Comune of the address": {answer([]scheda.Residenza{pini, nuova}, with(entered(bagnacavallo, "2021-10-18", "3"), func(s *scheda.Persona) { s.Iscrizione.Provenienza = cesena })),
			[][3]string{{"2005-01-01", "2021-10-17", "trasferimento"}, {"2021-10-18", today, "in corso"}}},
		"dead before the cancellation": {answer([]scheda.Residenza{vecchia}, dead(left(entered(bagnacavallo, "2010-03-01", "3"), "2020-03-16", "1"), "2020-03-10")),
			[][3]string{{"2010-03-01", "2020-03-10", "decesso"}}},
		"dead before an address began": {answer([]scheda.Residenza{vecchia, nuova}, dead(left(entered(bagnacavallo, "2010-03-01", "3"), "2020-03-16", "1"), "2020-03-10")),
			[][3]string{{"2010-03-01", "2020-03-10", "decesso"}}},
		"dead in a year of which no day is known": {answer([]scheda.Residenza{vecchia}, dead(left(entered(bagnacavallo, "2010-03-01", "3"), "2020-03-16", "1"), "2020")),
			[][3]string{{"2010-03-01", "2020", "decesso"}}},
		"presumed dead": {answer([]scheda.Residenza{vecchia}, left(entered(bagnacavallo, "2010-03-01", "3"), "2024-05-05", "2")),
			[][3]string{{"2010-03-01", "2024-05-05", "cancellazione"}}},
		"cancelled on no day": {answer([]scheda.Residenza{vecchia}, with(left(entered(bagnacavallo, "2010-03-01", "3"), "2024-05-05", "6"), func(s *scheda.Persona) { s.Cancellazione.Decorrenza = domain.Date{} })),
			[][3]string{{"2010-03-01", "", "non noto"}}},
		"a history that misses the present address": {answer([]scheda.Residenza{vecchia}, at(entered(bagnacavallo, "2010-03-01", "3"), nuova)),
			[][3]string{{"2010-03-01", "2021-10-17", "trasferimento"}, {"2021-10-18", today, "in corso"}}},
		"a domicile and a temporary stay": {answer([]scheda.Residenza{vecchia, {Tipo: "3", Decorrenza: data("2015-01-01")}, {Tipo: "8", Decorrenza: data("2016-01-01")}}, entered(bagnacavallo, "2010-03-01", "3")),
			[][3]string{{"2010-03-01", today, "in corso"}}},
		"the same address twice": {answer([]scheda.Residenza{vecchia, vecchia}, entered(bagnacavallo, "2010-03-01", "3")),
			[][3]string{{"2010-03-01", today, "in corso"}}},
		"nothing was held on a day between": {broken, [][3]string{{"2010-03-01", "", "non noto"}, {"2021-10-18", today, "in corso"}}},
	} {
		var got [][3]string
		for _, p := range documento.Periodi(c.scheda) {
			got = append(got, [3]string{p.Dal.String(), p.Al.String(), string(p.Fine)})
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// What the table of periods does not reach is said above it.
func TestAHistorySaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	vecchia := via(bagnacavallo, "VIA VECCHIA", "1", "2010-03-01")
	broken := answer([]scheda.Residenza{vecchia}, entered(bagnacavallo, "2010-03-01", "3"))
	broken.Interruzioni = []domain.Date{data("2010-02-28")}
	for name, c := range map[string]struct {
		scheda scheda.Scheda
		want   []string
	}{
		"nothing is": {answer([]scheda.Residenza{vecchia}, entered(bagnacavallo, "2010-03-01", "3")), nil},
		"addresses before the first": {answer([]scheda.Residenza{vecchia}, entered(bagnacavallo, "1963-04-11", "1")),
			[]string{"Iscrizione in anagrafe nel Comune di BAGNACAVALLO (RA) dal 11/04/1963: in ANPR non risultano gli indirizzi anteriori al 01/03/2010."}},
		"the present address": {answer([]scheda.Residenza{vecchia}, entered(bagnacavallo, "2021-10-18", "5")),
			[]string{"In ANPR non risulta l'indirizzo attuale."}},
		"the present address of one who left": {answer([]scheda.Residenza{vecchia}, left(entered(bagnacavallo, "2010-03-01", "3"), "2018-05-14", "6")), nil},
		"a day that was asked about": {broken,
			[]string{"Ricostruzione a ritroso interrotta al 28/02/2010: per quel giorno ANPR non restituisce alcuna residenza."}},
	} {
		doc, _, refusal := documento.Compose(caso(domain.ResidenzaStorica, c.scheda))
		if refusal != nil {
			t.Fatalf("%s: %s", name, refusal.Code)
		}
		if got := doc.Sections[1].Text[1:]; !slices.Equal(got, c.want) {
			t.Errorf("%s: says %q, want %q", name, got, c.want)
		}
	}
}

// registered draws the cards and the addresses of one person.
func registered() *rapid.Generator[scheda.Scheda] {
	first := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	return rapid.Custom(func(t *rapid.T) scheda.Scheda {
		day := func(label string) domain.Date {
			return domain.DateOf(first.AddDate(0, 0, rapid.IntRange(0, 400).Draw(t, label)))
		}
		where := func() scheda.Localita {
			return rapid.SampledFrom([]scheda.Localita{bagnacavallo, cesena, {}}).Draw(t, "Comune")
		}
		var s scheda.Scheda
		for range rapid.IntRange(1, 3).Draw(t, "cards") {
			p := scheda.Persona{Generalita: scheda.Generalita{AIRE: rapid.IntRange(0, 4).Draw(t, "aire") == 0}}
			if rapid.Bool().Draw(t, "entered") {
				codes := []string{"1", "3", "4", "5", "6", "7", "9", "C01", "C04"}
				p.Iscrizione = &scheda.Iscrizione{Data: day("entry"), Comune: where(), Codice: rapid.SampledFrom(codes).Draw(t, "motive")}
			}
			if rapid.Bool().Draw(t, "left") {
				p.Cancellazione = &scheda.Cancellazione{Decorrenza: day("cancellation"), Codice: rapid.SampledFrom([]string{"1", "3", "6", "10"}).Draw(t, "why")}
			}
			if p.Cancellazione != nil && rapid.Bool().Draw(t, "dead") {
				p.Decesso = &scheda.Evento{Data: day("death")}
			}
			s.Persone = append(s.Persone, p)
		}
		for range rapid.IntRange(0, 5).Draw(t, "addresses") {
			r := scheda.Residenza{Tipo: "1", Decorrenza: day("start"), Indirizzo: scheda.Indirizzo{Via: "VIA", Comune: where()}}
			if rapid.IntRange(0, 4).Draw(t, "abroad") == 0 {
				r = abroad(r.Decorrenza.String())
			}
			s.Residenze = append(s.Residenze, r)
		}
		if rapid.Bool().Draw(t, "broken off") {
			s.Interruzioni = append(s.Interruzioni, day("gap"))
		}
		return s
	})
}

func TestPeriodsAreNeverInvented(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := registered().Draw(t, "answer")
		periodi := documento.Periodi(s)
		for i, p := range periodi {
			if i > 0 {
				if before := periodi[i-1]; before.Al.Compare(p.Dal) > 0 || before.Fine == documento.InCorso || before.Dal.Compare(p.Dal) > 0 {
					t.Fatalf("%v overlaps %v", before, p)
				}
			}
			if p.Al.Compare(p.Dal) < 0 && !p.Al.IsZero() || p.Al.IsZero() != slices.Contains(endless, p.Fine) {
				t.Fatalf("ends on no day: %v", p)
			}
			if !recorded(s, p) {
				t.Fatalf("a border that no card and no address has: %v", p)
			}
			if over := goesOver(s, p); over != "" {
				t.Fatalf("goes on over %s: %v", over, p)
			}
		}
	})
}

// endless are the borders without a day.
var endless = []documento.Confine{documento.InCorso, documento.NonNoto, documento.ViaAltroComune, documento.Incerto}

// recorded says that both borders of a period are days that the answer bears, or
// the day before.
func recorded(s scheda.Scheda, p documento.Periodo) bool {
	days := []domain.Date{{}}
	add := func(d domain.Date) { days = append(days, d, domain.DateOf(d.Time().AddDate(0, 0, -1))) }
	for _, r := range s.Residenze {
		add(r.Decorrenza)
	}
	for _, c := range s.Persone {
		if c.Iscrizione != nil {
			add(c.Iscrizione.Data)
		}
		if c.Cancellazione != nil {
			add(c.Cancellazione.Decorrenza)
		}
		if c.Decesso != nil {
			add(c.Decesso.Data)
		}
	}
	return slices.Contains(days, p.Dal) && slices.Contains(days, p.Al)
}

// goesOver names what a period goes on over and must not: a death, the
// cancellation of the only card, an entry after an absence, a day without any
// residence.
func goesOver(s scheda.Scheda, p documento.Periodo) string {
	covers := func(d domain.Date) bool {
		return p.Dal.Compare(d) < 0 && (p.Fine == documento.InCorso || d.Compare(p.Al) < 0)
	}
	for _, c := range s.Persone {
		switch {
		case c.Decesso != nil && (covers(c.Decesso.Data) || p.Dal.Compare(c.Decesso.Data) > 0):
			return "a death"
		case c.Cancellazione != nil && c.Cancellazione.Codice == "10" && len(s.Persone) > 1:
			// a card too many: neither its entry nor its end was a fact
		case c.Cancellazione != nil && len(s.Persone) == 1 && covers(c.Cancellazione.Decorrenza):
			return "a cancellation"
		case c.Iscrizione != nil && c.Iscrizione.Codice == "5" && covers(domain.DateOf(c.Iscrizione.Data.Time().AddDate(0, 0, -1))):
			return "an entry"
		}
	}
	if slices.ContainsFunc(s.Interruzioni, covers) {
		return "a day without residence"
	}
	return ""
}
