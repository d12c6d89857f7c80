package pdf_test

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/adapters/pdf"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

var _ commands.Renderer = (*pdf.Renderer)(nil)

func newRenderer(t testing.TB) *pdf.Renderer {
	t.Helper()
	r, err := pdf.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func render(t testing.TB, d documento.Documento) (file string, pages int) {
	t.Helper()
	out, pages, err := newRenderer(t).Render(d)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "visura.pdf")
	if err := os.WriteFile(file, out, 0o600); err != nil {
		t.Fatal(err)
	}
	return file, pages
}

// tool runs a program of the system and returns what it printed.
func tool(t testing.TB, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is not installed", name)
		}
		t.Skipf("%s is not installed", name)
	}
	cmd := exec.Command(path, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %v: %v\n%s%s", name, args, err, stdout.String(), stderr.String())
	}
	return stdout.String()
}

// TestGolden compares the text of every sample, and all that is drawn as one
// digest, with what was looked at and found good. After a change of layout:
// go test ./adapters/pdf -run Golden -update, and look at the pages.
func TestGolden(t *testing.T) {
	t.Parallel()
	for name, d := range samples() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, _ := render(t, d)
			asLookedAt(t, name, file)
		})
	}
}

// asLookedAt compares a file with the golden one of its name.
func asLookedAt(t *testing.T, name, file string) {
	t.Helper()
	got := tool(t, "pdftotext", "-layout", file, "-") + "\nSHA-256 of the drawing: " + digest(t, file) + "\n"
	golden := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	// Versions of pdftotext differ in how many blanks they put.
	if diff := cmp.Diff(squeeze(string(want)), squeeze(got)); diff != "" {
		t.Errorf("differs from %s (-want +got):\n%s", golden, diff)
	}
}

func squeeze(text string) (lines []string) {
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 0 {
			lines = append(lines, strings.Join(words, " "))
		}
	}
	return lines
}

var (
	streams = regexp.MustCompile(`(?s)stream\n(.*?)\nendstream`)
	lengths = regexp.MustCompile(`/Length \d+`)
)

// digest is of everything but compression, which a new Go may do otherwise:
// the objects with their streams inflated, without lengths and places.
func digest(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	data = inflated(t, data[:bytes.LastIndex(data, []byte("\nxref\n"))])
	sum := sha256.Sum256(lengths.ReplaceAll(data, nil))
	return hex.EncodeToString(sum[:])
}

// inflated is a file with its streams inflated.
func inflated(t *testing.T, data []byte) []byte {
	t.Helper()
	return streams.ReplaceAllFunc(data, func(stream []byte) []byte {
		r, err := zlib.NewReader(bytes.NewReader(stream[len("stream\n"):]))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		return plain
	})
}

func TestEverySampleIsASoundFile(t *testing.T) {
	t.Parallel()
	for name, d := range samples() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, pages := render(t, d)
			tool(t, "qpdf", "--check", file)
			info := tool(t, "pdfinfo", file)
			for _, want := range []string{"Title:           " + d.Title, "Author:          " + d.Comune,
				"CreationDate:    Fri Mar 14 09:42:07 2025 UTC", "Page size:       595.28 x 841.89 pts (A4)"} {
				if !strings.Contains(info, want) {
					t.Errorf("pdfinfo lacks %q:\n%s", want, info)
				}
			}
			if got := regexp.MustCompile(`Pages: +(\d+)`).FindStringSubmatch(info)[1]; got != strconv.Itoa(pages) {
				t.Errorf("%d pages reported, file has %s", pages, got)
			}
		})
	}
}

func TestOnlyEmbeddedSubsetsAreUsed(t *testing.T) {
	t.Parallel()
	for name, d := range samples() {
		file, _ := render(t, d)
		lines := strings.Split(strings.TrimSpace(tool(t, "pdffonts", file)), "\n")[2:]
		if len(lines) < 2 {
			t.Errorf("%s: fewer fonts than faces: %v", name, lines)
		}
		for _, line := range lines {
			if !strings.Contains(line, " yes yes ") {
				t.Errorf("%s: font not embedded as a subset: %s", name, line)
			}
		}
	}
}

func TestTheQRCodeLeadsToTheVerificationPage(t *testing.T) {
	t.Parallel()
	for name, d := range samples() {
		file, pages := render(t, d)
		image := strings.TrimSuffix(file, ".pdf")
		last := string(rune('0' + pages))
		tool(t, "pdftoppm", "-r", "150", "-png", "-singlefile", "-f", last, "-l", last, file, image)
		got := strings.TrimSpace(tool(t, "zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", image+".png"))
		if got != d.VerifyURL {
			t.Errorf("%s: QR reads %q, want %q", name, got, d.VerifyURL)
		}
	}
}

func TestEqualDocumentsMakeEqualBytesAlsoAtOnce(t *testing.T) {
	t.Parallel()
	r := newRenderer(t)
	want, _, err := r.Render(famiglia(12))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if got, _, err := r.Render(famiglia(12)); err != nil || !bytes.Equal(got, want) {
				t.Errorf("another rendering differs (error %v)", err)
			}
		})
	}
	wg.Wait()
	d := famiglia(12)
	d.Sections[0].Rows[0].Value = "ROSI"
	if got, _, _ := r.Render(d); bytes.Equal(got, want) {
		t.Error("a different document makes equal bytes")
	}
}

func TestTheLanguageIsItalian(t *testing.T) {
	t.Parallel()
	out, _, err := newRenderer(t).Render(residenza())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(out, []byte("/Lang (it-IT)")) || !regexp.MustCompile(`/ID \[<[0-9a-f]{32}> <`).Match(out) {
		t.Error("language or identifier missing")
	}
}

// Every word of a twelve-member family must come out, however it was wrapped.
func TestNoWordOfALongTableIsLost(t *testing.T) {
	t.Parallel()
	d := famiglia(12)
	file, pages := render(t, d)
	text := tool(t, "pdftotext", "-raw", file, "-")
	squeezed := strings.Join(strings.Fields(text), "")
	for _, row := range d.Sections[2].Table.Rows {
		for _, cell := range row {
			for _, word := range strings.Fields(cell) {
				if !strings.Contains(squeezed, word) {
					t.Errorf("%q is missing", word)
				}
			}
		}
	}
	if got := strings.Count(text, "Cognome Nome Sesso"); got != pages {
		t.Errorf("table heading stands %d times on %d pages", got, pages)
	}
}

func TestUnprintableCharactersAreSubstitutedAndNamed(t *testing.T) {
	t.Parallel()
	d := residenza()
	d.Sections[0].Rows[0].Value = "A王B\xffC"
	d.Sections[0].Rows[1].Value = "C\u030CRT\u00ADA \u200BX" // composes; what is invisible goes
	file, _ := render(t, d)
	text := tool(t, "pdftotext", "-raw", file, "-")
	for _, want := range []string{"Cognome A�B�C Nome ČRTA X\n", "AVVERTENZE\n", "sostituiti dal segno �: U+738B, U+FFFD."} {
		if !strings.Contains(text, want) {
			t.Errorf("text lacks %q:\n%s", want, text)
		}
	}
	file, _ = render(t, residenza())
	if text := tool(t, "pdftotext", "-raw", file, "-"); strings.Contains(text, "AVVERTENZE") {
		t.Error("a document without warnings has a warning box")
	}
}

func TestWhatCannotBePrintedFaithfullyIsRefused(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*documento.Documento){
		"a date that is none":             func(d *documento.Documento) { d.Created = "14/03/2025" },
		"no verification address":         func(d *documento.Documento) { d.VerifyURL = "" },
		"an address too long for a QR":    func(d *documento.Documento) { d.VerifyURL = strings.Repeat("x", 5000) },
		"a row with more cells than head": func(d *documento.Documento) { d.Sections[0].Table = &documento.Table{Rows: [][]string{{"x"}}} },
	} {
		d := residenza()
		spoil(&d)
		if out, _, err := newRenderer(t).Render(d); err == nil || out != nil {
			t.Errorf("%s: printed", name)
		} else if strings.Contains(err.Error(), "ROSSI") {
			t.Errorf("%s: personal data in %v", name, err)
		}
	}
}
