package web_test

import (
	"bytes"
	"encoding/base64"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/adapters/web"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"nobody is named where browsers, proxies and logs keep it": nobodyIsNamed,
	})
}

// kept is what is left of a conversation outside the pages: addresses and headers both
// ways, cookies as they are meant.
type kept struct {
	next http.RoundTripper
	text strings.Builder
}

func (k *kept) RoundTrip(r *http.Request) (*http.Response, error) {
	k.text.WriteString(r.Method + " " + r.URL.String() + "\n" + headersOf(r.Header))
	resp, err := k.next.RoundTrip(r)
	if err == nil {
		k.text.WriteString(headersOf(resp.Header))
	}
	for _, c := range r.Cookies() {
		if meant, err := base64.RawURLEncoding.DecodeString(c.Value); err == nil {
			k.text.Write(meant)
		}
	}
	return resp, err
}

// lockedBuffer is written to by many.
type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func nobodyIsNamed(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	var log lockedBuffer
	b := w.actingAt(t, "operator", o.server(func(s *web.Server) {
		s.Edge.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}).Handler())
	k := &kept{next: b.Transport}
	b.Transport = k
	var titles strings.Builder
	seen := func(d *document) *document { titles.WriteString(d.title() + "\n"); return d }

	one, other := w.subjects[w.comune][7], w.subjects[w.comune][8]
	form := seen(b.open(http.StatusOK, "/nuova")).form("/nuova").with("numero_pratica", "2026/1", "tipo", "residenza")
	seen(form.with("codice_fiscale", one.CodiceFiscale[:15]).send(http.StatusUnprocessableEntity))
	visura := seen(form.with("codice_fiscale", one.CodiceFiscale).send(http.StatusOK)).says(one.CodiceFiscale)
	b.read(b.Get(b.url + visura.link("Scarica PDF")))
	seen(b.open(http.StatusOK, visura.at.Path+"/stato?revision=0"))
	form = seen(visura.follow(http.StatusOK, "Altra visura, stessa persona")).form("/nuova").with("numero_pratica", "2026/2", "tipo", "cittadinanza")
	seen(form.send(http.StatusOK))
	form = seen(b.open(http.StatusOK, "/nuova")).form("/nuova").with("modo", "nome", "numero_pratica", "2026/3", "tipo", "residenza",
		"cognome", other.Surname, "nome", other.Name, "sesso", string(other.Sex), "data_nascita", other.Birth.Date.Format("2.1.2006"))
	seen(form.send(http.StatusOK)).says(strings.ToUpper(other.Surname))
	list := seen(b.open(http.StatusOK, "/richieste"))
	found := seen(list.form("/richieste/persona").with("codice_fiscale", one.CodiceFiscale).send(http.StatusOK)).says(one.CodiceFiscale)
	seen(found.follow(http.StatusOK, "Togli tutti"))
	seen(list.form("/richieste/persona").with("codice_fiscale", other.CodiceFiscale+"X").send(http.StatusUnprocessableEntity))
	seen(list.form("/trova").with("q", other.CodiceFiscale).send(http.StatusOK))
	seen(list.form("/trova").with("q", other.Surname+" "+other.Name).send(http.StatusUnprocessableEntity))
	seen(list.form("/trova").with("q", one.CodiceFiscale[:15]+"0").send(http.StatusUnprocessableEntity))

	for what, text := range map[string]string{"addresses and headers": k.text.String(), "titles": titles.String(), "the log": log.String()} {
		text = strings.ToUpper(text)
		for _, p := range []*people.Person{one, other} {
			day := p.Birth.Date.Format("02/01/2006")
			for _, name := range []string{p.CodiceFiscale, p.CodiceFiscale[:15], p.Surname, day, url.QueryEscape(day), p.Birth.Date.Format("2.1.2006"), p.Birth.Date.Format(time.DateOnly)} {
				if strings.Contains(text, strings.ToUpper(name)) {
					t.Errorf("%s have %q in them", what, name)
				}
			}
		}
	}
}
