package simulator_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

// byNames are the criteria for a person by names, sex and birthday.
func byNames(p *people.Person) question {
	tag := func(name, none, s string) string {
		if s == "" {
			return "<" + none + ">1</" + none + ">"
		}
		return "<" + name + ">" + s + "</" + name + ">"
	}
	partial := ""
	if p.Birth.NoDay {
		partial = "<senzaGiorno>1</senzaGiorno>"
	}
	if p.Birth.NoDayMonth {
		partial = "<senzaGiornoMese>1</senzaGiornoMese>"
	}
	return question{codes: []int{2},
		criteria: tag("cognome", "senzaCognome", p.Surname) + tag("nome", "senzaNome", p.Name) + "<sesso>" + string(rune(p.Sex)) + "</sesso>",
		birth:    "<datiNascita><dataEvento>" + p.Birth.Date.Format(time.DateOnly) + "</dataEvento>" + partial + "</datiNascita>"}
}

// bornIn narrows a question to a birthplace.
func bornIn(q question, p people.Place) question {
	place := ""
	switch {
	case p.Comune != nil:
		place = "<comune><nomeComune>" + p.Comune.Name + "</nomeComune><codiceIstat>" + p.Comune.Istat + "</codiceIstat><siglaProvinciaIstat>" + p.Comune.Province + "</siglaProvinciaIstat></comune>"
	case p.State != nil:
		place = "<localita><descrizioneStato>" + p.State.Name + "</descrizioneStato><codiceStato>" + p.State.Code + "</codiceStato></localita>"
	}
	q.birth = strings.Replace(q.birth, "</datiNascita>", "<luogoNascita>"+place+"</luogoNascita></datiNascita>", 1)
	return q
}

func TestWhoIsWrittenOutOrKnownInPartIsFound(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	umlauts, unnamed := population().Odd(people.Umlauts), population().Odd(people.UnnamedBornInAYear)
	as := func(p *people.Person, old, new string, more ...string) question {
		q := byNames(p)
		replace := strings.NewReplacer(append([]string{old, new}, more...)...)
		q.criteria, q.birth = replace.Replace(q.criteria), replace.Replace(q.birth)
		return q
	}
	for name, c := range map[string]struct {
		ask  question
		want string
	}{
		"umlauts":                        {byNames(umlauts), "OK"},
		"written out":                    {as(umlauts, "WEIßENBÖCK", "WEISSENBOECK", "JÜRGEN", "JUERGEN"), "OK"},
		"without marks":                  {as(umlauts, "WEIßENBÖCK", "WEISSENBOCK", "JÜRGEN", "JURGEN"), "OK"},
		"of other letters":               {as(umlauts, "WEIßENBÖCK", "WEISENBOCK"), "KO EN122"},
		"no name, born in a year":        {byNames(unnamed), "OK"},
		"no name, born on a certain day": {as(unnamed, "<senzaGiornoMese>1</senzaGiornoMese>", ""), "KO EN071"},
		"no name, born in a month":       {as(unnamed, "senzaGiornoMese", "senzaGiorno"), "KO EN071"},
		"by a provisional code":          {question{codes: []int{2}, criteria: byCode("03900200019")}, "OK"},
	} {
		if got := r.ask(s, "3002", c.ask.String()).outcome(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestPeopleAreFoundByNamesHoweverTheyAreWritten(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	odd := slices.Concat(population().Select(bagnacavallo, people.NonASCII, 0), population().Select(bagnacavallo, people.NoSurname|people.Clean, 0),
		population().Select(bagnacavallo, people.NoName|people.Clean, 0), population().Select(bagnacavallo, people.LongName, 0), population().Select(bagnacavallo, people.PartialBirthDate, 0))
	tried := 0
	for _, p := range odd {
		if p.HasAny(people.Homonym | people.DuplicateCard | people.DoubleRegistration | people.FamilyRegistering) {
			continue
		}
		if tried++; tried > 30 {
			break
		}
		q := byNames(p)
		small := q
		small.criteria = strings.NewReplacer(p.Surname+"<", strings.ToLower(p.Surname)+"<", p.Name+"<", strings.ToLower(p.Name)+"<").Replace(q.criteria)
		if p.Surname == "" || p.Name == "" {
			small = q
		}
		for how, q := range map[string]question{"as written": q, "in small letters": small, "with the birthplace": bornIn(q, p.Birth.Place)} {
			if p.Birth.Place.Exceptional != "" && how == "with the birthplace" {
				continue
			}
			a := r.ask(s, "3002", q.String())
			if got := a.text("//identificativi/idANPR"); !strings.HasPrefix(a.outcome(), "OK") || got != p.IDANPR {
				t.Errorf("%q %q %s: %s %s", p.Surname, p.Name, how, a.outcome(), got)
			}
			if a.text("//datiSoggetto/generalita/cognome") != p.Surname || a.text("//datiSoggetto/generalita/nome") != p.Name ||
				(a.text("//datiSoggetto/generalita/senzaCognome") == "1") != (p.Surname == "") || (a.text("//datiSoggetto/generalita/senzaNome") == "1") != (p.Name == "") {
				t.Errorf("%q %q comes back as %q %q", p.Surname, p.Name, a.text("//datiSoggetto/generalita/cognome"), a.text("//datiSoggetto/generalita/nome"))
			}
		}
	}
	if tried < 20 {
		t.Errorf("only %d people tried", tried)
	}
}

func TestNamesThatDifferFindNobody(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	p := population().First(bagnacavallo, people.NonASCII, people.FitsResidenza)
	q := byNames(p)
	other := func(from, to string) question {
		x := q
		x.criteria, x.birth = strings.Replace(x.criteria, from, to, 1), strings.Replace(x.birth, from, to, 1)
		if x.criteria == q.criteria && x.birth == q.birth {
			t.Fatalf("nothing changed by %q", from)
		}
		return x
	}
	abroad := population().First(bagnacavallo, people.FitsResidenzaAIRE)
	among := func(p *people.Person, who string) question {
		x := byNames(p)
		x.criteria += "<soggettoAIRE>" + who + "</soggettoAIRE>"
		return x
	}
	far := population().Select(cesena, people.FitsResidenza, people.Homonym)[0]
	atHome := byNames(far)
	atHome.more = inCesena
	everywhere := byNames(far)
	everywhere.more = national
	for name, c := range map[string]struct {
		ask  question
		want string
	}{
		"the same":                                {q, "OK"},
		"the other sex":                           {other("<sesso>"+string(rune(p.Sex)), "<sesso>"+string(rune('M'+'F'-int(p.Sex)))), "KO EN122"},
		"a surname a letter longer":               {other(p.Surname+"<", p.Surname+"A<"), "KO EN122"},
		"the names exchanged":                     {other("<cognome>"+p.Surname+"</cognome><nome>"+p.Name, "<cognome>"+p.Name+"</cognome><nome>"+p.Surname), "KO EN122"},
		"another year":                            {other(p.Birth.Date.Format("2006-"), p.Birth.Date.AddDate(1, 0, 0).Format("2006-")), "KO EN122"},
		"no surname, though there is one":         {other("<cognome>"+p.Surname+"</cognome>", "<senzaCognome>1</senzaCognome>"), "KO EN122"},
		"a birthplace elsewhere":                  {bornIn(q, people.Place{Comune: &people.Comune{Istat: "058091", Name: "ROMA", Province: "RM"}}), "KO EN072"},
		"no sex":                                  {other("<sesso>"+string(rune(p.Sex))+"</sesso>", ""), "KO EN132"},
		"no name":                                 {other("<nome>"+p.Name+"</nome>", ""), "KO EN132"},
		"no criteria":                             {question{codes: []int{2}}, "KO EN132"},
		"a birthday with a zone":                  {other("</dataEvento>", "+01:00</dataEvento>"), "KO EN071"},
		"an Italian abroad":                       {byNames(abroad), "OK"},
		"an Italian abroad, among those":          {among(abroad, "S"), "OK"},
		"an Italian abroad, among residents":      {among(abroad, "N"), "KO EN122"},
		"a resident, among those abroad":          {among(p, "S"), "KO EN122"},
		"someone of another Comune":               {byNames(far), "KO EN122"},
		"someone of another Comune, there":        {atHome, "OK"},
		"someone of another Comune, in all Italy": {everywhere, "OK"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := r.ask(s, "3002", c.ask.String())
			if got := a.outcome(); got != c.want {
				t.Errorf("%s, want %s\n%s", got, c.want, a.body)
			}
			if strings.HasPrefix(c.want, "KO") && len(a.texts("//datiSoggetto")) > 0 {
				t.Error("a refusal shows someone")
			}
		})
	}
}

// Several fit: each is shown in short, and each number shown finds that one.
func TestSeveralWhoFitAreShownInShort(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	one := population().Select(bagnacavallo, people.Homonym, people.DuplicateCard|people.DoubleRegistration)
	groups := map[string][]*people.Person{}
	for _, p := range one {
		key := fmt.Sprint(p.Surname, "/", p.Name, "/", p.Sex, p.Birth.Date)
		groups[key] = append(groups[key], p)
	}
	tried := 0
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		list := groups[key]
		if len(list) < 2 {
			continue
		}
		tried++
		q := byNames(list[0])
		q.codes = []int{1} // the whole card is not given to who might be another
		a := r.ask(s, "3002", q.String())
		var want []string
		for _, p := range list {
			want = append(want, p.IDANPR)
		}
		if diff := cmp.Diff(want, a.texts("//datiSoggetto/identificativi/idANPR")); diff != "" || a.outcome() != "OK EN131" || a.text("//tipoErroreAnomalia") != "W" {
			t.Errorf("%s: %s %s", key, a.outcome(), diff)
		}
		for _, el := range a.root.FindElements("//datiSoggetto/*") {
			if !slices.Contains([]string{"identificativi", "generalita", "residenza", "legameSoggetto", "famigliaConvivenza", "datiCancellazione"}, el.Tag) {
				t.Errorf("%s: %s is shown", key, el.Tag)
			}
		}
		for _, p := range list {
			narrow := bornIn(q, p.Birth.Place)
			same := 0
			for _, o := range list {
				if o.Birth.Place == p.Birth.Place {
					same++
				}
			}
			if a := r.ask(s, "3002", narrow.String()); same == 1 && a.text("//identificativi/idANPR") != p.IDANPR {
				t.Errorf("%s born in %+v: %s", key, p.Birth.Place, a.outcome())
			}
			for _, number := range []string{"<idANPR>" + p.IDANPR + "</idANPR>", "<idSchedaSoggettoANPR>" + p.Card + "</idSchedaSoggettoANPR>",
				"<idSchedaSoggettoComune><idSchedaSoggettoComuneIstat>" + bagnacavallo + "</idSchedaSoggettoComuneIstat><idSchedaSoggetto>" + p.ComuneCard + "</idSchedaSoggetto></idSchedaSoggettoComune>"} {
				if a := r.ask(s, "3002", question{criteria: number, codes: []int{2}}.String()); a.outcome() != "OK" || a.text("//identificativi/idANPR") != p.IDANPR {
					t.Errorf("%s: %s %s", number, a.outcome(), a.text("//identificativi/idANPR"))
				}
			}
		}
	}
	if tried < 3 {
		t.Errorf("%d groups of homonyms", tried)
	}
}

func TestAFamilyIsWholeHoweverItIsAskedFor(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	seen := map[string]bool{}
	for _, p := range population().Select(bagnacavallo, people.Clean, people.FamilyIncomplete|people.FamilyInProgress|people.LivesAlone) {
		f := p.Family
		if f == nil || seen[f.ID] || len(seen) == 12 {
			continue
		}
		seen[f.ID] = true
		card, kind := "2", "1"
		if f.Card == 4 {
			card, kind = "3", "2"
		}
		var want []string
		for _, m := range f.Members {
			want = append(want, fmt.Sprint(m.IDANPR, " ", m.Link, " ", m.Order))
		}
		for _, criteria := range []string{
			byCode(f.Members[len(f.Members)-1].CodiceFiscale),
			"<tipoScheda>" + kind + "</tipoScheda><identificativoANPR>" + f.ID + "</identificativoANPR>",
			"<tipoScheda>" + kind + "</tipoScheda><idFamigliaConvivenzaComune><idFamigliaConvivenzaComuneIstat>" + bagnacavallo + "</idFamigliaConvivenzaComuneIstat><idFamigliaConvivenza>" + f.ComuneID + "</idFamigliaConvivenza></idFamigliaConvivenzaComune>",
		} {
			a := r.ask(s, "3002", question{card: card, criteria: criteria}.String())
			var got []string
			for _, el := range a.root.FindElements("//datiSoggetto") {
				link, order := el.FindElement("legameSoggetto/codiceLegame"), el.FindElement("legameSoggetto/progressivoComponente")
				id := el.FindElement("identificativi/idANPR").Text()
				if link == nil { // ANPR does not know it
					got = append(got, fmt.Sprint(id, " 0 ", population().ByIDANPR(id)[0].Order))
					continue
				}
				got = append(got, id+" "+link.Text()+" "+order.Text())
			}
			slices.Sort(got)
			if diff := cmp.Diff(slices.Sorted(slices.Values(want)), got); diff != "" || a.outcome() != "OK" {
				t.Errorf("%s: %s %s", criteria, a.outcome(), diff)
			}
			if a.text("//datiFamigliaConvivenza/famigliaConvivenza/idFamigliaConvivenzaANPR") != f.ID || a.text("//datiFamigliaConvivenza/famigliaConvivenza/tipoScheda") != fmt.Sprint(f.Card) ||
				a.text("//datiFamigliaConvivenza/residenza/indirizzo/comune/codiceIstat")+a.text("//datiFamigliaConvivenza/residenza/localitaEstera/indirizzoEstero/toponimo/denominazione") != placeOf(f) {
				t.Errorf("%s is another family: %s", criteria, a.body)
			}
		}
	}
	if len(seen) < 12 {
		t.Errorf("%d families", len(seen))
	}
}

func placeOf(f *people.Family) string {
	if f.Residence.Abroad != nil {
		return f.Residence.Abroad.Street
	}
	return f.Home.Istat
}

func TestAFamilyOfAPastDayHasItsMembersOfThatDay(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	for _, p := range population().Select(bagnacavallo, people.FitsStatoFamigliaParentela, 0)[:10] {
		f := p.Family
		for _, m := range f.Members[1:] {
			for _, day := range []time.Time{m.Joined, m.Joined.AddDate(0, 0, -1)} {
				if day.Before(f.Home.Subentro) || day.Before(f.Members[0].Joined) {
					continue
				}
				want := 0
				for _, o := range f.Members {
					if !o.Joined.After(day) {
						want++
					}
				}
				a := r.ask(s, "3002", question{card: "2", criteria: byCode(f.Members[0].CodiceFiscale), day: day.Format(time.DateOnly)}.String())
				if got := len(a.texts("//datiSoggetto/identificativi/idANPR")); got != want {
					t.Errorf("%s on %s: %d members, want %d (%s)", f.ID, day.Format(time.DateOnly), got, want, a.outcome())
				}
			}
		}
	}
}
