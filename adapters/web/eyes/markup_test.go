package eyes_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/web/eyes"
)

func TestFaultsOfMarkupAreFound(t *testing.T) {
	got := eyes.Markup(t, map[string]string{
		"faultless": fmt.Sprintf(document, faultless),
		"faulty":    fmt.Sprintf(document, "<p>Uno<div>due</div>\n<button>Tre</button>"),
	})
	want := []string{
		`faulty, line 11: Element <p> is implicitly closed by adjacent <div> (html-validate: no-implicit-close)`,
		`faulty, line 12: <button> is missing recommended "type" attribute (html-validate: no-implicit-button-type)`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("\ngot  %q\nwant %q", got, want)
	}
}
