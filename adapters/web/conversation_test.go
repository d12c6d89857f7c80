package web_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// conversation runs a script in a world.
type conversation struct {
	*world
	t      *testing.T
	script script
	values map[string]string
}

func newConversation(t *testing.T, o *office, s script) *conversation {
	w := o.world(t, domain.CodiceISTAT(s.settings["comune"]), domain.Conferma(s.settings["conferma"]))
	c := &conversation{world: w, t: t, script: s, values: map[string]string{
		"comune": string(w.comune), "ente": string(w.ente), "big": strings.Repeat("x", 65<<10),
		"operator": string(w.people["operator"].Utente), "expired": w.token(-time.Minute),
		"today": domain.ItalianDay(time.Now()).Time().Format(time.DateOnly), "tomorrow": domain.ItalianDay(time.Now()).Plus(1).Time().Format(time.DateOnly),
	}}
	for name, known := range w.people {
		c.values[name] = string(known.Utente)
	}
	for i := range 9 {
		c.values[fmt.Sprintf("v%d", i+1)] = uuid.NewString()
		c.values[fmt.Sprintf("cf%d", i+1)], c.values[fmt.Sprintf("away%d", i+1)] = w.subject(), w.nonresident()
	}
	return c
}

// token makes another token of the operator.
func (w *world) token(validity time.Duration) string {
	w.t.Helper()
	token, err := w.tokens.Issue(w.t.Context(), w.people["operator"].Actor, "test", validity)
	if err != nil {
		w.t.Fatal(err)
	}
	return token
}

func (c *conversation) run() {
	for _, s := range c.script.steps {
		if s.kind == '!' {
			c.do(s)
		} else {
			c.exchange(s)
		}
		if c.t.Failed() {
			return
		}
	}
}

// login returns a person of the world. Who is like another ("operator2" is like
// the operator) comes in when first named.
func (c *conversation) login(who string) login {
	if known, ok := c.people[who]; ok {
		return known
	}
	name, elevated := strings.CutSuffix(who, "+")
	switch {
	case elevated:
		c.people[who] = c.elevate(c.login(name))
	case strings.HasPrefix(who, "operator"):
		c.operator(who)
	default:
		c.t.Fatalf("who is %s?", who)
	}
	return c.people[who]
}

func (c *conversation) fill(text string) string {
	for name, value := range c.values {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

// exchange sends one request and compares the answer.
func (c *conversation) exchange(s step) {
	who, method, path := s.words[0], s.words[1], c.fill(strings.Join(s.words[2:], " "))
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, strings.NewReader(c.fill(s.body)))
	if err != nil {
		c.t.Fatal(err)
	}
	if s.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if who != "nobody" {
		r.Header.Set("Authorization", "Bearer "+c.login(who).token)
	}
	for _, h := range s.headers {
		r.Header.Set(h[0], c.fill(h[1]))
	}
	resp, err := aside.Do(r)
	if err != nil {
		c.t.Fatalf("line %d: %v", s.line, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatalf("line %d: %v", s.line, err)
	}
	m := matcher{values: c.values}
	m.value("status", s.status, fmt.Sprint(resp.StatusCode))
	for _, h := range s.expect {
		got, present := resp.Header[http.CanonicalHeaderKey(h[0])]
		m.header(h[0], h[1], strings.Join(got, ", "), present)
	}
	switch {
	case strings.HasPrefix(s.answer, "{\""):
		m.compareText(s.answer, string(body))
	case s.answer == "%PDF":
		if !strings.HasPrefix(string(body), "%PDF-") {
			m.differ("body", "a PDF", "something else")
		}
	default:
		for _, line := range strings.Split(s.answer, "\n") {
			if text := c.fill(line); !strings.Contains(string(body), text) {
				m.differ("body", text, string(body))
			}
		}
	}
	for _, d := range append(m.differences, c.improprieties(resp, body)...) {
		c.t.Errorf("testdata/%s.txt:%d: %s %s %s: %s\n%s", c.script.name, s.line, who, method, path, d, body)
	}
}

// improprieties are what no answer of the API may have, whatever was asked.
func (c *conversation) improprieties(resp *http.Response, body []byte) (found []string) {
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Content-Security-Policy": "*", "Cache-Control": "*"} {
		if got := resp.Header.Get(name); got != want && (want != "*" || got == "") {
			found = append(found, fmt.Sprintf("header %s is %q", name, got))
		}
	}
	if resp.StatusCode < 400 || strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") || resp.Request.Method == http.MethodHead || resp.Request.URL.Path == "/status" {
		return found
	}
	var p struct {
		Title, Detail, Code, Type string
		Status                    int
		Errors                    []struct{ Field, Message string }
	}
	if err := json.Unmarshal(body, &p); err != nil || resp.Header.Get("Content-Type") != "application/problem+json" {
		return append(found, "not a problem of RFC 9457")
	}
	if p.Status != resp.StatusCode || p.Title == "" || p.Detail == "" || p.Code == "" || p.Type != "/docs/problemi#"+p.Code {
		found = append(found, "an incomplete problem")
	}
	if resp.StatusCode == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") == "" {
		found = append(found, "503 without Retry-After")
	}
	for _, cf := range []string{"cf1", "cf2", "cf3"} {
		if strings.Contains(string(body), c.values[cf]) {
			found = append(found, "a problem with a codice fiscale in it")
		}
	}
	for _, english := range []string{"expected", "invalid character", "unknown", "required", "validation", "missing", "cannot", "unmarshal"} {
		text := strings.ToLower(p.Title + p.Detail)
		for _, e := range p.Errors {
			text += " " + strings.ToLower(e.Message)
		}
		if strings.Contains(text, english) {
			found = append(found, "a word of English: "+english)
		}
	}
	return found
}

// do does, or finds, something outside HTTP.
func (c *conversation) do(s step) {
	words := strings.Fields(c.fill(strings.Join(s.words, " ")))
	switch words[0] {
	case "erase":
		c.values["erased"] = c.erase(domain.VisuraID(words[1])).String()
	case "collects": // collects colleague
		enter(c.world, c.login(words[1]).Utente.Stream(), commands.GiveCollection{Ente: c.ente, Comune: c.comune})
	case "administrators": // administrators download
		enter(c.world, c.comune.Stream(), commands.SetRules{ScaricoAmministratori: true})
	case "anpr": // anpr delay 2s {cf1} | anpr unavailable {cf1} | anpr well
		c.misbehave(words[1:])
	case "proposal": // the first that is open about a person is {proposal}
		c.values["proposal"] = c.proposal(domain.UtenteID(words[1]))
	case "journal": // journal operator: request-visura invalid tipo
		all := c.journal(strings.TrimSuffix(words[1], ":"))
		if len(all) == 0 {
			c.t.Errorf("line %d: the journal is empty", s.line)
			return
		}
		last := all[len(all)-1]
		got := strings.TrimSpace(last.Action + " " + last.Outcome + " " + last.Field)
		if want := strings.Join(words[2:], " "); got != want {
			c.t.Errorf("testdata/%s.txt:%d: the journal ends with %q, want %q", c.script.name, s.line, got, want)
		}
	default:
		c.t.Fatalf("line %d: nobody knows how to %s", s.line, words[0])
	}
}

// misbehave has the registry misbehave about one person, or well again. A delay
// is of one call.
func (c *conversation) misbehave(words []string) {
	rule := simulator.Rule{Kind: simulator.Kind(words[0]), Comune: string(c.comune), CodiceFiscale: words[len(words)-1]}
	if words[0] == "well" {
		c.registry.ClearScript()
		return
	}
	if rule.Kind == simulator.Delay {
		delay, err := time.ParseDuration(words[1])
		if err != nil {
			c.t.Fatal(err)
		}
		rule.Delay, rule.Count = delay, 1
	}
	if err := c.registry.Script(rule); err != nil {
		c.t.Fatal(err)
	}
}

// matcher compares what came with what was expected.
type matcher struct {
	values      map[string]string
	differences []string
}

func (m *matcher) differ(where, want, got string) {
	m.differences = append(m.differences, fmt.Sprintf("%s is %s, want %s", where, got, want))
}

func (m *matcher) compareText(want, got string) {
	var w, g any
	if err := json.Unmarshal([]byte(m.fillKnown(want)), &w); err != nil {
		m.differ("the script's JSON", "readable", err.Error())
		return
	}
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		m.differ("body", "JSON", got)
		return
	}
	m.compare("", w, g)
}

func (m *matcher) fillKnown(text string) string {
	for name, value := range m.values {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

func (m *matcher) compare(where string, want, got any) {
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			m.differ(where, "an object", fmt.Sprint(got))
			return
		}
		for _, name := range slices.Sorted(maps.Keys(want)) {
			value, present := object[name]
			switch {
			case want[name] == "-" && present:
				m.differ(where+"."+name, "absent", fmt.Sprint(value))
			case want[name] == "-":
			case !present:
				m.differ(where+"."+name, "there", "absent")
			default:
				m.compare(where+"."+name, want[name], value)
			}
		}
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			m.differ(where, fmt.Sprintf("a list of %d", len(want)), fmt.Sprint(got))
			return
		}
		for i := range want {
			m.compare(fmt.Sprintf("%s[%d]", where, i), want[i], list[i])
		}
	case string:
		m.value(where, want, fmt.Sprint(got))
	default:
		if want != got {
			m.differ(where, fmt.Sprint(want), fmt.Sprint(got))
		}
	}
}

func (m *matcher) header(name, want, got string, present bool) {
	if want == "-" {
		if present {
			m.differ("header "+name, "absent", got)
		}
		return
	}
	if !present {
		got = "absent"
	}
	m.value("header "+name, cmp.Or(want, "*"), got)
}

// value compares a text; a placeholder nobody has filled takes it.
func (m *matcher) value(where, want, got string) {
	want = m.fillKnown(want)
	name, isPlaceholder := strings.CutPrefix(want, "{")
	name, closed := strings.CutSuffix(name, "}")
	switch {
	case want == "*":
	case isPlaceholder && closed && m.values[name] == "":
		m.values[name] = got
	case want != got:
		m.differ(where, want, got)
	}
}
