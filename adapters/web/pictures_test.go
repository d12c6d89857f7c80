package web_test

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/web/eyes"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"pictures of the manual are of the pages as they are": picturesAge,
	})
}

// pictured are the sights that the manual shows, each called as its template.
var pictured = []string{"nuova", "visura"}

// album is where their pictures are, and what the pages were made of when they were
// taken.
const album = "../../docs/manuale/immagini"

func picturesAge(t *testing.T, o *office) {
	kept, err := os.ReadFile(filepath.Join(album, "impronte.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if got := fingerprints(t, gallery(t, o)); got != string(kept) {
		t.Errorf("pages have changed since their pictures were taken: make pictures\ngot\n%swant\n%s", got, kept)
	}
}

// TestThePicturesOfTheManual takes them, with -update.
func TestThePicturesOfTheManual(t *testing.T) {
	if !*update {
		t.Skip("pictures are taken with -update")
	}
	o := openOffice(t)
	o.names = map[string]string{"Comune " + string(comuni[0]): "Bagnacavallo", fmt.Sprintf("Ente %011d", 1): "Azienda USL della Romagna"}
	g, b := gallery(t, o), eyes.Open(t)
	for _, name := range pictured {
		s := sights[name]
		b.Visit(t, o.url+g.fill(s.path), g.cookies(s.who)...).Picture(filepath.Join(album, name+".png"))
	}
	if err := os.WriteFile(filepath.Join(album, "impronte.txt"), []byte(fingerprints(t, g)), 0o644); err != nil {
		t.Fatal(err)
	}
}

var sidebar = regexp.MustCompile(`(?s)<nav class="v-side".*?</nav>`)

// fingerprints are those of what decides how the pictured pages look: templates, style
// and navigation.
func fingerprints(t *testing.T, g *shown) string {
	t.Helper()
	var b strings.Builder
	for _, name := range pictured {
		sum := sha256.New()
		for _, file := range []string{"templates/layout.html", "templates/parts.html", "templates/" + name + ".html", "assets/visure.css"} {
			content, err := os.ReadFile("pages/" + file)
			if err != nil {
				t.Fatal(err)
			}
			sum.Write(content)
		}
		s := sights[name]
		page := g.acting(t, s.who).get(http.StatusOK, g.fill(s.path))
		sum.Write([]byte(sidebar.FindString(page)))
		fmt.Fprintf(&b, "%x  %s\n", sum.Sum(nil), name)
	}
	return b.String()
}
