package edge

import (
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestThePreferredWait(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]time.Duration{
		"": 0, "respond-async": 0, "wait=5": 5 * time.Second, "WAIT = 5": 5 * time.Second, `wait="5"`: 5 * time.Second,
		"respond-async, wait=5": 5 * time.Second, "wait=5, wait=9": 5 * time.Second, "wait=3600": 30 * time.Second,
		"wait=0": 0, "foo; wait=5": 0, "wait=5; x=1": 5 * time.Second,
	} {
		if got, err := ParsePrefer(header); err != nil || got != want {
			t.Errorf("%q: %v, %v", header, got, err)
		}
	}
	for _, header := range []string{"wait", "wait=", "wait=x", "wait=-1", "wait=1.5", "wait=99999999999"} {
		if _, err := ParsePrefer(header); domain.CodeOf(err) != domain.Invalid {
			t.Errorf("%q: %v", header, err)
		}
	}
}
