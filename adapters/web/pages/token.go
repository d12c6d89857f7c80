package pages

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain"
)

// formField is where a form has its token.
const formField = "modulo"

// maxForm bounds a form.
const maxForm = 16 << 10

// tokenOf ties a form to a secret that its browser has in a cookie, and tells
// nothing of it.
func tokenOf(secret string) string {
	sum := sha256.Sum256([]byte("modulo/" + secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// beforehand returns the token of forms for who has not signed in, and gives the
// browser what it is tied to.
func (p *Pages) beforehand(w http.ResponseWriter, r *http.Request) string {
	secret := p.Cookie(r, formCookie)
	if len(secret) != 43 {
		random := make([]byte, 32)
		rand.Read(random)
		secret = base64.RawURLEncoding.EncodeToString(random)
		p.Keep(w, formCookie, secret, 3600)
	}
	return tokenOf(secret)
}

// posted reads a form and refuses one that was not made here for this browser, which
// has the secret in a cookie.
func posted(w http.ResponseWriter, r *http.Request, secret string) error {
	if !edge.SameOrigin(r) {
		return elsewhere(r)
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/x-www-form-urlencoded" {
		return edge.NewProblem(edge.UnsupportedMedia, "Ci si aspetta un modulo.")
	}
	if err := read(w, r); err != nil {
		return err
	}
	return made(r, secret)
}

// elsewhere is what is answered to a form of another site.
func elsewhere(r *http.Request) error {
	return edge.For(r.Context(), edge.ForeignOrigin, edge.NewProblem(string(domain.Forbidden), "Il modulo non viene da una pagina di questo servizio."))
}

// made refuses a form that does not bring the token of a secret, and one with a value that
// is no text: one that is not in UTF-8 or has a NUL, which the database takes in none.
func made(r *http.Request, secret string) error {
	token := []byte(r.PostForm.Get(formField))
	if secret == "" || subtle.ConstantTimeCompare(token, []byte(tokenOf(secret))) != 1 {
		return edge.For(r.Context(), edge.ForgedForm, edge.NewProblem(string(domain.Forbidden), "Il modulo è scaduto, o il browser non conserva i cookie: tornare alla pagina e riprovare."))
	}
	for _, values := range r.PostForm {
		if text := strings.Join(values, "\n"); !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return edge.NewProblem(edge.Malformed, unreadable)
		}
	}
	return nil
}

// read reads a form, of a size that forms have.
func read(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return edge.Unread(err, "Il modulo è troppo grande.", unreadable)
	}
	return nil
}

// unreadable is said of what is no form.
const unreadable = "Il modulo non è leggibile."

// malformed refuses a form that no page of ours has sent.
func malformed() error { return edge.NewProblem(edge.Malformed, unreadable) }
