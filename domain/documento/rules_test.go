package documento_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// with changes a person.
func with(s scheda.Persona, change func(*scheda.Persona)) scheda.Persona {
	change(&s)
	return s
}

// warned adds ANPR's warnings to an answer.
func warned(s scheda.Scheda, codes ...string) scheda.Scheda {
	for _, c := range codes {
		s.Anomalie = append(s.Anomalie, scheda.Anomalia{Codice: c, Testo: "VERDEMARE LUCA"})
	}
	return s
}

// verdict is what becomes of a request: a refusal, or a document with
// warnings.
type verdict struct {
	tipo     domain.Tipo
	scheda   scheda.Scheda
	refusal  string
	warnings []string
}

func judge(t *testing.T, verdicts map[string]verdict) {
	t.Helper()
	for name, want := range verdicts {
		_, warnings, refusal := documento.Compose(caso(want.tipo, want.scheda))
		got := verdict{tipo: want.tipo, scheda: want.scheda}
		if refusal != nil {
			got.refusal = refusal.Code
		}
		for _, w := range warnings {
			got.warnings = append(got.warnings, w.Code)
			if strings.Contains(w.Text, "VERDEMARE") || w.Text == "" {
				t.Errorf("%s: the warning %s reads %q", name, w.Code, w.Text)
			}
		}
		if got.refusal != want.refusal || !slices.Equal(got.warnings, want.warnings) {
			t.Errorf("%s, %s: refusal %q and warnings %q; want %q and %q", want.tipo, name, got.refusal, got.warnings, want.refusal, want.warnings)
		}
	}
}

func TestWhoIsMeant(t *testing.T) {
	t.Parallel()
	second := with(celibe(), func(s *scheda.Persona) { s.IDANPR = "VR99999LU" })
	moved := cancellato("3")
	judge(t, map[string]verdict{
		"nobody fits":                           {tipo: domain.Residenza, scheda: persona(), refusal: domain.ReasonNotFound},
		"two people fit":                        {tipo: domain.Residenza, scheda: persona(luca(), sara()), refusal: domain.ReasonSeveralSubjects},
		"two by tax code":                       {tipo: domain.Residenza, scheda: persona(with(luca(), noID), with(sara(), noID)), refusal: domain.ReasonSeveralSubjects},
		"two by details":                        {tipo: domain.Residenza, scheda: persona(with(luca(), noCode), with(anziana(), noCode)), refusal: domain.ReasonSeveralSubjects},
		"ANPR says several, and sends one":      {tipo: domain.Residenza, scheda: warned(persona(luca()), "EN131"), refusal: domain.ReasonSeveralSubjects},
		"somebody else is sent":                 {tipo: domain.Residenza, scheda: persona(sara()), refusal: domain.ReasonMismatch},
		"a family is sent without the subject":  {tipo: domain.StatoFamiglia, scheda: famiglia(sara(), agata()), refusal: domain.ReasonMismatch},
		"a former card beside the one in force": {tipo: domain.Residenza, scheda: persona(moved, luca())},
		"the same, in the other order":          {tipo: domain.Residenza, scheda: persona(luca(), moved)},
		"two ids for one tax code":              {tipo: domain.Residenza, scheda: persona(luca(), second), refusal: domain.ReasonDoubleEntry},
		"a former card with an id of its own":   {tipo: domain.Residenza, scheda: persona(with(moved, func(s *scheda.Persona) { s.IDANPR = "VR99999LU" }), luca())},
		"two cards in force":                    {tipo: domain.Residenza, scheda: persona(luca(), luca()), refusal: domain.ReasonDoubleEntry},
		"in Italy and abroad at once":           {tipo: domain.Residenza, scheda: persona(luca(), espatriata()), refusal: domain.ReasonDoubleEntry},
		"in force and dead at once":             {tipo: domain.EsistenzaInVita, scheda: persona(luca(), defunto()), refusal: domain.ReasonDoubleEntry},
		"two former cards, the death counts":    {tipo: domain.Morte, scheda: persona(moved, defunto())},
		"in the other order too":                {tipo: domain.Morte, scheda: persona(defunto(), moved)},
		"two former cards, the later counts": {tipo: domain.Residenza, scheda: persona(cancellato("6"),
			with(cancellato("3"), func(s *scheda.Persona) { s.Cancellazione.Decorrenza = data("2001-01-01") })), refusal: domain.ReasonUntraceable},
		"a kind nobody offers": {tipo: "catastale", scheda: persona(luca()), refusal: domain.ReasonUnknownTipo},
	})
}

func noID(s *scheda.Persona)   { s.IDANPR = "" }
func noCode(s *scheda.Persona) { s.IDANPR, s.Generalita.CodiceFiscale = "", "" }

func TestASubjectAskedByDetails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		asked domain.Soggetto
		fits  bool
	}{
		"as registered":                   {domain.Soggetto{Cognome: "VERDEMARE ŠČEKIĆ", Nome: "ÁGATA-ŽOFIE", Sesso: "F", DataNascita: data("2010-05-08")}, true},
		"typed without accents":           {domain.Soggetto{Cognome: "Verdemare Scekic", Nome: "Agata Zofie", Sesso: "F", DataNascita: data("2010-05-08")}, true},
		"the month alone, of a day known": {domain.Soggetto{Cognome: "VERDEMARE ŠČEKIĆ", Nome: "ÁGATA-ŽOFIE", Sesso: "F", DataNascita: data("2010-05")}, false},
		"the year alone, of a day known":  {domain.Soggetto{Cognome: "VERDEMARE ŠČEKIĆ", Nome: "ÁGATA-ŽOFIE", Sesso: "F", DataNascita: data("2010")}, false},
		"born a day later":                {domain.Soggetto{Cognome: "VERDEMARE ŠČEKIĆ", Nome: "ÁGATA-ŽOFIE", Sesso: "F", DataNascita: data("2010-05-09")}, false},
		"of the other sex":                {domain.Soggetto{Cognome: "VERDEMARE ŠČEKIĆ", Nome: "ÁGATA-ŽOFIE", Sesso: "M", DataNascita: data("2010-05-08")}, false},
		"of another name":                 {domain.Soggetto{Cognome: "VERDEMARE", Nome: "ÁGATA-ŽOFIE", Sesso: "F", DataNascita: data("2010-05-08")}, false},
		"without a surname, who has one":  {domain.Soggetto{Nome: "ÁGATA-ŽOFIE", Sesso: "F", DataNascita: data("2010-05-08")}, false},
	} {
		k := caso(domain.Nascita, persona(agata()))
		k.Visura.Request.Soggetto = c.asked
		if _, _, refusal := documento.Compose(k); (refusal == nil) != c.fits {
			t.Errorf("%s: refused %v, want fitting %v", name, refusal, c.fits)
		}
	}
}

func TestRulesOfEveryKind(t *testing.T) {
	t.Parallel()
	elsewhere := func(s *scheda.Persona) { s.Iscrizione = &scheda.Iscrizione{Comune: cesena} }
	verdicts := map[string]verdict{}
	for _, v := range documento.Catalogue() {
		good := documenti[string(v.Tipo)].scheda
		as := func(change func(*scheda.Persona)) scheda.Scheda {
			s := good
			s.Persone = slices.Clone(good.Persone)
			for i := range s.Persone {
				if s.Persone[i].Generalita.CodiceFiscale == asked(good) {
					change(&s.Persone[i])
				}
			}
			return s
		}
		certificabile := func(code string) scheda.Scheda {
			return as(func(s *scheda.Persona) { s.Certificabile = code })
		}
		limited := []string{"certificabilita_limitata"}
		partial := []string{"certificabilita_parziale"}
		switch v.Tipo {
		case domain.Residenza, domain.StatoFamiglia:
			partial = nil
		}
		nobody := domain.ReasonNotFound
		if v.Consultazione.AIRE {
			nobody = domain.ReasonNotFoundAIRE
		}
		for name, w := range map[string]verdict{
			"a fitting person":                {scheda: good},
			"registered elsewhere":            {scheda: as(elsewhere), refusal: domain.ReasonOtherComune},
			"not certifiable":                 {scheda: certificabile("0"), refusal: domain.ReasonNotCertifiable},
			"partly certifiable":              {scheda: certificabile("1"), warnings: partial},
			"not to be registered":            {scheda: certificabile("3"), warnings: limited},
			"under guardianship, unspoken":    {scheda: certificabile("4"), warnings: limited},
			"a tax code not confirmed":        {scheda: as(func(s *scheda.Persona) { s.Generalita.CodiceFiscaleValido = false }), warnings: []string{"codice_fiscale_non_validato"}},
			"an open procedure":               {scheda: warned(good, "EN176", "EN181"), warnings: []string{"EN176"}},
			"a warning of ANPR, once":         {scheda: warned(good, "EN400", "EN148", "EN527", "", "EN400"), warnings: []string{"EN400"}},
			"no card at all":                  {scheda: persona(), refusal: nobody},
			"registered nobody can say where": {scheda: as(func(s *scheda.Persona) { s.Iscrizione = nil })},
		} {
			w.tipo = v.Tipo
			verdicts[name+" ("+string(v.Tipo)+")"] = w
		}
	}
	judge(t, verdicts)
}

func TestANationalRequestReachesEveryComune(t *testing.T) {
	t.Parallel()
	c := caso(domain.Residenza, persona(with(luca(), func(s *scheda.Persona) { s.Iscrizione = &scheda.Iscrizione{Comune: cesena} })))
	c.Visura.Request.Ambito, c.Visura.Beyond = domain.Nazionale, true
	if _, _, refusal := documento.Compose(c); refusal != nil {
		t.Errorf("refused: %s", refusal.Code)
	}
}

func TestTheDeadAndTheCancelled(t *testing.T) {
	t.Parallel()
	const gone = domain.ReasonLifeNotStated
	verdicts := map[string]verdict{}
	for _, tipo := range []domain.Tipo{
		domain.Nascita, domain.Cittadinanza, domain.Matrimonio, domain.StatoLibero, domain.Residenza,
		domain.StatoCivile, domain.StatoFamiglia, domain.StatoFamigliaParentela, domain.StatoFamigliaAIRE, domain.ResidenzaAIRE,
	} {
		name := " (" + string(tipo) + ")"
		verdicts["dead"+name] = verdict{tipo: tipo, scheda: persona(defunto()), refusal: domain.ReasonDeceased}
		verdicts["presumed dead"+name] = verdict{tipo: tipo, scheda: persona(cancellato("2")), refusal: domain.ReasonDeceased}
		verdicts["untraceable"+name] = verdict{tipo: tipo, scheda: persona(cancellato("6")), refusal: domain.ReasonUntraceable}
		verdicts["entered twice"+name] = verdict{tipo: tipo, scheda: persona(cancellato("10")), refusal: domain.ReasonDoubleEntry}
		verdicts["gone abroad"+name] = verdict{tipo: tipo, scheda: persona(cancellato("8")), refusal: domain.ReasonAIRE}
		verdicts["gone elsewhere"+name] = verdict{tipo: tipo, scheda: persona(cancellato("3")), refusal: domain.ReasonCancelled}
		verdicts["untraceable abroad"+name] = verdict{tipo: tipo, scheda: persona(with(espatriata(), func(s *scheda.Persona) {
			s.Cancellazione = &scheda.Cancellazione{Codice: "5"}
		})), refusal: domain.ReasonUntraceable}
	}
	judge(t, verdicts)
	judge(t, map[string]verdict{
		"dead, unsaid":          {tipo: domain.EsistenzaInVita, scheda: persona(defunto()), refusal: gone},
		"presumed dead, unsaid": {tipo: domain.EsistenzaInVita, scheda: persona(cancellato("2")), refusal: gone},
		"untraceable, unsaid":   {tipo: domain.EsistenzaInVita, scheda: persona(cancellato("6")), refusal: gone},
		"cancelled, unsaid":     {tipo: domain.EsistenzaInVita, scheda: persona(cancellato("3")), refusal: gone},
	})
	judge(t, map[string]verdict{
		"alive":                {tipo: domain.Morte, scheda: persona(luca()), refusal: domain.ReasonNotDeceased},
		"cancelled, not dead":  {tipo: domain.Morte, scheda: persona(cancellato("6")), refusal: domain.ReasonNotDeceased},
		"dead, nothing known":  {tipo: domain.Morte, scheda: persona(cancellato("1")), refusal: domain.ReasonNoDeath},
		"dead, no place known": {tipo: domain.Morte, scheda: persona(with(defunto(), func(s *scheda.Persona) { s.Decesso.Luogo = scheda.Luogo{} })), warnings: []string{"dati_decesso_parziali"}},
		"dead, no record":      {tipo: domain.Morte, scheda: persona(with(defunto(), func(s *scheda.Persona) { s.Decesso.Atto = nil })), warnings: []string{"atto_mancante"}},
		"presumed dead":        {tipo: domain.Morte, scheda: persona(cancellato("2")), warnings: []string{"morte_presunta"}},
		"dead abroad":          {tipo: domain.Morte, scheda: persona(with(defunto(), func(s *scheda.Persona) { s.Generalita.AIRE = true })), refusal: domain.ReasonAIRE},
	})
}

func TestItaliansAbroad(t *testing.T) {
	t.Parallel()
	verdicts := map[string]verdict{
		"born in Italy":             {tipo: domain.Nascita, scheda: persona(espatriata())},
		"born abroad":               {tipo: domain.Nascita, scheda: persona(with(espatriata(), func(s *scheda.Persona) { s.Generalita.LuogoNascita = in(kabul) })), refusal: domain.ReasonBornAbroad},
		"a foreigner here":          {tipo: domain.Nascita, scheda: persona(straniera())},
		"married before leaving":    {tipo: domain.Matrimonio, scheda: persona(espatriata())},
		"married abroad":            {tipo: domain.Matrimonio, scheda: persona(with(espatriata(), func(s *scheda.Persona) { s.Matrimonio.Evento.Data = data("2014-05-01") })), refusal: domain.ReasonAIRE},
		"married the day of entry":  {tipo: domain.Matrimonio, scheda: persona(with(espatriata(), func(s *scheda.Persona) { s.Matrimonio.Evento.Data = data("2012-04-01") })), refusal: domain.ReasonAIRE},
		"married nobody knows when": {tipo: domain.Matrimonio, scheda: persona(with(espatriata(), func(s *scheda.Persona) { s.Matrimonio.Evento = nil })), refusal: domain.ReasonAIRE},
		"no address abroad":         {tipo: domain.ResidenzaAIRE, scheda: persona(with(espatriata(), func(s *scheda.Persona) { s.Residenze = nil })), refusal: domain.ReasonNoResidenza},
		"a family tie of old": {tipo: domain.StatoFamigliaAIRE, scheda: famiglia(espatriata(), with(agata(), func(s *scheda.Persona) {
			s.Legame = &scheda.Legame{Tipo: "5", Codice: "14"}
		})), refusal: domain.ReasonLegameClosed},
	}
	for _, tipo := range []domain.Tipo{
		domain.EsistenzaInVita, domain.Cittadinanza, domain.StatoLibero, domain.Residenza, domain.StatoCivile,
		domain.StatoFamiglia, domain.StatoFamigliaParentela, domain.CittadinanzaStorica, domain.ResidenzaStorica,
	} {
		verdicts["abroad ("+string(tipo)+")"] = verdict{tipo: tipo, scheda: famiglia(espatriata()), refusal: domain.ReasonAIRE}
	}
	for _, tipo := range []domain.Tipo{domain.StatoFamigliaAIRE, domain.ResidenzaAIRE} {
		verdicts["at home ("+string(tipo)+")"] = verdict{tipo: tipo, scheda: famiglia(luca()), refusal: domain.ReasonNotAIRE}
	}
	judge(t, verdicts)
}

// An entry keeps the code that its Comune had on its day.
func TestTheComuneIsKnownByItsFormerCodes(t *testing.T) {
	t.Parallel()
	valsamoggia := scheda.Localita{Nome: "VALSAMOGGIA", ISTAT: "037061", Provincia: "BO"}
	for name, c := range map[string]struct {
		asked          domain.CodiceISTAT
		entry, address scheda.Localita
		refusal        string
	}{
		"entered in a Comune merged since":           {"037061", scheda.Localita{Nome: "BAZZANO", ISTAT: "037004"}, valsamoggia, ""},
		"the address is still under the former code": {"037061", valsamoggia, scheda.Localita{Nome: "BAZZANO", ISTAT: "037004"}, ""},
		"the Comune asked still has its former code": {"037004", valsamoggia, valsamoggia, ""},
		"a code of which the table does not tell":    {"039002", scheda.Localita{Nome: "BAGNACAVALLO", ISTAT: "111902"}, bagnacavallo, ""},
		"that code, and an address elsewhere":        {"039002", scheda.Localita{Nome: "BAGNACAVALLO", ISTAT: "111902"}, cesena, domain.ReasonOtherComune},
		"entered elsewhere, with an address here":    {"039002", cesena, bagnacavallo, domain.ReasonOtherComune},
		"a neighbour merged into the same province":  {"037061", scheda.Localita{Nome: "PORRETTA TERME", ISTAT: "037049"}, valsamoggia, domain.ReasonOtherComune},
		"an entry without a code, an address here":   {"039002", scheda.Localita{Nome: "BAGNACAVALLO"}, bagnacavallo, ""},
		"neither has a code":                         {"039002", scheda.Localita{Nome: "CESENA"}, scheda.Localita{}, ""},
	} {
		p := luca()
		p.Iscrizione.Comune, p.Residenze[0].Indirizzo.Comune = c.entry, c.address
		k := caso(domain.Residenza, persona(p))
		k.Visura.Request.Comune = c.asked
		if _, _, refusal := documento.Compose(k); (refusal == nil) != (c.refusal == "") || refusal != nil && refusal.Code != c.refusal {
			t.Errorf("%s: refused %v, want %q", name, refusal, c.refusal)
		}
	}
	unhoused := func(comune string) scheda.Scheda {
		return persona(with(luca(), func(s *scheda.Persona) {
			s.Iscrizione.Comune, s.Residenze = scheda.Localita{Nome: comune, ISTAT: "111902"}, nil
		}))
	}
	judge(t, map[string]verdict{
		"that code, and no address asked for":           {tipo: domain.Nascita, scheda: unhoused("BAGNACAVALLO")},
		"a code of another name, and no address at all": {tipo: domain.Nascita, scheda: unhoused("RUSSI"), refusal: domain.ReasonOtherComune},
	})
}
