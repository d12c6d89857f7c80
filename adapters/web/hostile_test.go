package web_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"nothing hostile comes through a path, a body, a form or a file": hostileEverywhere,
	})
}

// worse are hostile texts that a program takes to be data, and a browser, a header or a
// decoder may not.
var worse = append(slices.Clone(hostile),
	"a\r\nX-Injected: yes", "a\nX-Injected: yes", "a%0d%0aX-Injected: yes", "a\x00b", "\xff\xfe", "\xc0\xae\xc0\xae/", strings.Repeat("x", 5000),
	`"><script>injected()</script>`, `'><img src=x onerror=injected()>`, `{{.Secret}}`, `${7*7}`, `=HYPERLINK("http://x")`, "//altrove.example", `/\altrove.example`, "https://altrove.example/",
)

// told are words of what is inside; run what a browser would take from a page.
var (
	told = []string{"SQLSTATE", "pq:", "syntax error", "root:x:", "no such file", "goroutine", "reflect."}
	run  = []string{"<script>injected", "onerror=injected()>"}
)

// attack is a place that is attacked by who may do most.
type attack struct {
	*place
	turn    int // which text comes next
	sent    int
	refused int // with an answer that is to be entered
}

// next are so many of the texts, by turns.
func (a *attack) next(n int) (texts []string) {
	for range n {
		texts = append(texts, worse[a.turn%len(worse)])
		a.turn++
	}
	return texts
}

// try sends one request and looks at the answer.
func (a *attack) try(what, method, path, kind string, body string, headers ...string) {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), method, a.url+path, strings.NewReader(body))
	if err != nil {
		return // no client sends it
	}
	r.Header.Set("Authorization", "Bearer "+a.callers[0].bearer)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if body != "" {
		r.Header.Set("Content-Type", kind)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := staying.Do(r)
	if err != nil {
		if strings.Contains(err.Error(), "invalid header field") {
			return
		}
		a.t.Fatalf("%s: %v", what, err)
	}
	defer resp.Body.Close()
	answer, err := contents(resp)
	if err != nil {
		a.t.Fatalf("%s: %v", what, err)
	}
	a.sent++
	if resp.StatusCode >= 400 && resp.StatusCode < 500 {
		a.refused++
	}
	if resp.StatusCode >= 500 && resp.StatusCode != http.StatusServiceUnavailable {
		a.t.Errorf("%s: %d %s", what, resp.StatusCode, answer)
	}
	if resp.Header.Get("X-Injected") != "" || strings.ContainsAny(resp.Header.Get("Content-Disposition"), "\r\n\x00") {
		a.t.Errorf("%s splits the headers: %v", what, resp.Header)
	}
	if to, err := resp.Location(); err == nil && to.Host != r.URL.Host {
		a.t.Errorf("%s leads to %s", what, to)
	}
	words := slices.Clone(told)
	if !strings.Contains(resp.Header.Get("Content-Type"), "json") || resp.Header.Get("X-Content-Type-Options") != "nosniff" {
		words = append(words, run...)
	}
	for _, word := range words {
		if strings.Contains(string(answer), word) {
			a.t.Errorf("%s tells %q", what, word)
		}
	}
}

// own are the routes by which a session ends that the others go on with.
var own = []string{"sign-out", "revoke-session", "change-password", "choose-capacity", "POST /esci", "POST /ruolo"}

// hostileEverywhere is derived from the routes, their rows in the matrix and the forms of
// pages: what is new is tried by itself.
func hostileEverywhere(t *testing.T, o *office) {
	sweeping(t)
	p, border := ownServer(t, o, 30_000)
	a := &attack{place: p}
	who := p.callers[0]
	before := p.refusalsOf(who.actor.Utente) + p.refusalsOf("")
	rows := map[string]row{}
	for _, c := range matrix {
		if _, ok := rows[c.route]; !ok {
			rows[c.route] = c
		}
	}
	type aim struct {
		route
		at, with string
	}
	var aims []aim // all made before any is sent, as some of it may be admitted
	for _, r := range routes(t) {
		if c := rows[r.name]; !slices.Contains(own, r.name) {
			aims = append(aims, aim{r, p.at(r, c, who), p.fill(c.with, who)})
		}
	}
	for _, r := range aims {
		a.paths(r.route, who)
		switch {
		case r.method == http.MethodGet:
		case strings.HasPrefix(r.with, "{"):
			a.bodies(r.route, r.at, r.with)
		case strings.Contains(r.with, ";"):
			a.columns(r.route, r.at, r.with)
		case strings.HasPrefix(r.with, "\x89PNG"):
			for _, text := range worse {
				a.try(r.name+" as a picture with "+text, r.method, r.at, "image/png", r.with+text)
			}
		case strings.HasPrefix(r.with, "%PDF"):
			for _, text := range worse {
				a.try(r.name+" as a file called "+text, r.method, r.at, "application/pdf", r.with, "Content-Disposition", `attachment; filename="`+text+`"`)
			}
		}
	}
	for _, r := range aims {
		if strings.HasPrefix(r.name, "GET /") && !strings.HasPrefix(r.path, "/assets") {
			p.callers[0] = p.session(who.actor, who.proof) // what a form before did may have ended it
			a.forms(r.at, p.callers[0])
		}
	}
	for _, text := range worse { // where a sign-in leads to
		a.try("poi "+text, http.MethodGet, "/accedi?poi="+url.QueryEscape(text), "", "")
	}
	border.Close()
	if a.sent < 2000 {
		t.Errorf("only %d were sent", a.sent)
	}
	if got := p.refusalsOf(who.actor.Utente) + p.refusalsOf("") - before; got < a.refused {
		t.Errorf("of %d refusals %d are entered", a.refused, got)
	}
	if resp, body := p.exchange(http.MethodGet, "/api/v1/visure?limit=1", "", p.session(who.actor, who.proof)); resp.StatusCode != http.StatusOK {
		t.Errorf("afterwards the list answers %s %s", resp.Status, body)
	}
}

// refusalsOf is how many refusals somebody's journal stands for; nobody's if id is empty.
func (p *place) refusalsOf(id domain.UtenteID) (n int) {
	p.t.Helper()
	if _, err := p.store.Load(p.t.Context(), string(domain.AccessStream(id, time.Now())), commands.NoStream, func(r domain.Recorded) {
		if e := r.Event.(domain.AccessRecorded); e.Outcome != "ok" {
			n += max(e.Count, 1)
		}
	}); err != nil {
		p.t.Fatal(err)
	}
	return n
}

// at is the address of a row.
func (p *place) at(r route, c row, who caller) string {
	id, query, asks := strings.Cut(c.id, "?")
	path := r.path
	if id != "" {
		path = strings.NewReplacer("{id}", id, "{codice}", id).Replace(path)
	}
	if asks {
		path += "?" + query
	}
	return p.fill(path, who)
}

// paths puts what is hostile where an address has an id.
func (a *attack) paths(r route, who caller) {
	for _, name := range hole.FindAllString(r.path, -1) {
		for _, text := range a.next(6) {
			path := a.fill(strings.Replace(r.path, name, url.PathEscape(text), 1), who)
			a.try(r.name+" at "+text, r.method, path, "application/json", map[bool]string{true: "{}"}[r.method != http.MethodGet])
		}
	}
}

// bodies puts it where a command has a text, and where it has a name.
func (a *attack) bodies(r route, path, example string) {
	var command any
	if err := json.Unmarshal([]byte(example), &command); err != nil {
		a.t.Fatalf("%s: %v", r.name, err)
	}
	for _, at := range leaves(command, nil) {
		for _, text := range a.next(4) {
			changed, _ := json.Marshal(replaced(command, at, text))
			body := string(changed)
			if !utf8.ValidString(text) { // as it is, not as JSON would have it
				body = strings.Replace(example, fmt.Sprint(at[len(at)-1]), text, 1)
			}
			a.try(r.name+" with "+text, r.method, path, "application/json", body)
		}
	}
	named, _ := json.Marshal(map[string]any{a.next(1)[0]: a.next(1)[0]})
	a.try(r.name+" with a name", r.method, path, "application/json", string(named))
}

// leaves are the ways to the texts of a document.
func leaves(v any, way []any) (all [][]any) {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			all = append(all, leaves(v[name], append(slices.Clone(way), name))...)
		}
	case []any:
		for i, each := range v {
			all = append(all, leaves(each, append(slices.Clone(way), i))...)
		}
	case string:
		all = append(all, way)
	}
	return all
}

// replaced is a document with another text at the end of a way.
func replaced(v any, way []any, text string) any {
	if len(way) == 0 {
		return text
	}
	switch v := v.(type) {
	case map[string]any:
		c := maps.Clone(v)
		c[way[0].(string)] = replaced(v[way[0].(string)], way[1:], text)
		return c
	case []any:
		c := slices.Clone(v)
		c[way[0].(int)] = replaced(v[way[0].(int)], way[1:], text)
		return c
	}
	return v
}

// columns puts it into each column of a table, and into the names of columns.
func (a *attack) columns(r route, path, table string) {
	names, first, _ := strings.Cut(table, "\n")
	cells := strings.Split(strings.TrimSpace(first), ";")
	for i := range cells {
		for _, text := range a.next(6) {
			changed := slices.Clone(cells)
			changed[i] = `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
			a.try(r.name+" with "+text, r.method, path, "text/csv", names+"\n"+strings.Join(changed, ";")+"\n")
		}
	}
	a.try(r.name+" with a column", r.method, path, "text/csv", names+";"+a.next(1)[0]+"\n"+first)
}

// forms fills every field of every form of a page, but for what signs somebody out.
func (a *attack) forms(path string, who caller) {
	resp, page := a.exchange(http.MethodGet, path, "", who)
	if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		return
	}
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		a.t.Fatal(err)
	}
	d := &document{t: a.t, at: resp.Request.URL, root: root}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || n.Data != "form" {
			continue
		}
		to, err := d.at.Parse(attribute(n, "action"))
		if err != nil || slices.Contains(own, "POST "+to.Path) || strings.HasPrefix(to.Path, "/accedi") || to.Host != d.at.Host {
			continue
		}
		f := &filling{document: d, action: to, method: strings.ToUpper(attribute(n, "method")), values: url.Values{}}
		f.offered(n)
		for name := range f.values {
			if name == "modulo" {
				continue
			}
			for _, text := range a.next(2) {
				values := maps.Clone(f.values)
				values[name] = []string{text}
				what := d.at.Path + ", " + name + " of the form that leads to " + to.Path + " with " + text
				if f.method == http.MethodPost {
					a.try(what, http.MethodPost, to.RequestURI(), "application/x-www-form-urlencoded", values.Encode())
					continue
				}
				at := *to
				at.RawQuery = values.Encode()
				a.try(what, http.MethodGet, at.RequestURI(), "", "")
			}
		}
	}
}
