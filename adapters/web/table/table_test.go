package table_test

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

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

// pages are numbers in pages of a hundred, an error after some.
func pages(rows, fails int) func(string) (projections.PaginaDi[int], error) {
	return func(cursor string) (p projections.PaginaDi[int], err error) {
		from, _ := strconv.Atoi(cursor)
		if from >= fails {
			return p, errors.New("the database is gone")
		}
		for n := from; n < min(from+100, rows); n++ {
			p.Items = append(p.Items, n)
		}
		if from+100 < rows {
			p.Next = strconv.Itoa(from + 100)
		}
		return p, nil
	}
}

// counted is a list of numbers of which each two have an id, and how many ids each entry of
// the journal is told; none is once more lines were written than had been entered.
func counted(t *testing.T, page func(string) (projections.PaginaDi[int], error), to *strings.Builder) (*table.Whole[int], *[]int) {
	entered, known := &[]int{}, 1
	return &table.Whole[int]{
		Format: table.CSV, Columns: []table.Column[int]{{Title: "N", Of: strconv.Itoa}}, Page: page,
		IDs: func(rows []int) (ids []string) {
			for _, n := range rows {
				ids = append(ids, strconv.Itoa(n/2))
			}
			return ids
		},
		Enter: func(shown ...string) error {
			if lines := strings.Count(to.String(), "\r\n"); lines > known {
				t.Errorf("%d lines are written, and %d entered", lines, known)
			}
			*entered, known = append(*entered, len(shown)), known+2*len(shown)
			return nil
		},
	}, entered
}

func TestWhatATableShowsIsEnteredBeforeItIsWritten(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rows, fails, again int
		entered            []int
		lines              int // at most

		refused bool
	}{
		"of no row":            {0, 1, 0, []int{0}, 1, false},
		"of one entry":         {9_950, 1e9, 0, []int{4_975}, 9_951, false},
		"of three entries":     {25_000, 1e9, 2, []int{5_000, 5_000, 2_500}, 25_001, false},
		"that cannot be ended": {25_000, 15_000, 1, []int{5_000}, 10_001, true},
	} {
		t.Run(name, func(t *testing.T) {
			var text strings.Builder
			all, entered := counted(t, pages(c.rows, c.fails), &text)
			if err := all.Begin(""); err != nil {
				t.Fatal(err)
			}
			again := 0
			err := all.Write(&text, func() error { again++; return nil })
			if (err != nil) != c.refused || again != c.again {
				t.Errorf("written: %v, asked %d times", err, again)
			}
			if diff := cmp.Diff(c.entered, *entered); diff != "" {
				t.Error(diff)
			}
			if lines := strings.Count(text.String(), "\r\n"); lines > c.lines || !c.refused && lines < c.lines {
				t.Errorf("%d lines", lines)
			}
		})
	}
}

func TestATableEndsWhereItsReaderMayNoLonger(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	all, entered := counted(t, pages(25_000, 1e9), &text)
	if err := all.Begin(""); err != nil {
		t.Fatal(err)
	}
	gone := errors.New("the role is gone")
	if err := all.Write(&text, func() error { return gone }); !errors.Is(err, gone) {
		t.Errorf("written: %v", err)
	}
	if lines := strings.Count(text.String(), "\r\n"); lines > 10_001 || len(*entered) != 1 {
		t.Errorf("%d lines, entered %v", lines, *entered)
	}
	none, _ := counted(t, pages(1, 0), &text)
	if err := none.Begin(""); err == nil {
		t.Error("what cannot be read is begun")
	}
}

func TestAWorkbookThatIsFullGoesOnOnAnotherSheet(t *testing.T) {
	t.Parallel()
	columns := make([]table.Column[int], 28)
	for i := range columns {
		columns[i] = table.Column[int]{Title: fmt.Sprint("T", i), Of: func(n int) string { return map[bool]string{true: "ultima"}[i == 27 && n == 1<<20-1] }}
	}
	written := table.New(table.XLSX, columns)
	for n := range 1 << 20 {
		written.Add(n)
	}
	book, err := excelize.OpenReader(strings.NewReader(text(t, written)))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("Elenco 2")
	if err != nil || len(rows) != 2 || rows[0][27] != "T27" || rows[1][27] != "ultima" {
		t.Errorf("the second sheet is %v, %v", rows, err)
	}
}

// BenchmarkTable is how fast rows are written, and what is allocated for each.
func BenchmarkTable(b *testing.B) {
	at := time.Date(2026, 11, 28, 10, 41, 0, 0, time.UTC)
	row := projections.RigaElenco{
		ID: "8d1f2c3e-5a7b-4c9d-8e0f-1a2b3c4d5e6f", Status: domain.Issued, Tipo: domain.StatoFamiglia, Numero: "EPPC-R04J-ZV0G-2BEM1", ComuneNome: "Bagnacavallo", EnteDenominazione: "Ospedale Maggiore",
		RequesterCodice: "U-7F3K9-Q2MXA", Ambito: domain.Comunale, Conferma: domain.Immediata, Finalita: "ISEE", NumeroPratica: "2026/004711",
		Soggetto: projections.Soggetto{Testo: "RSSMRA80A01H501U"}, RequestedAt: at, IssuedAt: &at,
	}
	for _, format := range table.Formats {
		b.Run(format.Extension, func(b *testing.B) {
			b.ReportAllocs()
			written := table.To(io.Discard, format, table.Visure)
			for b.Loop() {
				written.Add(row)
			}
			if err := written.Close(); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
