package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/commands"
)

// document is a page as a browser has it.
type document struct {
	*browser
	t      testing.TB
	status int
	at     *url.URL // where it came from, redirects followed
	header http.Header
	text   string
	root   *html.Node
}

// open opens a page and wants a status.
func (b *browser) open(status int, path string) *document {
	b.t.Helper()
	return b.came(status)(b.Get(b.url + path))
}

// came reads the page that comes and wants a status; 0 is any.
func (b *browser) came(status int) func(*http.Response, error) *document {
	return func(resp *http.Response, err error) *document {
		b.t.Helper()
		resp, text := b.read(resp, err)
		if status != 0 && resp.StatusCode != status {
			b.t.Fatalf("%s %s is answered %d, want %d: %s", resp.Request.Method, resp.Request.URL.Path, resp.StatusCode, status, text)
		}
		root, err := html.Parse(strings.NewReader(text))
		if err != nil {
			b.t.Fatal(err)
		}
		return &document{b, b.t, resp.StatusCode, resp.Request.URL, resp.Header, text, root}
	}
}

// says wants words in what people read of the page.
func (d *document) says(words ...string) *document {
	d.t.Helper()
	read := d.words()
	for _, w := range words {
		if !strings.Contains(read, w) {
			d.t.Errorf("%s does not say %q: %s", d.at.Path, w, read)
		}
	}
	return d
}

// silent wants none of some words on the page, shown or not.
func (d *document) silent(words ...string) *document {
	d.t.Helper()
	for _, w := range words {
		if strings.Contains(d.text, w) {
			d.t.Errorf("%s has %q in it", d.at.Path, w)
		}
	}
	return d
}

// words are what people read of the page, with single blanks.
func (d *document) words() string {
	var b strings.Builder
	for n := range d.root.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "script" && n.Parent.Data != "style" && n.Parent.Data != "title" {
			b.WriteString(n.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// title is the one of the window.
func (d *document) title() string {
	for n := range d.root.Descendants() {
		if n.Data == "title" && n.FirstChild != nil {
			return n.FirstChild.Data
		}
	}
	return ""
}

// element is the first element of a name that has some attributes, given as name and
// value; nil if there is none.
func (d *document) element(name string, attributes ...string) *html.Node {
	for n := range d.root.Descendants() {
		if n.Type != html.ElementNode || n.Data != name {
			continue
		}
		all := true
		for i := 0; i < len(attributes); i += 2 {
			all = all && attribute(n, attributes[i]) == attributes[i+1]
		}
		if all {
			return n
		}
	}
	return nil
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// follow opens where a link leads.
func (d *document) follow(status int, words string) *document {
	d.t.Helper()
	for n := range d.root.Descendants() {
		if n.Data == "a" && strings.Contains(inner(n), words) {
			to, err := d.at.Parse(attribute(n, "href"))
			if err != nil {
				d.t.Fatal(err)
			}
			return d.came(status)(d.Get(to.String()))
		}
	}
	d.t.Fatalf("%s has no link %q", d.at.Path, words)
	return nil
}

func inner(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// filling is a form of a page that is being filled.
type filling struct {
	*document
	action *url.URL
	method string
	parts  bool // sent as multipart/form-data
	values url.Values
	files  map[string]enclosed // by field
}

// enclosed is a file that was chosen.
type enclosed struct {
	name    string
	content []byte
}

// form is the form that leads somewhere, as the page offers it.
func (d *document) form(action string) *filling {
	d.t.Helper()
	for n := range d.root.Descendants() {
		if n.Type != html.ElementNode || n.Data != "form" || !leads(d.at, n, action) {
			continue
		}
		to, err := d.at.Parse(attribute(n, "action"))
		if err != nil {
			d.t.Fatal(err)
		}
		f := &filling{document: d, action: to, method: strings.ToUpper(attribute(n, "method")), values: url.Values{}, files: map[string]enclosed{}}
		f.parts = attribute(n, "enctype") == "multipart/form-data"
		f.offered(n)
		return f
	}
	d.t.Fatalf("%s has no form that leads to %s: %s", d.at.Path, action, d.text)
	return nil
}

func leads(from *url.URL, form *html.Node, action string) bool {
	to, err := from.Parse(attribute(form, "action"))
	return err == nil && to.Path == action
}

// offered is what the form holds before anybody touches it; script is off, so what only
// stands for that counts.
func (f *filling) offered(form *html.Node) {
	for n := range form.Descendants() {
		switch {
		case n.Type == html.TextNode && n.Parent.Data == "noscript":
			plain, err := html.ParseFragment(strings.NewReader(n.Data), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
			if err != nil {
				f.t.Fatal(err)
			}
			for _, c := range plain {
				if c.Data == "input" {
					f.values.Add(attribute(c, "name"), attribute(c, "value"))
				}
			}
		case n.Data == "input":
			kind := attribute(n, "type")
			if kind == "submit" || kind == "file" || (kind == "radio" || kind == "checkbox") && !has(n, "checked") {
				continue
			}
			if name := attribute(n, "name"); name != "" {
				f.values.Add(name, attribute(n, "value"))
			}
		case n.Data == "textarea":
			f.values.Add(attribute(n, "name"), inner(n))
		case n.Data == "select":
			f.values.Add(attribute(n, "name"), selected(n))
		}
	}
}

func selected(n *html.Node) string {
	var first *html.Node
	for o := range n.Descendants() {
		if o.Data != "option" {
			continue
		}
		if has(o, "selected") {
			return attribute(o, "value")
		}
		if first == nil {
			first = o
		}
	}
	if first == nil {
		return ""
	}
	return attribute(first, "value")
}

// with fills fields, given as name and value, or presses a button of a name; the form must
// have them.
func (f *filling) with(pairs ...string) *filling {
	f.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		named := func(element string) bool { return f.element(element, "name", pairs[i]) != nil }
		if !slices.ContainsFunc([]string{"input", "select", "textarea", "button"}, named) {
			f.t.Fatalf("%s has no field %s", f.at.Path, pairs[i])
		}
		f.values.Set(pairs[i], pairs[i+1])
	}
	return f
}

// choose chooses a file; the form must have a field for it.
func (f *filling) choose(field, name string, content []byte) *filling {
	f.t.Helper()
	if f.element("input", "name", field, "type", "file") == nil {
		f.t.Fatalf("%s has no field %s for a file", f.at.Path, field)
	}
	f.files[field] = enclosed{name, content}
	return f
}

// send sends the form as a browser does, and wants a status of the page that comes.
func (f *filling) send(status int) *document {
	f.t.Helper()
	if f.parts {
		body, kind := f.inParts()
		return f.came(status)(f.Post(f.action.String(), kind, body))
	}
	if f.method == http.MethodPost {
		return f.came(status)(f.PostForm(f.action.String(), f.values))
	}
	to := *f.action
	to.RawQuery = f.values.Encode()
	return f.came(status)(f.Get(to.String()))
}

// inParts is what the form holds, and its media type.
func (f *filling) inParts() (*bytes.Buffer, string) {
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for name, values := range f.values {
		for _, value := range values {
			_ = parts.WriteField(name, value) // memory takes it
		}
	}
	for field, file := range f.files {
		part, _ := parts.CreateFormFile(field, file.name)
		_, _ = part.Write(file.content)
	}
	_ = parts.Close()
	return &body, parts.FormDataContentType()
}

// link is one whose words are these; the page must have it.
func (d *document) link(words string) string {
	d.t.Helper()
	for n := range d.root.Descendants() {
		if n.Data == "a" && strings.Contains(inner(n), words) {
			return attribute(n, "href")
		}
	}
	d.t.Fatalf("%s has no link %q", d.at.Path, words)
	return ""
}

// acting is a browser of a person of the world who has signed in with a second factor and
// acts in their capacity.
func (w *world) acting(t *testing.T, name string) *browser {
	t.Helper()
	return w.actingAt(t, name, w.server(nil).Handler())
}

func (w *world) actingAt(t *testing.T, name string, h http.Handler) *browser {
	t.Helper()
	return w.actingSince(t, name, h, 0)
}

// actingSince is a browser of who came in some time ago. What others did before is there
// for them to read.
func (w *world) actingSince(t *testing.T, name string, h http.Handler, ago time.Duration) *browser {
	t.Helper()
	w.settled(t)
	b := newBrowser(t, h)
	b.set(sessionCookie, w.session(name, ago))
	return b
}

// sessionCookie is the name of the one that a session has.
const sessionCookie = "__Host-visure_sessione"

// session begins one of a person of the world with a second factor, in their capacity,
// some time ago, and returns its secret.
func (w *world) session(name string, ago time.Duration) string {
	w.t.Helper()
	ctx, by := w.t.Context(), w.people[name].Actor
	sessions := &auth.Sessions{DB: w.pool, Now: func() time.Time { return w.now().Add(-ago) }}
	proof := commands.Proof{Utente: by.Utente, Method: commands.MethodPasswordTOTP, Address: netip.MustParseAddr("127.0.0.1")}
	secret, _, err := sessions.Start(ctx, proof, commands.CookieSession, "prova")
	if err == nil {
		secret, _, err = sessions.Switch(ctx, secret, by)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return secret
}

// set gives the browser a cookie.
func (b *browser) set(name, value string) {
	at, _ := url.Parse(b.url)
	b.Jar.SetCookies(at, []*http.Cookie{{Name: name, Value: value, Secure: true, Path: "/"}})
}
