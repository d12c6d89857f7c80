package auth_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestACertificateProvesOneWorkstation(t *testing.T) {
	t.Parallel()
	w := &auth.Workstations{DB: pgtest.New(t), Now: time.Now}
	one, two, three := domain.PostazioneID(uuid.NewString()), domain.PostazioneID(uuid.NewString()), domain.PostazioneID(uuid.NewString())
	print := strings.Repeat("a", 64)
	for _, step := range []struct {
		says              string
		id, instead, want domain.PostazioneID
	}{
		{"the first", one, "", one},
		{"once more", one, "", one},
		{"and no second", two, "", one},
		{"nor instead of one it does not prove", two, three, one},
		{"but instead of the one it does", two, one, two},
		{"which it no longer proves", one, "", two},
		{"nor instead of itself", one, one, two},
	} {
		got, err := w.Certify(t.Context(), step.id, print, step.instead)
		if err != nil {
			t.Fatal(err)
		}
		proven, err := w.Identify(t.Context(), "", print)
		if err != nil {
			t.Fatal(err)
		}
		if got != step.want || proven != step.want {
			t.Errorf("%s: %s, and it is known as %s; want %s", step.says, got, proven, step.want)
		}
	}
}
