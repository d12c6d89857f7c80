package pdf_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/domain/documento"
)

// scanned is what a telephone reads off the last page.
func scanned(t *testing.T, d documento.Documento) string {
	t.Helper()
	file, pages := render(t, d)
	image, last := strings.TrimSuffix(file, ".pdf"), fmt.Sprint(pages)
	tool(t, "pdftoppm", "-r", "150", "-png", "-singlefile", "-f", last, "-l", last, file, image)
	return strings.TrimSpace(tool(t, "zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", image+".png"))
}

// The code grows with the address and must be read off plain paper: 150 points
// an inch are less than any printer's.
func TestTheQRCodeIsReadAtEveryLengthOfAnAddress(t *testing.T) {
	t.Parallel()
	const start = "https://v.it/"
	for _, length := range []int{14, 44, 106, 182, 289} {
		d := residenza()
		d.VerifyURL = start + strings.Repeat("a", length-len(start))
		if got := scanned(t, d); got != d.VerifyURL {
			t.Errorf("of %d characters it reads %q", length, got)
		}
	}
}

// Addresses of any legal characters are read as they are.
func TestTheQRCodeIsReadWhateverTheAddressIsMadeOf(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"http://127.0.0.1:8080/verifica/7K3M-9QXT-0V2B-HD5Z8",
		"HTTPS://COMUNE.IT/VERIFICA/7K3M",
		"https://comune.it/verifica?codice=7K3M&lingua=it#esito",
		"https://comune.it/%C3%A0/~uff_icio/(1)/;a=b,c",
		"https://xn--citt-3na.it/verifica/0000-0000-0000-00000",
		"1234567890",
	} {
		d := residenza()
		d.VerifyURL = url
		if got := scanned(t, d); got != url {
			t.Errorf("%s is read as %q", url, got)
		}
	}
}

// Whatever stands above it, the code is whole on the last page: it never runs
// into the foot, and nothing covers it.
func TestTheQRCodeIsReadUnderAnyAmountOfText(t *testing.T) {
	t.Parallel()
	for _, periods := range []int{0, 9, 11, 13, 40} {
		d := storica(periods)
		if got := scanned(t, d); got != d.VerifyURL {
			t.Errorf("under %d periods it reads %q", periods, got)
		}
	}
}

// The number beside the code and the address under it are those of the
// document, to be typed where there is no telephone.
func TestTheNumberAndTheAddressStandBesideTheCode(t *testing.T) {
	t.Parallel()
	d := residenza()
	file, _ := render(t, d)
	text := strings.Join(strings.Fields(tool(t, "pdftotext", "-raw", file, "-")), "")
	for _, want := range []string{"Codice di verifica " + string(d.Numero), "Verifica del documento: " + d.VerifyURL} {
		if !strings.Contains(text, strings.ReplaceAll(want, " ", "")) {
			t.Errorf("it does not say %q", want)
		}
	}
}

// Nothing of a document depends on where, when or after what it is printed.
func TestADocumentIsTheSameFromEveryRenderer(t *testing.T) {
	t.Parallel()
	used := newRenderer(t)
	for name, d := range samples() {
		first, pages, err := used.Render(d)
		if err != nil {
			t.Fatal(err)
		}
		fresh, again, err := newRenderer(t).Render(d)
		if err != nil {
			t.Fatal(err)
		}
		if string(first) != string(fresh) || pages != again {
			t.Errorf("%s: a renderer that has printed others makes another document", name)
		}
	}
}

// Each part of a document makes a difference to what is printed.
func TestEachFieldOfADocumentIsPrinted(t *testing.T) {
	t.Parallel()
	const mark = "SEGNO"
	for name, change := range map[string]func(*documento.Documento){
		"number":     func(d *documento.Documento) { d.Numero = mark },
		"title":      func(d *documento.Documento) { d.Title = "Visura – " + mark },
		"comune":     func(d *documento.Documento) { d.Comune = mark },
		"province":   func(d *documento.Documento) { d.Provincia = mark },
		"office":     func(d *documento.Documento) { d.Ufficio = mark },
		"subtitle":   func(d *documento.Documento) { d.Subtitle = mark },
		"particular": func(d *documento.Documento) { d.Estremi[0].Value = mark },
		"requester":  func(d *documento.Documento) { d.Richiedente[0].Label = mark },
		"section":    func(d *documento.Documento) { d.Sections[0].Title = mark },
		"prose":      func(d *documento.Documento) { d.Sections[0].Text = []string{mark} },
		"value":      func(d *documento.Documento) { d.Sections[0].Rows[0].Value = mark },
		"heading": func(d *documento.Documento) {
			d.Sections[0].Table = &documento.Table{Columns: []documento.Column{{Title: mark}}}
		},
		"cell": func(d *documento.Documento) {
			d.Sections[0].Table = &documento.Table{Columns: []documento.Column{{Title: "A"}}, Rows: [][]string{{mark}}}
		},
		"warning": func(d *documento.Documento) { d.Warnings = []string{mark} },
		"foot":    func(d *documento.Documento) { d.Foot = []string{mark} },
		"address": func(d *documento.Documento) { d.VerifyURL = "https://" + mark },
	} {
		d := residenza()
		change(&d)
		file, _ := render(t, d)
		if text := tool(t, "pdftotext", "-raw", file, "-"); !strings.Contains(text, mark) {
			t.Errorf("the %s is not printed:\n%s", name, text)
		}
	}
}

// A document asked for must not be changed by printing it: the same value is
// archived and compared.
func TestPrintingLeavesTheDocumentAsItIs(t *testing.T) {
	t.Parallel()
	for name, d := range samples() {
		before := fmt.Sprintf("%#v", d)
		if _, _, err := newRenderer(t).Render(d); err != nil {
			t.Fatal(err)
		}
		if after := fmt.Sprintf("%#v", d); after != before {
			t.Errorf("%s was changed", name)
		}
	}
}
