package table_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

func TestATableOpensInASpreadsheetAndRunsNothing(t *testing.T) {
	t.Parallel()
	columns := []table.Column[string]{{"Testo", func(r string) string { return r }}, {"Altro", func(string) string { return "è" }}}
	written := table.New(table.CSV, columns)
	written.Add("=1+1", "+39 0544", "-1", "@SUM(A1)", "\tx")
	written.Add(`due; "righe"`, "")
	want := "\uFEFFTesto;Altro\r\n'=1+1;è\r\n'+39 0544;è\r\n'-1;è\r\n'@SUM(A1);è\r\n'\tx;è\r\n\"due; \"\"righe\"\"\";è\r\n;è\r\n"
	if got := text(t, written); got != want {
		t.Errorf("the table is %q, want %q", got, want)
	}
}

func TestEveryColumnHasATitleOfItsOwnAndReadsAnEmptyRow(t *testing.T) {
	t.Parallel()
	sound(t, "accessi", table.Accessi)
	sound(t, "attivita", table.Attivita)
	sound(t, "applicativi", table.Applicativi)
	sound(t, "convenzioni", table.Convenzioni)
	sound(t, "diritti", table.Diritti)
	sound(t, "enti", table.Enti)
	sound(t, "postazioni", table.Postazioni)
	sound(t, "profili", table.Profili)
	sound(t, "ricertificazioni", table.Ricertificazioni)
	sound(t, "utenti", table.Utenti)
	sound(t, "visure", table.Visure)
	masked := projections.RigaElenco{Soggetto: projections.Soggetto{Testo: "RSS*************", Mascherato: true}}
	written := table.New(table.CSV, table.Visure)
	written.Add(masked)
	if got := text(t, written); !strings.Contains(got, "RSS*************") {
		t.Errorf("a person who is masked: %q", got)
	}
}

// What a Comune keeps of whom it lets read the registry is in the table of its acts:
// what for, which types, how far, how that is confirmed, and how much.
func TestTheTableOfActsSaysWhatEachAdmits(t *testing.T) {
	t.Parallel()
	written := table.New(table.CSV, table.Convenzioni)
	act := projections.RigaConvenzione{
		EnteDenominazione: "INPS", ComuneNome: "Roma", Titolo: "Convenzione", Estremi: "Prot. 1", Stato: domain.ConvenzioneAttiva,
		Finalita: []domain.Finalita{
			{Codice: "pensioni", Descrizione: "Pensioni", BaseGiuridica: "L. 88/1989"},
			{Codice: "ISEE", Descrizione: "Controlli", BaseGiuridica: "DPR 445/2000"},
		},
		Massimo: domain.Massimo{Tipi: []domain.Tipo{domain.Residenza, domain.StatoCivile}, Nazionale: domain.Modo{Conferma: domain.SilenzioAssenso, Ore: 48},
			Quote: []domain.Quota{{Di: domain.DiUtente, Misura: domain.Richieste, Per: domain.AlGiorno, Limite: 50}, {Di: domain.DiEnte, Misura: domain.Soggetti, Per: domain.AlGiorno, Limite: 2000}}},
	}
	local := act
	local.Finalita, local.Massimo = act.Finalita[:1], domain.Massimo{Tipi: act.Massimo.Tipi[:1]}
	written.Add(act, local)
	want := "\uFEFFEnte;Comune;Atto;Estremi;Stato;Dal;Al;Bozza;Finalità;Tipi;Ambito;Conferma nazionale;Ore di silenzio-assenso;Quote\r\n" +
		"INPS;Roma;Convenzione;Prot. 1;attiva;;;;\"pensioni: Pensioni (L. 88/1989); ISEE: Controlli (DPR 445/2000)\";residenza, stato_civile;nazionale;silenzio_assenso;48;\"richieste al giorno dell'utente: 50; persone distinte al giorno dell'Ente: 2000\"\r\n" +
		"INPS;Roma;Convenzione;Prot. 1;attiva;;;;pensioni: Pensioni (L. 88/1989);residenza;comunale;;;\r\n"
	if diff := cmp.Diff(want, text(t, written)); diff != "" {
		t.Error(diff)
	}
}

// sound looks at the columns of a table.
func sound[R any](t *testing.T, name string, columns []table.Column[R]) {
	t.Helper()
	titles := map[string]bool{"": true}
	for _, c := range columns {
		if titles[c.Title] {
			t.Errorf("%s: the title %q is empty or there twice", name, c.Title)
		}
		titles[c.Title] = true
	}
	written := table.New(table.CSV, columns)
	written.Add(*new(R))
	if lines := strings.Count(text(t, written), "\r\n"); lines != 2 {
		t.Errorf("%s: %d lines of an empty row", name, lines)
	}
}

// text is a table as it was written.
func text[R any](t *testing.T, written *table.Table[R]) string {
	t.Helper()
	file, err := written.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return string(file)
}

func TestAWorkbookHoldsWhatATableDoesAsText(t *testing.T) {
	t.Parallel()
	columns := []table.Column[string]{{"Testo", func(r string) string { return r }}, {"Altro", func(string) string { return "è" }}}
	written := table.New(table.XLSX, columns)
	written.Add("=1+1", "00041", "a\x00b", "due\nrighe")
	book, err := excelize.OpenReader(strings.NewReader(text(t, written)))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("Elenco")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"Testo", "Altro"}, {"=1+1", "è"}, {"00041", "è"}, {"a\uFFFDb", "è"}, {"due\nrighe", "è"}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	if formula, err := book.GetCellFormula("Elenco", "A2"); err != nil || formula != "" {
		t.Errorf("a formula %q, %v", formula, err)
	}
	if kind, err := book.GetCellType("Elenco", "A3"); err != nil || kind != excelize.CellTypeInlineString {
		t.Errorf("digits are of type %v, %v", kind, err)
	}
}
