package pages

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"mime"
	"net"
	"net/http"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain"
)

// formCookie ties the forms of who has not signed in yet to their browser, for an
// hour.
const formCookie = "__Host-visure_modulo"

// formField is where a form has its token.
const formField = "modulo"

// maxForm bounds a form; formTime how long it may take to arrive.
const (
	maxForm  = 16 << 10
	formTime = 5 * time.Second
)

// tokenOf ties a form to a secret that its browser has in a cookie, and tells
// nothing of it.
func tokenOf(secret string) string {
	sum := sha256.Sum256([]byte("modulo/" + secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// keepCookie gives the browser a cookie of ours, for some seconds; 0: until it is
// closed.
func keepCookie(w http.ResponseWriter, name, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: seconds, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// dropCookie takes it back.
func dropCookie(w http.ResponseWriter, name string) { keepCookie(w, name, "", -1) }

// beforehand returns the token of forms for who has not signed in, and gives the
// browser what it is tied to.
func beforehand(w http.ResponseWriter, r *http.Request) string {
	secret := edge.Cookie(r, formCookie)
	if len(secret) != 43 {
		random := make([]byte, 32)
		rand.Read(random)
		secret = base64.RawURLEncoding.EncodeToString(random)
		keepCookie(w, formCookie, secret, 3600)
	}
	return tokenOf(secret)
}

// posted reads a form and refuses one that was not made here for this browser, which
// has the secret in a cookie.
func posted(w http.ResponseWriter, r *http.Request, secret string) error {
	if !edge.SameOrigin(r) {
		return edge.NewProblem(string(domain.Forbidden), "Il modulo non viene da una pagina di questo servizio.")
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/x-www-form-urlencoded" {
		return edge.NewProblem(edge.UnsupportedMedia, "Ci si aspetta un modulo.")
	}
	if err := read(w, r); err != nil {
		return err
	}
	token := []byte(r.PostForm.Get(formField))
	if secret == "" || subtle.ConstantTimeCompare(token, []byte(tokenOf(secret))) != 1 {
		return edge.NewProblem(string(domain.Forbidden), "Il modulo è scaduto, o il browser non conserva i cookie: tornare alla pagina e riprovare.")
	}
	return nil
}

// read reads a form, of a size and in a time that forms have.
func read(w http.ResponseWriter, r *http.Request) error {
	arriving := http.NewResponseController(w)
	_ = arriving.SetReadDeadline(time.Now().Add(formTime)) // where it cannot be set the server's own bound holds
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	err := r.ParseForm()
	_ = arriving.SetReadDeadline(time.Time{})
	var long *http.MaxBytesError
	var slow net.Error
	switch {
	case errors.As(err, &long):
		return edge.NewProblem(edge.TooLarge, "Il modulo è troppo grande.")
	case errors.As(err, &slow) && slow.Timeout():
		return edge.NewProblem(edge.TimedOut, "Il modulo non è arrivato in tempo.")
	case err != nil:
		return edge.NewProblem(edge.Malformed, "Il modulo non è leggibile.")
	}
	return nil
}
