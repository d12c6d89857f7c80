package documento_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// numero is that of every document here.
const numero domain.CIUV = "EPPC-R04J-ZV0G-2BEM1"

// asked is the code a request is made with: luca's, or that of who stands for him
// in the answer.
func asked(s scheda.Scheda) domain.CodiceFiscale {
	for _, p := range s.Persone {
		switch cf := p.Generalita.CodiceFiscale; cf {
		case codiceDonna, codiceAnziana, codiceStraniera:
			return cf
		}
	}
	return luca().Generalita.CodiceFiscale
}

// caso is a request by codice fiscale, granted and answered.
func caso(tipo domain.Tipo, scheda scheda.Scheda) documento.Case {
	request := richiesta
	request.Tipo, request.Ambito, request.Soggetto = tipo, domain.Comunale, domain.Soggetto{CodiceFiscale: asked(scheda)}
	meta := domain.Meta{At: mattina, By: domain.Actor{Utente: utenteID, Role: domain.RoleStandard, Ente: enteID}}
	return documento.Case{
		ID: visuraID,
		Visura: domain.Visura{}.Evolve(request, meta).Evolve(domain.VisuraApproved{Conferma: domain.Immediata, Effective: mattina}, meta).
			Evolve(domain.QueryStarted{Attempt: 1, Numero: numero}, meta),
		Comune:    comune,
		Ente:      ente,
		Atto:      accordo,
		Utente:    operatore,
		Day:       data("2026-11-23"),
		IssuedAt:  domain.ItalianTime(mattina),
		VerifyURL: "https://visure.example/verifica/" + string(numero),
		Ambiente:  domain.Produzione,
		Scheda:    scheda,
	}
}

// The act is printed under its own name: of an office of the Comune itself it is no
// convention.
func TestTheActIsPrintedUnderItsName(t *testing.T) {
	t.Parallel()
	for tipo, label := range map[domain.TipoAtto]string{domain.AttoConvenzione: "Convenzione", domain.AttoAutorizzazione: "Autorizzazione interna"} {
		c := caso(domain.Nascita, persona(luca()))
		c.Atto.Tipo = tipo
		d, _, refusal := documento.Compose(c)
		if refusal != nil || !slices.Contains(d.Richiedente, documento.Row{Label: label, Value: "Rep. 118 del 12/01/2026"}) {
			t.Errorf("%s: %+v, %v", tipo, d.Richiedente, refusal)
		}
	}
}

// By what title the Comune asks about residents of others stands in the foot of what
// was asked nationally, and of nothing else.
func TestTheTitleOfNationalRequestsStandsInTheirFoot(t *testing.T) {
	t.Parallel()
	const printed = "Visura nazionale ammessa dal Comune: Accordo con il Ministero dell'interno (Delibera G.C. 12/2026 del 12/01/2026)."
	title := domain.NazionaleEnabled{Testo: "Accordo con il Ministero dell'interno", Atto: "Delibera G.C. 12/2026", Data: data("2026-01-12")}
	for name, c := range map[string]struct {
		ambito domain.Ambito
		title  domain.NazionaleEnabled
		want   bool
	}{
		"national":                     {domain.Nazionale, title, true},
		"of the Comune":                {domain.Comunale, title, false},
		"the title is withdrawn since": {domain.Nazionale, domain.NazionaleEnabled{}, false},
	} {
		asked := caso(domain.Nascita, persona(luca()))
		asked.Visura.Request.Ambito, asked.Visura.Beyond, asked.Comune.Nazionale = c.ambito, true, c.title
		d, _, refusal := documento.Compose(asked)
		plain, _, _ := documento.Compose(caso(domain.Nascita, persona(luca())))
		want := plain.Foot
		if c.want {
			want = append(slices.Clip(want), printed)
		}
		if diff := cmp.Diff(want, d.Foot); refusal != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", name, refusal, diff)
		}
	}
}

// documenti are the documents every kind of person leads to, by golden file.
var documenti = map[string]struct {
	tipo   domain.Tipo
	scheda scheda.Scheda
}{
	"nascita":                         {domain.Nascita, persona(luca())},
	"nascita-solo-anno":               {domain.Nascita, persona(anziana())},
	"nascita-digitale":                {domain.Nascita, persona(with(luca(), func(s *scheda.Persona) { s.AttoNascita.ANSC = "ANSC-2024-0000041" }))},
	"nascita-aire":                    {domain.Nascita, persona(espatriata())},
	"esistenza_in_vita":               {domain.EsistenzaInVita, persona(luca())},
	"morte":                           {domain.Morte, persona(defunto())},
	"morte-presunta":                  {domain.Morte, persona(presunto())},
	"cittadinanza":                    {domain.Cittadinanza, persona(luca())},
	"cittadinanza-straniera":          {domain.Cittadinanza, persona(straniera())},
	"matrimonio":                      {domain.Matrimonio, persona(luca())},
	"matrimonio-cessato":              {domain.Matrimonio, persona(divorziato())},
	"matrimonio-vedova":               {domain.Matrimonio, persona(vedova())},
	"stato_libero":                    {domain.StatoLibero, persona(celibe())},
	"stato_libero-unione-sciolta":     {domain.StatoLibero, persona(liberaDaUnione())},
	"stato_civile-non-documentato":    {domain.StatoCivile, persona(with(celibe(), undocumented))},
	"stato_civile-non-aggiornato":     {domain.StatoCivile, persona(with(vedova(), func(s *scheda.Persona) { s.StatoCivile = "2" }))},
	"residenza":                       {domain.Residenza, persona(luca())},
	"residenza-senza-cognome":         {domain.Residenza, persona(straniera())},
	"residenza-senza-dimora":          {domain.Residenza, persona(warnIfHomeless())},
	"stato_civile":                    {domain.StatoCivile, persona(luca())},
	"stato_civile-unione":             {domain.StatoCivile, persona(unita())},
	"stato_civile-vedova":             {domain.StatoCivile, persona(vedova())},
	"stato_civile-divorziato":         {domain.StatoCivile, persona(divorziato())},
	"stato_civile-unione-sciolta":     {domain.StatoCivile, persona(liberaDaUnione())},
	"stato_famiglia":                  {domain.StatoFamiglia, famiglia(agata(), sara(), luca())},
	"stato_famiglia_parentela":        {domain.StatoFamigliaParentela, famiglia(agata(), sara(), luca())},
	"stato_famiglia_parentela-dodici": {domain.StatoFamigliaParentela, dodici()},
	"stato_famiglia_aire":             {domain.StatoFamigliaAIRE, famiglia(espatriata())},
	"residenza_aire":                  {domain.ResidenzaAIRE, persona(espatriata())},
	"cittadinanza_storica":            {domain.CittadinanzaStorica, naturalizzato(luca())},
	"cittadinanza_storica-cessato":    {domain.CittadinanzaStorica, jugoslavo(luca())},
	"residenza_storica":               {domain.ResidenzaStorica, traslochi(luca())},
	"residenza_storica-cancellato":    {domain.ResidenzaStorica, traslochi(cancellato("6"))},
	"residenza_storica-ricomparso":    {domain.ResidenzaStorica, traslochi(entered(bagnacavallo, "2015-09-01", "5"))},
}

func TestDocumenti(t *testing.T) {
	t.Parallel()
	for name, c := range documenti {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc, _, refusal := documento.Compose(caso(c.tipo, c.scheda))
			if refusal != nil {
				t.Fatalf("refused: %s", refusal.Code)
			}
			compare(t, filepath.Join("testdata", "documents", name+".json"), string(indented(t, doc)))
		})
	}
}

func TestEveryKindHasAGoldenDocument(t *testing.T) {
	t.Parallel()
	if n := len(documento.Catalogue()); n != 14 {
		t.Errorf("%d kinds in the catalogue, want 14", n)
	}
	for _, v := range documento.Catalogue() {
		if c, ok := documenti[string(v.Tipo)]; !ok || c.tipo != v.Tipo {
			t.Errorf("no golden document for %s", v.Tipo)
		}
	}
	for _, tipo := range documento.Tipi() {
		if _, ok := documento.Lookup(tipo); !ok {
			t.Errorf("%s is on offer and not in the catalogue", tipo)
		}
	}
}

func TestEveryDocumentSaysWhatTheLawWants(t *testing.T) {
	t.Parallel()
	for name, c := range documenti {
		doc, _, _ := documento.Compose(caso(c.tipo, c.scheda))
		text := string(indented(t, doc))
		for _, wanted := range []string{
			"Visura ", "Comune di Bagnacavallo", "PG-2026/0441", "Accertamenti in materia di tributi locali",
			"art. 1, comma 179, L. 296/2006", "Azienda Casa della Romagna", "U0042", "Rep. 118 del 12/01/2026", "3000000000101",
			"23/11/2026 10:30:00", "art. 43, comma 4, del D.P.R. 28/12/2000 n. 445", "archivio anagrafico nazionale certificante", "avente la forza probatoria di cui all'art. 2712 c.c.", "ogni accesso è tracciato",
			"Esente da imposta di bollo", "non ha valore di certificato", string(numero), "2026-11-23T10:30:00+01:00",
		} {
			if !strings.Contains(text, wanted) {
				t.Errorf("%s does not say %q", name, wanted)
			}
		}
		for _, unwanted := range []string{"non può essere prodotto agli organi", "si certifica", "MORETTI", "<nil>", "%!"} {
			if strings.Contains(text, unwanted) {
				t.Errorf("%s says %q", name, unwanted)
			}
		}
	}
}

func TestADocumentHasNoEmptyLineOrCell(t *testing.T) {
	t.Parallel()
	for name, c := range documenti {
		doc, _, _ := documento.Compose(caso(c.tipo, c.scheda))
		for _, r := range slices.Concat(doc.Estremi, doc.Richiedente) {
			if r.Value == "" || r.Label == "" {
				t.Errorf("%s: %q is %q", name, r.Label, r.Value)
			}
		}
		for _, s := range doc.Sections {
			for _, r := range s.Rows {
				if r.Value == "" || r.Label == "" {
					t.Errorf("%s, %s: %q is %q", name, s.Title, r.Label, r.Value)
				}
			}
			if s.Table == nil {
				continue
			}
			for _, riga := range s.Table.Rows {
				if len(riga) != len(s.Table.Columns) {
					t.Errorf("%s, %s: a row of %d cells under %d columns", name, s.Title, len(riga), len(s.Table.Columns))
				}
			}
		}
	}
}

func TestKinshipIsPrintedOnlyWhereAskedFor(t *testing.T) {
	t.Parallel()
	plain, _, _ := documento.Compose(caso(domain.StatoFamiglia, famiglia(luca(), sara(), agata())))
	kin, _, _ := documento.Compose(caso(domain.StatoFamigliaParentela, famiglia(luca(), sara(), agata())))
	for _, word := range []string{"moglie", "figlia", "intestatario"} {
		if strings.Contains(string(indented(t, plain)), word) {
			t.Errorf("a stato di famiglia says %q", word)
		}
		if !strings.Contains(string(indented(t, kin)), word) {
			t.Errorf("a stato di famiglia con rapporti di parentela does not say %q", word)
		}
	}
}

func TestTheConfirmationIsPrinted(t *testing.T) {
	t.Parallel()
	for conferma, want := range map[domain.Conferma]string{
		domain.Immediata: "immediata", domain.Manuale: "operatore dell'Ufficio Anagrafe", domain.SilenzioAssenso: "silenzio-assenso",
	} {
		c := caso(domain.Residenza, persona(luca()))
		c.Visura = c.Visura.Evolve(domain.VisuraApproved{Conferma: conferma}, domain.Meta{})
		doc, _, _ := documento.Compose(c)
		if !slices.Contains(doc.Estremi, documento.Row{Label: "Modalità di conferma", Value: want}) {
			t.Errorf("%s is printed as %v", conferma, doc.Estremi)
		}
	}
}

// anyone draws a person with any blocks present or missing.
func anyone() *rapid.Generator[scheda.Persona] {
	people := []func() scheda.Persona{luca, sara, agata, celibe, anziana, straniera, warnIfHomeless, vedova, unita, divorziato, liberaDaUnione, defunto, ospite, espatriata}
	codes := rapid.SampledFrom([]string{"", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "28", "98", "99", "x"})
	return rapid.Custom(func(t *rapid.T) scheda.Persona {
		s := rapid.SampledFrom(people).Draw(t, "person")()
		gone := rapid.Uint32().Draw(t, "gone")
		drop := func(bit int, f func()) {
			if gone>>bit&1 == 1 {
				f()
			}
		}
		drop(0, func() { s.Matrimonio = nil })
		drop(1, func() { s.Legame = nil })
		drop(2, func() { s.Famiglia = nil })
		drop(3, func() { s.Iscrizione = nil })
		drop(4, func() { s.Residenze = nil })
		drop(5, func() { s.Cittadinanze = nil })
		drop(6, func() { s.Generalita = scheda.Generalita{CodiceFiscale: s.Generalita.CodiceFiscale} })
		drop(7, func() { s.StatoCivile = codes.Draw(t, "status") })
		drop(8, func() { s.Certificabile = codes.Draw(t, "certifiable") })
		drop(9, func() { s.Cancellazione = &scheda.Cancellazione{Codice: codes.Draw(t, "motive")} })
		drop(10, func() { s.Decesso = &scheda.Evento{} })
		drop(11, func() { s.Cessazione = &scheda.Cessazione{Tipo: codes.Draw(t, "end"), Unione: gone>>31 == 1} })
		drop(12, func() { s.UnioneCivile = &scheda.Unione{} })
		drop(13, func() { s.Vedovanza = &scheda.Evento{} })
		drop(14, func() { s.Matrimonio = &scheda.Unione{Altro: &scheda.Generalita{}} })
		drop(15, func() { s.Legame = &scheda.Legame{Tipo: codes.Draw(t, "bond"), Codice: codes.Draw(t, "kin")} })
		drop(16, func() {
			s.Residenze = []scheda.Residenza{{Tipo: codes.Draw(t, "address")}, {Tipo: "4", Estero: &scheda.Estero{}}}
		})
		return s
	})
}

func TestComposeIsTotalAndPure(t *testing.T) {
	t.Parallel()
	var tipi []domain.Tipo
	for _, v := range documento.Catalogue() {
		tipi = append(tipi, v.Tipo)
	}
	rapid.Check(t, func(t *rapid.T) {
		cards := rapid.SliceOfN(anyone(), 0, 4).Draw(t, "cards")
		s := scheda.Scheda{IDOperazioneANPR: "1", Persone: cards}
		for _, p := range cards {
			s.Residenze, s.Cittadinanze = append(s.Residenze, p.Residenze...), append(s.Cittadinanze, p.Cittadinanze...)
		}
		c := caso(rapid.SampledFrom(append(tipi, "", "altro")).Draw(t, "tipo"), s)
		doc, warnings, refusal := documento.Compose(c)
		again, _, refused := documento.Compose(c)
		if !cmp.Equal(doc, again) || !cmp.Equal(refusal, refused) {
			t.Fatal("the same case is judged twice differently")
		}
		if refusal == nil {
			if doc.Title == "" || len(doc.Sections) < 2 {
				t.Fatalf("a document of %d sections", len(doc.Sections))
			}
			if len(doc.Warnings) != len(warnings) {
				t.Fatal("a warning is not printed")
			}
			return
		}
		if !cmp.Equal(doc, documento.Documento{}) || warnings != nil || !refusal.Refuses || refusal.Text != domain.NotIssuableText(refusal.Code) {
			t.Fatalf("refused with a document, or without words: %+v", refusal)
		}
	})
}

// Only what ANPR's production answers makes a document of value; of what nothing
// is known it is not assumed.
func TestADocumentOfAnotherRegistrySaysSo(t *testing.T) {
	t.Parallel()
	for ambiente, want := range map[domain.Ambiente]string{
		domain.Produzione: "", domain.Prova: documento.DiProva, domain.PreSubentro: documento.DiProva,
		domain.Simulatore: documento.DiProva, "": documento.DiProva,
	} {
		c := caso(domain.Residenza, persona(luca()))
		c.Ambiente = ambiente
		if doc, _, refusal := documento.Compose(c); refusal != nil || doc.Across != want {
			t.Errorf("%q: across it stands %q, %v", ambiente, doc.Across, refusal)
		}
	}
}

func TestComposeOnTheDayOfAnswer(t *testing.T) {
	t.Parallel()
	c := caso(domain.EsistenzaInVita, persona(luca()))
	c.IssuedAt = domain.ItalianTime(time.Date(2026, 11, 23, 23, 30, 0, 0, time.UTC)) // past midnight in Italy
	doc, _, _ := documento.Compose(c)
	text := string(indented(t, doc))
	if !strings.Contains(text, "in vita alla data del 23/11/2026") || !strings.Contains(text, "24/11/2026 00:30:00") {
		t.Error("the day of the data and the instant of issue are confused")
	}
}
