package auth_test

import (
	"crypto/sha256"
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/auth"
)

// What is random in a token may begin like the prefix of a session or of software: of two
// thousand tokens one does.
func TestATokenIsToldFromASessionWhateverItBeginsWith(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	callers := &auth.Callers{
		Tokens: &auth.Tokens{DB: h.db, Now: h.now}, Sessions: h.sessions, Software: &auth.SoftwareTokens{DB: h.db, Now: h.now},
	}
	for _, begins := range []string{"visure_s_", "visure_a_", "visure_xx"} {
		actor := operator()
		token := issue(t, callers.Tokens, actor, time.Hour)
		unlucky := begins + strings.Repeat("A", len(token)-len(begins))
		was, is := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(unlucky))
		if _, err := h.db.Exec(t.Context(), `UPDATE api_token SET hash = $2 WHERE hash = $1`, was[:], is[:]); err != nil {
			t.Fatal(err)
		}
		who, err := callers.Find(t.Context(), auth.Shown{Authorization: "Bearer " + unlucky})
		if err != nil || who.Actor.Utente != actor.Utente {
			t.Errorf("%s…: %+v, %v", begins, who.Actor, err)
		}
	}
}
