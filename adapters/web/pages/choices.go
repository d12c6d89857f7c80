package pages

import (
	"encoding/base64"
	"net/http"
	"net/url"

	"github.com/visure-anagrafiche/visure/domain"
)

// Cookies of the pages.
const (
	formCookie   = "modulo" // ties the forms of who has not signed in to their browser
	flashCookie  = "esito"  // what the last form did, until a page has said it
	choiceCookie = "scelte" // what a browser remembers of its users' choices; of persons it knows nothing
	lastCookie   = "ultima" // what the session's person asked for last
)

// choiceTime is for how many seconds choices are remembered.
const choiceTime = 400 * 24 * 3600

// choices are what was chosen last in this browser, whoever did: comune, tasti.
func (p *Pages) choices(r *http.Request) url.Values { return p.kept(r, choiceCookie) }

// last is what was asked for last in this session: tipo, finalita.
func (p *Pages) last(r *http.Request) url.Values { return p.kept(r, lastCookie) }

func (p *Pages) kept(r *http.Request, cookie string) url.Values {
	values, err := url.ParseQuery(p.Cookie(r, cookie))
	if err != nil {
		return url.Values{}
	}
	return values
}

// remember keeps choices, given as name and value.
func (p *Pages) remember(w http.ResponseWriter, r *http.Request, pairs ...string) {
	values := p.choices(r)
	for i := 0; i < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	p.Keep(w, choiceCookie, values.Encode(), choiceTime)
}

// flash is what the last form did. It is said once.
func (p *Pages) flash(w http.ResponseWriter, r *http.Request) string {
	text, err := base64.RawURLEncoding.DecodeString(p.Cookie(r, flashCookie))
	if len(text) == 0 || err != nil {
		return ""
	}
	p.Drop(w, flashCookie)
	return string(text)
}

// onward leads from a form that did something to a page that shows it, which says what
// was done: a sentence that names no person.
func (p *Pages) onward(w http.ResponseWriter, r *http.Request, to string, at domain.Position, said string) error {
	p.Keep(w, flashCookie, base64.RawURLEncoding.EncodeToString([]byte(said)), 60)
	if at != (domain.Position{}) {
		address, err := url.Parse(to)
		if err != nil {
			return err
		}
		query := address.Query()
		query.Set("at_least", at.String())
		address.RawQuery = query.Encode()
		to = address.String()
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
