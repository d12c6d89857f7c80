package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
)

// browser is a person's: it keeps cookies, says where its requests come from, and
// follows where it is sent.
type browser struct {
	t       *testing.T
	url     string
	address string
	from    string // Sec-Fetch-Site; "-" says nothing
	http.Client
}

var browsers atomic.Int64

// newBrowser opens one at a server over TLS, which our cookies want.
func newBrowser(t *testing.T, h http.Handler) *browser {
	t.Helper()
	return overTLS(t, h).browser(t)
}

// site is a server that browsers are opened at.
type site struct{ *httptest.Server }

// overTLS serves until the test ends.
func overTLS(t *testing.T, h http.Handler) site {
	t.Helper()
	s := site{httptest.NewTLSServer(h)}
	t.Cleanup(s.Close)
	return s
}

// browser opens one, which nobody has used before.
func (s site) browser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	n := browsers.Add(1)
	b := &browser{t: t, url: s.URL, address: fmt.Sprintf("10.88.%d.%d", n/250, n%250+1), from: "same-origin", Client: *s.Client()}
	b.Jar = jar
	b.Transport = telling{b, b.Transport}
	return b
}

// telling adds what a browser and the proxy in front say of a request.
type telling struct {
	*browser
	next http.RoundTripper
}

func (w telling) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Forwarded-For", w.address)
	if w.from != "-" {
		r.Header.Set("Sec-Fetch-Site", w.from)
	}
	return w.next.RoundTrip(r)
}

func (b *browser) read(resp *http.Response, err error) (*http.Response, string) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp, string(text)
}

// get opens a page and wants a status.
func (b *browser) get(status int, path string) string {
	b.t.Helper()
	resp, text := b.read(b.Get(b.url + path))
	if resp.StatusCode != status {
		b.t.Fatalf("%s is answered %d, want %d: %s", path, resp.StatusCode, status, text)
	}
	return text
}

var tokenOfForm = regexp.MustCompile(`name="modulo" value="([^"]+)"`)

// form opens a page, fills its form and posts it there; it returns the page that comes.
func (b *browser) form(status int, path string, fields map[string]string) string {
	b.t.Helper()
	found := tokenOfForm.FindStringSubmatch(b.get(http.StatusOK, path))
	if found == nil {
		b.t.Fatalf("%s has no form", path)
	}
	return b.send(status, path, found[1], fields)
}

func (b *browser) send(status int, path, token string, fields map[string]string) string {
	b.t.Helper()
	values := url.Values{"modulo": {token}}
	for name, value := range fields {
		values.Set(name, value)
	}
	resp, text := b.read(b.PostForm(b.url+path, values))
	if resp.StatusCode != status {
		b.t.Fatalf("%s is answered %d, want %d: %s", path, resp.StatusCode, status, text)
	}
	return text
}

// cookie returns the value of one that the server gave.
func (b *browser) cookie(name string) string {
	at, _ := url.Parse(b.url)
	for _, c := range b.Jar.Cookies(at) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func jsonBody(v any) io.Reader {
	text, _ := json.Marshal(v)
	return bytes.NewReader(text)
}

// hidden returns a hidden field of a page.
func hidden(page, name string) string {
	_, after, _ := strings.Cut(page, `name="`+name+`" value="`)
	value, _, _ := strings.Cut(after, `"`)
	return value
}
