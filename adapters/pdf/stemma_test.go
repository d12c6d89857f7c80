package pdf_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/pdf"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// modello is a document made with a model of every part.
func modello() documento.Documento {
	d := residenza()
	d.Ufficio, d.Righe = "Servizi Demografici – Ufficio Anagrafe", []string{"Corso Italia 70, 40017 San Giovanni in Persiceto (BO)", "PEC comune.persiceto@cert.provincia.bo.it – tel. 051 6812701"}
	d.Foot = append(d.Foot, "Responsabile del procedimento: il dirigente dei Servizi demografici.", "Informazioni sul trattamento dei dati: www.comunepersiceto.it/privacy.")
	picture, err := os.ReadFile("testdata/stemma.png")
	if err != nil {
		panic(err)
	}
	d.Stemma = &documento.Stemma{PNG: picture, Descrizione: "Stemma del Comune di San Giovanni in Persiceto"}
	return d
}

// fullModello is one with as much of everything as is admitted, on a document that goes
// over pages.
func fullModello() documento.Documento {
	d, full := prova(), modello()
	d.Stemma = full.Stemma
	d.Ufficio, d.Righe = strings.Repeat("W", 100), nil
	for range 4 {
		d.Righe = append(d.Righe, strings.Repeat("Ufficio Ẅ ", 10)[:100])
	}
	for range 6 {
		d.Foot = append(d.Foot, strings.Repeat("WWWWWWWW ", 33)+"WWW")
	}
	return d
}

func TestWhatAModelAddsIsPrintedInTheDocument(t *testing.T) {
	t.Parallel()
	d := modello()
	file, pages := render(t, d)
	text := strings.Join(strings.Fields(tool(t, "pdftotext", "-layout", file, "-")), " ")
	for _, want := range append(append([]string{d.Ufficio}, d.Righe...), d.Foot...) {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing: %s", want, text)
		}
	}
	if strings.Index(text, d.Righe[1]) > strings.Index(text, d.Title) || pages != 1 {
		t.Errorf("the heading is not at the head of %d pages", pages)
	}
	if list := tool(t, "pdfimages", "-list", file); !strings.Contains(list, "307   384  rgb") || strings.Contains(list, "smask") {
		t.Errorf("no picture of 307 by 384 points without transparency: %s", list)
	}
	picture := strings.TrimSuffix(file, ".pdf")
	tool(t, "pdftoppm", "-r", "72", "-png", "-singlefile", file, picture)
	if n := reddish(t, picture+".png"); n < 300 {
		t.Errorf("%d red points on the page", n)
	}
	out, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if alt := fmt.Sprintf("/Span <</Alt <FEFF%X>>> BDC", utf16of(d.Stemma.Descrizione)); !strings.Contains(string(inflated(t, out)), alt) {
		t.Error("the coat of arms has no description")
	}
}

// utf16of is a text of the Basic Latin block in UTF-16.
func utf16of(s string) (out []byte) {
	for _, b := range []byte(s) {
		out = append(out, 0, b)
	}
	return out
}

// What a document holds of the picture is what the file held: nothing is drawn anew.
func TestTheStemmaIsInTheDocumentAsItIsKept(t *testing.T) {
	t.Parallel()
	d := modello()
	file, _ := render(t, d)
	prefix := filepath.Join(t.TempDir(), "stemma")
	tool(t, "pdfimages", "-png", file, prefix)
	got, err := os.ReadFile(prefix + "-000.png")
	if err != nil {
		t.Fatal(err)
	}
	a, b := points(t, d.Stemma.PNG), points(t, got)
	if a != b {
		t.Error("the picture in the document has other points")
	}
}

// points is a digest of what a PNG shows.
func points(t *testing.T, file []byte) [32]byte {
	t.Helper()
	i, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	for y := range i.Bounds().Dy() {
		for x := range i.Bounds().Dx() {
			r, g, b, a := i.At(x, y).RGBA()
			all = append(all, byte(r>>8), byte(g>>8), byte(b>>8), byte(a>>8))
		}
	}
	return sha256.Sum256(all)
}

func TestTheStemmaOfADocumentStandsInPlaceOfTheInstallations(t *testing.T) {
	t.Parallel()
	arms, err := pdf.ReadArms(folder(t, map[string][]byte{"037053.png": shield(t, 96, 120)}))
	if err != nil {
		t.Fatal(err)
	}
	r, err := pdf.New(arms)
	if err != nil {
		t.Fatal(err)
	}
	d := modello()
	without, _, _ := newRenderer(t).Render(d)
	d.ISTAT = "037053"
	if with, _, err := r.Render(d); err != nil || !bytes.Equal(with, without) {
		t.Errorf("the installation's coat of arms makes a difference: %v", err)
	}
}

func TestAPictureThatIsNoStemmaIsNotPrinted(t *testing.T) {
	t.Parallel()
	whole := modello().Stemma.PNG
	for name, file := range map[string][]byte{
		"none": nil, "with alpha": shield(t, 16, 16), "cut off": whole[:len(whole)/2], "no PNG": []byte("GIF89a"), "headless": append([]byte("\x89PNG\r\n\x1a\n"), whole[33:]...),
	} {
		d := modello()
		d.Stemma.PNG = file
		if out, _, err := newRenderer(t).Render(d); err == nil || out != nil {
			t.Errorf("%s: printed", name)
		}
	}
}

// coarse is an image in noise, which no compression makes small.
func coarse(width, height int) image.Image {
	r := rand.New(rand.NewPCG(1, 2))
	i := image.NewNRGBA(image.Rect(0, 0, width, height))
	for n := range i.Pix {
		i.Pix[n] = byte(r.Uint32())
	}
	return i
}

func encoded(t *testing.T, i image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, i); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Whatever a TOP brings, what is kept of it is a small PNG without transparency, which the
// command takes and a document bears.
func TestAStemmaIsDrawnAnew(t *testing.T) {
	t.Parallel()
	gray := image.NewGray16(image.Rect(10, 10, 60, 110))
	palette := image.NewPaletted(image.Rect(0, 0, 40, 30), color.Palette{color.Transparent, color.NRGBA{R: 176, G: 16, B: 32, A: 255}})
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, coarse(700, 900), nil); err != nil {
		t.Fatal(err)
	}
	top := commands.Given[domain.Comune]{ID: "039002"}
	top.Meta.By = domain.Actor{Utente: "00000000-0000-4000-8000-000000000002", Role: domain.RoleTop, Comune: "039002"}
	top.State.Registered, top.Actor.Comune.ISTAT, top.Actor.Comune.Tops = true, "039002", []domain.UtenteID{top.Meta.By.Utente}
	for name, c := range map[string]struct {
		file          []byte
		width, height int
	}{
		"as it is":                 {shield(t, 96, 120), 96, 120},
		"large":                    {shield(t, 2048, 1024), 384, 192},
		"narrow":                   {shield(t, 3, 2048), 1, 384},
		"a photograph":             {photo.Bytes(), 224, 288},
		"noise":                    {encoded(t, coarse(384, 384)), 216, 216},
		"grey, of sixteen bits":    {encoded(t, gray), 50, 100},
		"of a palette":             {encoded(t, palette), 40, 30},
		"of a point":               {shield(t, 1, 1), 1, 1},
		"with words in it":         {withText(shield(t, 9, 9), "Autore: Mario Rossi"), 9, 9},
		"with something behind it": {append(shield(t, 9, 9), "MZ\x90 a program"...), 9, 9},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := pdf.Stemma(c.file)
			if err != nil {
				t.Fatal(err)
			}
			again, _ := pdf.Stemma(c.file)
			if !bytes.Equal(out, again) || bytes.Contains(out, []byte("Rossi")) || bytes.Contains(out, []byte("program")) {
				t.Error("equal files make others, or what is hidden in them passes")
			}
			events, err := commands.KeepStemma{PNG: out}.Decide(top)
			if err != nil || len(events) != 1 {
				t.Fatalf("%v, %v", events, err)
			}
			if kept := events[0].(domain.StemmaKept); kept.Larghezza != c.width || kept.Altezza != c.height || len(out) > commands.MaxStemma {
				t.Errorf("%d by %d points, %d bytes", kept.Larghezza, kept.Altezza, len(out))
			}
			d := modello()
			d.Stemma.PNG = out
			file, _ := render(t, d)
			tool(t, "qpdf", "--check", file)
			if list := tool(t, "pdfimages", "-list", file); !regexp.MustCompile(fmt.Sprintf(`image +%d +%d +rgb`, c.width, c.height)).MatchString(list) {
				t.Errorf("%s", list)
			}
			// What was drawn anew comes out of it as it went in.
			if second, err := pdf.Stemma(out); err != nil || points(t, second) != points(t, out) {
				t.Errorf("drawn anew once more it is another: %v", err)
			}
		})
	}
}

// withText puts a text into a PNG file where programs put who made it.
func withText(file []byte, text string) []byte {
	const head = 33 // signature and IHDR
	chunk := append([]byte{0, 0, 0, byte(len(text))}, "tEXt"+text...)
	sum := crc32.ChecksumIEEE(chunk[4:])
	chunk = append(chunk, byte(sum>>24), byte(sum>>16), byte(sum>>8), byte(sum))
	return append(append(bytes.Clone(file[:head]), chunk...), file[head:]...)
}

func TestAFileThatIsNoStemmaIsRefusedInWords(t *testing.T) {
	t.Parallel()
	sound := shield(t, 40, 50)
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"nothing":         {nil, "PNG o JPEG"},
		"a drawing":       {[]byte(redShield), "PNG o JPEG"},
		"a GIF":           {[]byte("GIF89a"), "PNG o JPEG"},
		"a damaged PNG":   {sound[:len(sound)-20], "danneggiato"},
		"a damaged JPEG":  {[]byte{0xff, 0xd8, 0xff}, "PNG o JPEG"},
		"too many points": {shield(t, 2049, 4), "2049 × 4 punti"},
		"too many bytes":  {make([]byte, 2<<20+1), "2 MB"},
		"a bomb":          {bomb(t), "20000 × 20000 punti"},
	} {
		out, err := pdf.Stemma(c.file)
		if out != nil || domain.CodeOf(err) != domain.Invalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// bomb is a file that says it is far larger than it is.
func bomb(t *testing.T) []byte {
	t.Helper()
	file := bytes.Clone(shield(t, 4, 4))
	copy(file[16:24], "\x00\x00\x4e\x20\x00\x00\x4e\x20")
	sum := crc32.ChecksumIEEE(file[12:29])
	copy(file[29:33], []byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)})
	return file
}

// The domain refuses in words what the fonts lack, so it has to know what they have.
func TestTheDomainKnowsTheCharactersOfTheFonts(t *testing.T) {
	t.Parallel()
	has := map[rune]bool{}
	for _, set := range []string{"latin", "extended", "additional"} {
		table, err := os.ReadFile("fonts/" + set + ".map")
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(table)) {
			var code byte
			var char rune
			var name string
			if _, err := fmt.Sscanf(line, "!%x U+%x %s", &code, &char, &name); err != nil {
				t.Fatal(err)
			}
			has[char] = true
		}
	}
	delete(has, '\uFFFD') // stands for what they lack
	for char := rune(0); char <= 0x10FFFF; char++ {
		if char >= 0xD800 && char < 0xE000 || char == '\uFFFD' {
			continue
		}
		if _, lacks := documento.Unprintable(string(char)); lacks == has[char] {
			t.Errorf("%U: fonts have it: %t", char, has[char])
		}
	}
}
