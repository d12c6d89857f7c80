package projections

import (
	"slices"
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestEveryEventOfWhatHasAHistoryIsTold(t *testing.T) {
	t.Parallel()
	for _, eventType := range domain.EventTypes() {
		e, err := domain.Decode(eventType, []byte(`{}`))
		if err != nil {
			t.Fatal(err)
		}
		if has := slices.Contains(Storia{}.Categories(), categoryOfType(eventType)); has != (told(e) != "") {
			t.Errorf("%s is told as %q", eventType, told(e))
		}
	}
}
