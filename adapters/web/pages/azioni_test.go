package pages

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/visure-anagrafiche/visure/projections"
)

// entering is where a page says as what its requests are entered in the journal.
var entering = regexp.MustCompile(`\bp\.(?:acting|limited|open|public|signedIn|handing|uploading|glancing|within)\("([^"]+)"`)

// TestEveryActionHasWords: people read in their journal what they did, not what we call it.
func TestEveryActionHasWords(t *testing.T) {
	t.Parallel()
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, path := range sources {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, action := range entering.FindAllSubmatch(source, -1) {
			name := string(action[1])
			if found++; projections.AzioneText(name) == name {
				t.Errorf("%s enters %s, for which there are no words", path, name)
			}
		}
	}
	if found < 50 {
		t.Errorf("only %d actions were found", found)
	}
}
