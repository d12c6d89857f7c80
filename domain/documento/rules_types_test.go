package documento_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

func TestRulesOfTheFamily(t *testing.T) {
	t.Parallel()
	verdicts := map[string]verdict{}
	abroad := func(s scheda.Persona) scheda.Persona { s.Generalita.AIRE = true; return s }
	for _, tipo := range []domain.Tipo{domain.StatoFamiglia, domain.StatoFamigliaParentela, domain.StatoFamigliaAIRE} {
		for name, w := range map[string]verdict{
			"incomplete": {scheda: warned(famiglia(luca(), sara()), "EN213"), refusal: domain.ReasonFamilyIncomplete},
			"incomplete to the point of lacking the subject": {scheda: warned(famiglia(sara()), "EN213"), refusal: domain.ReasonFamilyIncomplete},
			"being registered":          {scheda: warned(famiglia(luca(), sara()), "EN214"), refusal: domain.ReasonFamilyInProgress},
			"being worked on":           {scheda: warned(famiglia(luca(), sara()), "EN492"), refusal: domain.ReasonFamilyInProgress},
			"a convivenza":              {scheda: famiglia(ospite()), refusal: domain.ReasonConvivenza},
			"a convivenza, by the card": {scheda: persona(ospite()), refusal: domain.ReasonConvivenza},
			"a convivenza, by the texts' code": {scheda: func() scheda.Scheda {
				s := famiglia(luca(), sara())
				s.Famiglia.TipoScheda = "2"
				return s
			}(), refusal: domain.ReasonConvivenza},
			"none":    {scheda: persona(with(luca(), func(s *scheda.Persona) { s.Famiglia, s.Legame = nil, nil })), refusal: domain.ReasonNoFamily},
			"no head": {scheda: famiglia(with(luca(), func(s *scheda.Persona) { s.Legame = &scheda.Legame{Tipo: "3", Codice: "3"} }), sara()), refusal: domain.ReasonNoHead},
			"a head who died": {scheda: famiglia(with(luca(), func(s *scheda.Persona) { s.Legame.Codice = "2" }), with(sara(), func(s *scheda.Persona) {
				s.Legame.Codice, s.Cancellazione = "1", &scheda.Cancellazione{Codice: "1"}
			})), refusal: domain.ReasonNoHead},
		} {
			if w.tipo = tipo; tipo == domain.StatoFamigliaAIRE {
				for i := range w.scheda.Persone {
					w.scheda.Persone[i] = abroad(w.scheda.Persone[i])
				}
			}
			verdicts[name+" ("+string(tipo)+")"] = w
		}
	}
	judge(t, verdicts)
	alone := famiglia(luca())
	nomads := famiglia(with(warnIfHomeless(), func(s *scheda.Persona) { s.Generalita.CodiceFiscale = luca().Generalita.CodiceFiscale }), sara())
	judge(t, map[string]verdict{
		"of one":               {tipo: domain.StatoFamiglia, scheda: alone},
		"without a fixed home": {tipo: domain.StatoFamiglia, scheda: nomads, refusal: domain.ReasonHomeless},
	})
	judge(t, map[string]verdict{
		"of one":               {tipo: domain.StatoFamigliaParentela, scheda: alone, refusal: domain.ReasonSingleMember},
		"without a fixed home": {tipo: domain.StatoFamigliaParentela, scheda: nomads, warnings: []string{"senza_fissa_dimora"}},
		"a tie not known":      {tipo: domain.StatoFamigliaParentela, scheda: famiglia(luca(), with(sara(), func(s *scheda.Persona) { s.Legame = nil })), warnings: []string{"legame_non_definito"}},
	})
}

func TestWhoLeftTheFamilyIsNotListed(t *testing.T) {
	t.Parallel()
	late := with(sara(), func(s *scheda.Persona) { s.Decesso = &scheda.Evento{Data: data("2026-01-01")} })
	doc, _, refusal := documento.Compose(caso(domain.StatoFamiglia, famiglia(agata(), late, luca())))
	if refusal != nil {
		t.Fatal(refusal.Code)
	}
	var names []string
	for _, riga := range doc.Sections[2].Table.Rows {
		names = append(names, riga[2])
	}
	if diff := cmp.Diff([]string{"LUCA", "ÁGATA-ŽOFIE"}, names); diff != "" {
		t.Errorf("members, the head first (-want +got):\n%s", diff)
	}
}

func TestRulesOfCivilStatus(t *testing.T) {
	t.Parallel()
	status := func(code string) scheda.Scheda {
		return persona(with(celibe(), func(s *scheda.Persona) { s.StatoCivile = code }))
	}
	for code, want := range map[string]verdict{
		"":  {refusal: domain.ReasonNoStatoCivile},
		"9": {refusal: domain.ReasonNoStatoCivile},
		"2": {refusal: domain.ReasonNotFree},
		"6": {refusal: domain.ReasonNotFree},
		"1": {}, "3": {}, "4": {}, "7": {}, "8": {},
	} {
		want.tipo, want.scheda = domain.StatoLibero, status(code)
		judge(t, map[string]verdict{"free with status " + code: want})
	}
	for code, want := range map[string]string{
		"": domain.ReasonNoStatoCivile, "9": domain.ReasonNoStatoCivile, "1": domain.ReasonNotMarried, "6": domain.ReasonNotMarried,
		"7": domain.ReasonNotMarried, "8": domain.ReasonNotMarried, "2": domain.ReasonNoSpouse, "3": domain.ReasonNoSpouse, "4": domain.ReasonNoSpouse,
	} {
		judge(t, map[string]verdict{"married with status " + code: {tipo: domain.Matrimonio, scheda: status(code), refusal: want}})
	}
	for code, want := range map[string]string{
		"": domain.ReasonNoStatoCivile, "9": domain.ReasonNoStatoCivile, "1": "", "2": domain.ReasonNoProof, "3": domain.ReasonNoProof,
		"4": domain.ReasonNoProof, "6": domain.ReasonNoProof, "7": domain.ReasonNoProof, "8": domain.ReasonNoProof,
	} {
		judge(t, map[string]verdict{"nothing proves status " + code: {tipo: domain.StatoCivile, scheda: status(code), refusal: want}})
	}
	parziali := []string{"dati_stato_civile_parziali"}
	judge(t, map[string]verdict{
		"a spouse and no date":        {tipo: domain.StatoCivile, scheda: persona(with(luca(), func(s *scheda.Persona) { s.Matrimonio.Evento = nil })), warnings: parziali},
		"a date and no spouse":        {tipo: domain.StatoCivile, scheda: persona(with(luca(), func(s *scheda.Persona) { s.Matrimonio.Altro = nil })), warnings: parziali},
		"a widow without a place":     {tipo: domain.StatoCivile, scheda: persona(with(vedova(), func(s *scheda.Persona) { s.Vedovanza.Luogo = scheda.Luogo{} })), warnings: parziali},
		"a divorce without a date":    {tipo: domain.StatoCivile, scheda: persona(with(divorziato(), func(s *scheda.Persona) { s.Cessazione.Dal, s.Cessazione.Pronuncia = domain.Date{}, domain.Date{} })), warnings: parziali},
		"a separation is no divorce":  {tipo: domain.StatoCivile, scheda: persona(with(divorziato(), func(s *scheda.Persona) { s.Cessazione.Tipo = "5" })), refusal: domain.ReasonNoProof},
		"a union whose end is unsaid": {tipo: domain.StatoCivile, scheda: persona(with(liberaDaUnione(), func(s *scheda.Persona) { s.Scioglimento = nil })), warnings: parziali},
		"a union that ended, unnamed": {tipo: domain.StatoCivile, scheda: persona(with(liberaDaUnione(), func(s *scheda.Persona) { s.UnioneCivile = nil }))},
	})
	judge(t, map[string]verdict{
		"a spouse and no date":  {tipo: domain.Matrimonio, scheda: persona(with(luca(), func(s *scheda.Persona) { s.Matrimonio.Evento = nil })), warnings: parziali},
		"a date and no spouse":  {tipo: domain.Matrimonio, scheda: persona(with(luca(), func(s *scheda.Persona) { s.Matrimonio.Altro = nil })), warnings: parziali},
		"an end that is unsaid": {tipo: domain.Matrimonio, scheda: persona(with(divorziato(), func(s *scheda.Persona) { s.Cessazione = nil })), warnings: []string{"cessazione_mancante"}},
		"a widow by word only":  {tipo: domain.Matrimonio, scheda: persona(with(vedova(), func(s *scheda.Persona) { s.Vedovanza = nil })), warnings: []string{"cessazione_mancante"}},
		"separated":             {tipo: domain.Matrimonio, scheda: persona(with(luca(), func(s *scheda.Persona) { s.Cessazione = &scheda.Cessazione{Tipo: "5", Dal: data("2024-01-01")} }))},
	})
}

func TestAContradictionIsNeverPrintedAsAFact(t *testing.T) {
	t.Parallel()
	remarried := persona(with(divorziato(), func(s *scheda.Persona) { s.StatoCivile = "2" }))
	bereaved := persona(with(vedova(), func(s *scheda.Persona) { s.StatoCivile = "2" }))
	partner := persona(with(liberaDaUnione(), func(s *scheda.Persona) { s.StatoCivile, s.Scioglimento.Tipo = "6", "98" }))
	divorcedYetMarried := persona(with(luca(), func(s *scheda.Persona) {
		s.StatoCivile, s.Cessazione = "4", &scheda.Cessazione{Tipo: "1", Dal: data("2001-01-01")}
	}))
	ruled := with(divorziato(), func(s *scheda.Persona) { s.StatoCivile, s.Cessazione.Dal = "2", data("2027-01-10") })
	notDocumented := func(s scheda.Persona) scheda.Scheda { return persona(with(s, undocumented)) }
	judge(t, map[string]verdict{
		"remarried, the old marriage alone is held": {tipo: domain.StatoCivile, scheda: remarried, refusal: domain.ReasonNoProof},
		"the spouse died":          {tipo: domain.StatoCivile, scheda: bereaved, warnings: []string{"stato_civile_non_aggiornato"}},
		"the partner died":         {tipo: domain.StatoCivile, scheda: partner, warnings: []string{"stato_civile_non_aggiornato"}},
		"divorced yet married":     {tipo: domain.StatoCivile, scheda: divorcedYetMarried, warnings: []string{"stato_civile_discorde"}},
		"a ruling of next year":    {tipo: domain.StatoCivile, scheda: persona(ruled), warnings: []string{"cessazione_futura"}},
		"not documented":           {tipo: domain.StatoCivile, scheda: notDocumented(celibe()), warnings: []string{"stato_civile_non_documentato"}},
		"not documented, and more": {tipo: domain.StatoCivile, scheda: notDocumented(divorcedYetMarried.Persone[0]), warnings: []string{"stato_civile_non_documentato", "stato_civile_discorde"}},
	})
	judge(t, map[string]verdict{
		"remarried, the old marriage alone is held": {tipo: domain.Matrimonio, scheda: remarried, warnings: []string{"stato_civile_discorde"}},
		"the spouse died": {tipo: domain.Matrimonio, scheda: bereaved, warnings: []string{"stato_civile_non_aggiornato"}},
		"not documented":  {tipo: domain.Matrimonio, scheda: notDocumented(luca()), warnings: []string{"stato_civile_non_documentato"}},
	})
	judge(t, map[string]verdict{
		"divorced yet married":   {tipo: domain.StatoLibero, scheda: divorcedYetMarried, refusal: domain.ReasonDiscordant},
		"single, in a union":     {tipo: domain.StatoLibero, scheda: persona(with(unita(), func(s *scheda.Persona) { s.StatoCivile = "1" })), refusal: domain.ReasonDiscordant},
		"not documented":         {tipo: domain.StatoLibero, scheda: notDocumented(celibe()), refusal: domain.ReasonUndocumented},
		"divorced":               {tipo: domain.StatoLibero, scheda: persona(divorziato())},
		"widowed":                {tipo: domain.StatoLibero, scheda: persona(vedova())},
		"married, no free state": {tipo: domain.StatoLibero, scheda: bereaved, refusal: domain.ReasonNotFree},
	})
}

// titles are those of a document's sections.
func titles(t *testing.T, tipo domain.Tipo, s scheda.Scheda) (list []string) {
	t.Helper()
	doc, _, refusal := documento.Compose(caso(tipo, s))
	if refusal != nil {
		t.Fatal(refusal.Code)
	}
	for _, section := range doc.Sections {
		list = append(list, section.Title)
	}
	return list
}

func TestAFormerMarriagesEndIsNotThePresentOnes(t *testing.T) {
	t.Parallel()
	remarried := func(change func(*scheda.Persona)) scheda.Scheda {
		return persona(with(with(luca(), func(s *scheda.Persona) { s.Matrimonio.Ordine = "2" }), change))
	}
	for name, c := range map[string]struct {
		scheda scheda.Scheda
		want   string
	}{
		"divorced before": {remarried(func(s *scheda.Persona) { s.Cessazione = &scheda.Cessazione{Tipo: "1", Dal: data("2001-01-01")} }), "Cessazione di un matrimonio precedente"},
		"widowed before": {remarried(func(s *scheda.Persona) {
			s.Vedovanza, s.OrdineVedovanza = &scheda.Evento{Data: data("2001-01-01"), Luogo: in(cesena)}, "1"
		}), "Decesso del coniuge di un matrimonio precedente"},
		"separated before": {remarried(func(s *scheda.Persona) { s.Cessazione = &scheda.Cessazione{Tipo: "5", Dal: data("2001-01-01")} }), "Separazione in un matrimonio precedente"},
	} {
		got := titles(t, domain.Matrimonio, c.scheda)
		if diff := cmp.Diff([]string{"Generalità", "Coniuge", "Matrimonio", "Atto di matrimonio", c.want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestRulesOfCitizenship(t *testing.T) {
	t.Parallel()
	of := func(cc ...scheda.Cittadinanza) scheda.Scheda {
		s := persona(with(celibe(), func(s *scheda.Persona) { s.Cittadinanze = cc }))
		s.Cittadinanze = cc
		return s
	}
	italiana := scheda.Cittadinanza{Stato: "ITALIA", CodiceStato: "100", Dal: data("2000-01-01")}
	albanese := scheda.Cittadinanza{Stato: "ALBANIA", CodiceStato: "201", Dal: data("1978")}
	several := []string{"piu_cittadinanze"}
	judge(t, map[string]verdict{
		"missing":          {tipo: domain.Cittadinanza, scheda: of(), refusal: domain.ReasonNoCittadinanza},
		"being defined":    {tipo: domain.Cittadinanza, scheda: of(scheda.Cittadinanza{CodiceStato: "997"}), refusal: domain.ReasonCittadinanzaUnknown},
		"not attributable": {tipo: domain.Cittadinanza, scheda: of(italiana, scheda.Cittadinanza{CodiceStato: "998"}), refusal: domain.ReasonCittadinanzaUnknown},
		"stateless":        {tipo: domain.Cittadinanza, scheda: of(scheda.Cittadinanza{Stato: "APOLIDE", CodiceStato: "999"})},
		"foreign":          {tipo: domain.Cittadinanza, scheda: of(albanese)},
		"two":              {tipo: domain.Cittadinanza, scheda: of(italiana, albanese), warnings: several},
	})
	judge(t, map[string]verdict{
		"missing":             {tipo: domain.CittadinanzaStorica, scheda: of(), refusal: domain.ReasonNoCittadinanza},
		"being defined":       {tipo: domain.CittadinanzaStorica, scheda: of(scheda.Cittadinanza{CodiceStato: "997"}), refusal: domain.ReasonCittadinanzaUnknown},
		"never Italian":       {tipo: domain.CittadinanzaStorica, scheda: of(albanese), refusal: domain.ReasonNotItalian},
		"a State that ceased": {tipo: domain.CittadinanzaStorica, scheda: of(scheda.Cittadinanza{Stato: "JUGOSLAVIA", CodiceStato: "998", Dal: data("1978")}, italiana)},
		"a State nobody can tell": {tipo: domain.CittadinanzaStorica, scheda: of(scheda.Cittadinanza{Stato: "NON ATTRIBUIBILE", CodiceStato: "998", Dal: data("1978")}, italiana),
			warnings: []string{"cittadinanza_non_attribuita"}},
		"undated":         {tipo: domain.CittadinanzaStorica, scheda: of(albanese, scheda.Cittadinanza{CodiceStato: "100"}), warnings: []string{"decorrenza_mancante"}},
		"of one who left": {tipo: domain.CittadinanzaStorica, scheda: naturalizzato(cancellato("11")), warnings: []string{"soggetto_cancellato"}},
		"of one who died": {tipo: domain.CittadinanzaStorica, scheda: naturalizzato(defunto()), warnings: []string{"soggetto_deceduto"}},
	})
}

func TestRulesOfResidence(t *testing.T) {
	t.Parallel()
	two := with(luca(), func(s *scheda.Persona) {
		s.Residenze = []scheda.Residenza{
			via(bagnacavallo, "VIA VECCHIA", "1", "2001-01-01"), via(bagnacavallo, "VIA NUOVA", "2", "2020-01-01"),
			{Tipo: "2", Indirizzo: scheda.Indirizzo{Via: "VIA DELLA DIMORA"}, Decorrenza: data("2024-01-01")},
			{Tipo: "3", Indirizzo: scheda.Indirizzo{Via: "VIA DEL DOMICILIO"}, Decorrenza: data("2025-01-01")},
		}
	})
	judge(t, map[string]verdict{
		"none":                     {tipo: domain.Residenza, scheda: persona(with(luca(), func(s *scheda.Persona) { s.Residenze = nil })), refusal: domain.ReasonNoResidenza},
		"an elected domicile only": {tipo: domain.Residenza, scheda: persona(with(luca(), func(s *scheda.Persona) { s.Residenze[0].Tipo = "3" })), refusal: domain.ReasonNoResidenza},
		"undated":                  {tipo: domain.Residenza, scheda: persona(with(luca(), func(s *scheda.Persona) { s.Residenze[0].Decorrenza = domain.Date{} })), warnings: []string{"decorrenza_mancante"}},
		"without a fixed home":     {tipo: domain.Residenza, scheda: persona(warnIfHomeless()), warnings: []string{"senza_fissa_dimora"}},
		"homeless and nowhere":     {tipo: domain.Residenza, scheda: persona(with(warnIfHomeless(), func(s *scheda.Persona) { s.Residenze = nil })), warnings: []string{"senza_fissa_dimora"}},
		"several":                  {tipo: domain.Residenza, scheda: persona(two)},
	})
	doc, _, _ := documento.Compose(caso(domain.Residenza, persona(two)))
	if got := doc.Sections[1].Rows[0].Value; got != "VIA NUOVA 2" {
		t.Errorf("of several addresses %s is printed", got)
	}
	undated := traslochi(luca())
	undated.Residenze[1].Decorrenza = domain.Date{}
	judge(t, map[string]verdict{
		"no entry":        {tipo: domain.ResidenzaStorica, scheda: persona(luca()), refusal: domain.ReasonNoResidenza},
		"an undated one":  {tipo: domain.ResidenzaStorica, scheda: undated, refusal: domain.ReasonNoDecorrenza},
		"of one who left": {tipo: domain.ResidenzaStorica, scheda: traslochi(cancellato("6")), warnings: []string{"soggetto_cancellato"}},
	})
	judge(t, map[string]verdict{
		"no date of birth":  {tipo: domain.Nascita, scheda: persona(with(luca(), func(s *scheda.Persona) { s.Generalita.Nascita = domain.Date{} })), refusal: domain.ReasonNoBirth},
		"no place of birth": {tipo: domain.Nascita, scheda: persona(with(luca(), func(s *scheda.Persona) { s.Generalita.LuogoNascita = scheda.Luogo{} })), refusal: domain.ReasonNoBirth},
		"a label for a place": {tipo: domain.Nascita, scheda: persona(with(luca(), func(s *scheda.Persona) {
			s.Generalita.LuogoNascita = scheda.Luogo{Estero: scheda.Localita{Stato: "NON ATTRIBUIBILE", CodiceStato: "998"}}
		})), refusal: domain.ReasonNoBirth},
		"a label for a State": {tipo: domain.Nascita, scheda: persona(with(luca(), func(s *scheda.Persona) {
			s.Generalita.LuogoNascita = scheda.Luogo{Estero: scheda.Localita{Nome: "SARATOV", Stato: "NON ATTRIBUIBILE", CodiceStato: "998"}}
		})), warnings: []string{"stato_nascita_non_attribuito"}},
		"no record": {tipo: domain.Nascita, scheda: persona(with(luca(), func(s *scheda.Persona) { s.AttoNascita = nil })), warnings: []string{"atto_mancante"}},
	})
}

func TestAResidenceLastsUntilTheNext(t *testing.T) {
	t.Parallel()
	corrected := persona(luca())
	corrected.Residenze = []scheda.Residenza{
		via(bagnacavallo, "VIA TERZA", "3", "2020"), via(bagnacavallo, "VIA SECONDA", "2", "2010-03-01"),
		via(bagnacavallo, "VIA SECONDA", "22", "2010-03-01"), via(bagnacavallo, "VIA PRIMA", "1", "2000-01-01"),
	}
	for name, c := range map[string]struct {
		scheda scheda.Scheda
		want   [][2]string
	}{
		"in the order of time": {traslochi(luca()), [][2]string{
			{"30/06/1999", "fine non nota"}, {"01/02/2009", "14/01/2012"}, {"15/01/2012", "31/08/2015"}, {"01/09/2015", "attuale"},
		}},
		"the last of one who left ends then": {traslochi(cancellato("6")), [][2]string{
			{"30/06/1999", "fine non nota"}, {"01/02/2009", "14/01/2012"}, {"15/01/2012", "31/08/2015"}, {"01/09/2015", "01/07/2024"},
		}},
		"corrected on its day, and followed by a bare year": {corrected, [][2]string{
			{"01/01/2000", "28/02/2010"}, {"01/03/2010", "01/03/2010"}, {"01/03/2010", "2020"}, {"2020", "attuale"},
		}},
	} {
		doc, _, refusal := documento.Compose(caso(domain.ResidenzaStorica, c.scheda))
		if refusal != nil {
			t.Fatal(refusal.Code)
		}
		var got [][2]string
		for _, riga := range doc.Sections[1].Table.Rows {
			got = append(got, [2]string{riga[1], riga[2]})
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
