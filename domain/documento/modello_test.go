package documento_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// A model of every part.
var modello = documento.Modello{
	Versione: 2, Intestazione: []string{"Servizi Demografici – Ufficio Anagrafe", "Piazza della Libertà 12, 48012 Bagnacavallo (RA)"},
	Stemma: &documento.Stemma{PNG: []byte("picture"), Descrizione: "Stemma del Comune di Bagnacavallo"},
	Piede:  []string{"Responsabile del procedimento: il dirigente dei Servizi demografici."},
}

func TestAModelHeadsTheDocumentAndAddsToItsFoot(t *testing.T) {
	t.Parallel()
	c := caso(domain.Residenza, persona(luca()))
	plain, _, _ := documento.Compose(c)
	c.Modello = modello
	got, _, refusal := documento.Compose(c)
	want := plain
	want.Ufficio, want.Righe, want.Stemma, want.Foot = modello.Intestazione[0], modello.Intestazione[1:], modello.Stemma, append(slices.Clip(plain.Foot), modello.Piede...)
	if diff := cmp.Diff(want, got); refusal != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", refusal, diff)
	}
}

// What the law wants stands on every document, and the title of a national one too,
// before what the Comune adds.
func TestNoModelTakesFromTheLegalFoot(t *testing.T) {
	t.Parallel()
	c := caso(domain.Residenza, persona(luca()))
	c.Visura.Request.Ambito, c.Visura.Beyond, c.Comune.Nazionale = domain.Nazionale, true, domain.NazionaleEnabled{Testo: "Accordo", Atto: "D.G.C. 12", Data: data("2026-01-12")}
	plain, _, _ := documento.Compose(c)
	for name, m := range map[string]documento.Modello{
		"an empty one": {Versione: 1}, "one with a heading": {Versione: 2, Intestazione: []string{"Anagrafe"}}, "one with a foot": modello,
	} {
		c.Modello = m
		got, _, _ := documento.Compose(c)
		if len(plain.Foot) != 6 || !slices.Equal(got.Foot[:6], plain.Foot) || !slices.Equal(got.Foot[6:], m.Piede) {
			t.Errorf("%s: %q", name, got.Foot)
		}
		if len(m.Intestazione) == 0 && (got.Ufficio != plain.Ufficio || got.Righe != nil) {
			t.Errorf("%s: headed %q, %q", name, got.Ufficio, got.Righe)
		}
	}
}

func TestTheFirstCharacterThatCannotBePrintedIsNamed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]rune{
		"": 0, "Città di Čakovec – «piazza», €": 0, "Sportello 王 e 李": '王', "due\nrighe": '\n', "\u200b": '\u200b', "e\u0300": '\u0300', "\ufffd": '\ufffd', "\xff": '\ufffd',
	} {
		if got, ok := documento.Unprintable(text); got != want || ok != (want != 0) {
			t.Errorf("%q: %q, %t", text, got, ok)
		}
	}
}

func TestTheFormulaOfCertificatesIsRecognised(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"Il presente certificato non può essere prodotto agli organi della pubblica amministrazione": true,
		"IL  PRESENTE\tCERTIFICATO": true, "Ufficio certificato ISO 9001": false, "La presente visura non è un certificato": false,
	} {
		if documento.OfCertificates(text) != want {
			t.Errorf("%q", text)
		}
	}
}

// A preview is a document like any other, but of nobody and of no value.
func TestAPreviewIsOfNobodyAndOfNoValue(t *testing.T) {
	t.Parallel()
	url := func(n domain.CIUV) string { return "https://visure.example/verifica/" + string(n) }
	d := documento.Anteprima(comune, modello, mattina, url)
	real := caso(domain.Residenza, persona(luca()))
	real.Modello, real.Ambiente = modello, domain.Simulatore
	like, _, _ := documento.Compose(real)
	if d.Across != documento.DiProva || d.Title != like.Title || len(d.Sections) != len(like.Sections) || len(d.Warnings) > 0 || d.VerifyURL != url(d.Numero) {
		t.Errorf("%+v", d)
	}
	if diff := cmp.Diff([]any{like.Ufficio, like.Righe, like.Stemma, like.Foot}, []any{d.Ufficio, d.Righe, d.Stemma, d.Foot}); diff != "" {
		t.Errorf("-a document +its preview:\n%s", diff)
	}
	for _, row := range d.Sections[0].Rows {
		if _, err := domain.ParseCodiceFiscale(row.Value); row.Label == "Codice fiscale" && err == nil {
			t.Errorf("%s may be somebody's", row.Value)
		}
	}
	if number, err := domain.ParseCIUV(string(d.Numero)); err != nil || number != d.Numero {
		t.Errorf("%s, %v", d.Numero, err)
	}
}
