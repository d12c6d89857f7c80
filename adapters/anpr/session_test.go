package anpr

import (
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestASessionLastsAsLongAsItsVersion(t *testing.T) {
	t.Parallel()
	c, err := New(Config{BaseURL: map[string]string{"TEST": "https://anpr.example"}, Keystores: t.TempDir(), ClientTLS: true})
	if err != nil {
		t.Fatal(err)
	}
	version := func(n int, keystore string) domain.ComuneConnected {
		return domain.ComuneConnected{Version: n, Keystore: keystore}
	}
	first := c.session("039002", version(1, "a"))
	other := c.session("040007", version(1, "a"))
	if c.session("039002", version(1, "a")) != first || other == first {
		t.Error("a version of a Comune does not have one session")
	}
	second := c.session("039002", version(2, "b"))
	if second == first || c.session("039002", version(2, "b")) != second {
		t.Error("the next version does not have its own")
	}
	if late := c.session("039002", version(1, "a")); late == first || late == second {
		t.Error("a call that comes late with the former version shares a session that was dropped")
	}
	if c.session("039002", version(2, "b")) != second || c.session("040007", version(1, "a")) != other {
		t.Error("a late call puts the former version back")
	}
	if len(c.sessions.held) != 2 {
		t.Errorf("%d sessions are held for 2 Comuni", len(c.sessions.held))
	}
}
