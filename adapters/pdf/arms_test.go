package pdf_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/pdf"
)

// shield is a coat of arms: a red field with a white pale, of which the corners
// are transparent.
func shield(t *testing.T, width, height int) []byte {
	t.Helper()
	i := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.NRGBA{R: 176, G: 16, B: 32, A: 255}
			if x > width*2/5 && x < width*3/5 {
				c = color.NRGBA{R: 255, G: 255, B: 255, A: 255}
			}
			if y > height*2/3 && (x < width/8 || x > width*7/8) {
				c.A = 0
			}
			i.SetNRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, i); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// folder holds files of the given names.
func folder(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestTheComunesArmsStandInTheHeading(t *testing.T) {
	t.Parallel()
	arms, err := pdf.ReadArms(folder(t, map[string][]byte{"037053.png": shield(t, 96, 120), ".hidden": nil}))
	if err != nil {
		t.Fatal(err)
	}
	r, err := pdf.New(arms)
	if err != nil {
		t.Fatal(err)
	}
	d := storica(14)
	without, _, err := r.Render(d)
	if err != nil {
		t.Fatal(err)
	}
	d.ISTAT = "037053"
	out, pages, err := r.Render(d)
	if err != nil {
		t.Fatal(err)
	}
	if plain, _, _ := newRenderer(t).Render(d); bytes.Equal(out, without) || !bytes.Equal(plain, without) {
		t.Error("the arms are not those of the Comune alone")
	}
	if again, _, _ := r.Render(d); !bytes.Equal(out, again) {
		t.Error("equal documents make other bytes")
	}
	file := filepath.Join(t.TempDir(), "visura.pdf")
	if err := os.WriteFile(file, out, 0o600); err != nil {
		t.Fatal(err)
	}
	tool(t, "qpdf", "--check", file)
	if list := tool(t, "pdfimages", "-list", file); !strings.Contains(list, "96   120  rgb") {
		t.Errorf("no picture of 96 by 120 points: %s", list)
	}
	picture := strings.TrimSuffix(file, ".pdf")
	tool(t, "pdftoppm", "-r", "72", "-png", "-singlefile", "-f", "1", "-l", "1", file, picture)
	if n := reddish(t, picture+".png"); n < 500 {
		t.Errorf("%d red points on the first page", n)
	}
	tool(t, "pdftoppm", "-r", "72", "-png", "-singlefile", "-f", "2", "-l", "2", file, picture)
	if n := reddish(t, picture+".png"); pages != 2 || n > 0 {
		t.Errorf("%d red points on the second of %d pages", n, pages)
	}
}

// redShield is a coat of arms as a drawing.
const redShield = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 50"><path d="M2 2 H38 V25 C38 40 20 48 20 48 C20 48 2 40 2 25 Z" fill="#c8102e"/></svg>`

func TestADrawnCoatOfArmsStandsInTheHeading(t *testing.T) {
	t.Parallel()
	arms, err := pdf.ReadArms(folder(t, map[string][]byte{"037053.svg": []byte(redShield)}))
	if err != nil {
		t.Fatal(err)
	}
	r, err := pdf.New(arms)
	if err != nil {
		t.Fatal(err)
	}
	d := storica(2)
	d.ISTAT = "037053"
	out, _, err := r.Render(d)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "visura.pdf")
	if err := os.WriteFile(file, out, 0o600); err != nil {
		t.Fatal(err)
	}
	tool(t, "qpdf", "--check", file)
	picture := strings.TrimSuffix(file, ".pdf")
	tool(t, "pdftoppm", "-r", "72", "-png", "-singlefile", "-f", "1", "-l", "1", file, picture)
	if n := reddish(t, picture+".png"); n < 500 {
		t.Errorf("%d red points on the first page", n)
	}
}

// reddish counts the points of a picture that have the shield's colour.
func reddish(t *testing.T, file string) (n int) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	page, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for y := range page.Bounds().Dy() {
		for x := range page.Bounds().Dx() {
			if r, g, b, _ := page.At(x, y).RGBA(); r>>8 > 150 && g>>8 < 60 && b>>8 < 80 {
				n++
			}
		}
	}
	return n
}

// Whoever starts the server reads which file to mend.
func TestAFileThatIsNoCoatOfArmsIsRefusedByName(t *testing.T) {
	t.Parallel()
	sound := shield(t, 40, 50)
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"39002.png":    {sound, "six digits"},
		"ravenna.png":  {sound, "six digits"},
		"039002.svg":   {[]byte("<svg/>"), "without a size"},
		"039009.svg":   {[]byte("<svg"), "cannot be read"},
		"039010.svg":   {[]byte(`<svg viewBox="0 0 4 4"><image href="x.png"/></svg>`), "cannot be read"},
		"039011.svg":   {[]byte(`<svg viewBox="0 0 4 4"></svg>`), "without"},
		"037053.svg":   {[]byte(redShield), "another of this Comune"},
		"039002.jpg":   {sound, "only PNG and SVG"},
		"039002":       {sound, "only PNG"},
		"039003.png":   {[]byte("GIF89a"), "no PNG"},
		"039004.png":   {nil, "no PNG"},
		"039005.png":   {sound[:len(sound)-20], "damaged PNG"},
		"039006.png":   {shield(t, 1025, 4), "1025 by 4 points"},
		"039007.png":   {make([]byte, 1<<20+1), "larger than"},
		"039008.a.png": {sound, "only PNG"},
	} {
		dir := folder(t, map[string][]byte{name: c.data, "037053.png": sound})
		arms, err := pdf.ReadArms(dir)
		if err == nil || arms != nil || !strings.Contains(err.Error(), filepath.Join(dir, name)) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := pdf.ReadArms(filepath.Join(t.TempDir(), "nowhere")); err == nil {
		t.Error("a folder that is not there is read")
	}
}
