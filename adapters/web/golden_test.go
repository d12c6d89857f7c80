package web_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/google/uuid"
)

// markup is where every sight is kept as HTML, a tag a line.
const markup = "testdata/pages"

// TestPagesAreAsTheyWere (and as light as they may be): what a change does to a page is read in the difference of its
// file. The office is one whose clock stands still between two requests for visure and
// whose key is always the same, so that times, codes and people are too.
func TestPagesAreAsTheyWere(t *testing.T) {
	t.Parallel()
	g := gallery(t, unchanging(t))
	frames, written := map[string]string{}, map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(sights)) {
		s := sights[name]
		if s.press != "" || strings.HasPrefix(s.path, "/guida/") {
			continue // as sent it is the one that nothing is pressed of; or it says what docs/manuale does
		}
		g.settled(t) // what was done before may be on the page
		page := g.opened(t, s)
		main := page.element("main")
		text := fmt.Sprintf("<!-- %d %s -->\n<title>%s</title>\n%s", page.status, page.at.RequestURI(), page.title(), pretty(main))
		written[name] = steady(text)
		for main.FirstChild != nil {
			main.RemoveChild(main.FirstChild)
		}
		frame := steady(framing(page))
		switch who := cmp.Or(s.who, "nobody"); {
		case s.of != nil || page.status >= 500:
		case frames[who] == "":
			frames[who], written["cornice "+who] = frame, frame
		case frames[who] != frame:
			t.Errorf("%s has another frame than other pages of %s: %s", name, who, frame)
		}
	}
	compareKept(t, written)
	for name, s := range sights { // last: what is looked at twice is in the journal twice
		g.weighed(t, name, s)
	}
}

// framing is a page but for what is its own.
func framing(page *document) string {
	for n := range page.root.Descendants() {
		if n.Data == "title" && n.FirstChild != nil {
			n.FirstChild.Data = "…"
		}
		if n.Data == "a" {
			n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "aria-current" })
		}
	}
	return pretty(page.root)
}

// compareKept compares texts with the files that are kept of them, or writes those anew.
func compareKept(t *testing.T, written map[string]string) {
	t.Helper()
	file := func(name string) string { return strings.NewReplacer(" ", "-", "’", "-").Replace(name) + ".html" }
	kept, err := filepath.Glob(filepath.Join(markup, "*.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range kept {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(written)), func(name string) bool { return file(name) == filepath.Base(path) }) {
			if !*update {
				t.Errorf("%s is of no sight: remove it with make update", path)
			} else if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, text := range written {
		path := filepath.Join(markup, file(name))
		if *update {
			if err := os.MkdirAll(markup, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if was, err := os.ReadFile(path); err != nil || string(was) != text {
			t.Errorf("%s is not as %s: see what changed with make update and git diff\n%s", name, path, firstDifference(string(was), text))
		}
	}
}

// firstDifference is the first line that is not as it was, and where.
func firstDifference(was, is string) string {
	before, now := strings.Split(was, "\n"), strings.Split(is, "\n")
	for i := range max(len(before), len(now)) {
		if i >= len(before) || i >= len(now) || before[i] != now[i] {
			return fmt.Sprintf("line %d\nwas %s\nis  %s", i+1, strings.Join(before[min(i, len(before)):min(i+1, len(before))], ""), strings.Join(now[min(i, len(now)):min(i+1, len(now))], ""))
		}
	}
	return ""
}

// unchanging is an office that is the same whenever it is opened.
func unchanging(t *testing.T) *office {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "kek"), []byte(strings.Repeat("5a", 32)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o, begun, ids := &office{served: comuni[:1]}, time.Date(2026, 11, 27, 9, 42, 0, 0, time.UTC), 0
	o.now = func() time.Time { return begun.Add(time.Duration(o.asked.Load()) * time.Minute) }
	o.newID = func() string {
		ids++
		return uuid.NewSHA1(uuid.Nil, fmt.Append(nil, ids)).String()
	}
	return o.open(t, dir)
}

// drawn are what is drawn by lot or follows from it, and what stands there instead: of what
// one page may have several, it tells one from the other.
var drawn = []struct {
	what *regexp.Regexp
	is   string
}{
	{regexp.MustCompile(`(["/=])[\w-]{43,}`), "$1{segreto}"},
	{regexp.MustCompile(`>[2-7A-Z]{32}<`), ">{segreto}<"},
	{regexp.MustCompile(` d="[^"]{200,}"`), ` d="{disegno}"`},
	{regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`), "{id %d}"},
	{regexp.MustCompile(`\b[0-9A-Z]{4}(-[0-9A-Z]{4}){2}-[0-9A-Z]{5}\b`), "{numero %d}"},
	{regexp.MustCompile(`\b[0-9a-f]{64}\b`), "{impronta}"},
	{regexp.MustCompile(`\b[\d.,]+ (byte|kB)\b`), "{peso}"},
	{regexp.MustCompile(`\?v=[0-9a-f]{16}\b`), ""},
	{regexp.MustCompile(`(?s)(<dt>Ultima risposta</dt>\s*).*?(\s*</dl>)`), "$1{chiamata}$2"},
	{regexp.MustCompile(`\bat_least=\d+-\d+`), "at_least={posizione}"},
}

// steady is a text without what is drawn by lot.
func steady(text string) string {
	for _, d := range drawn {
		if !strings.Contains(d.is, "%d") {
			text = d.what.ReplaceAllString(text, d.is)
			continue
		}
		met := map[string]int{}
		text = d.what.ReplaceAllStringFunc(text, func(one string) string {
			if met[one] == 0 {
				met[one] = len(met) + 1
			}
			return fmt.Sprintf(d.is, met[one])
		})
	}
	return text
}

// pretty is an element, a tag a line; what holds but a text is one line.
func pretty(n *html.Node) string {
	var b strings.Builder
	write(&b, n, "")
	return b.String()
}

func write(b *strings.Builder, n *html.Node, indent string) {
	switch n.Type {
	case html.DocumentNode:
		for c := range n.ChildNodes() {
			write(b, c, indent)
		}
	case html.DoctypeNode:
		b.WriteString("<!doctype " + n.Data + ">\n")
	case html.CommentNode:
		b.WriteString(indent + "<!--" + n.Data + "-->\n")
	case html.TextNode:
		if text := strings.Join(strings.Fields(n.Data), " "); text != "" {
			b.WriteString(indent + html.EscapeString(text) + "\n")
		}
	case html.ElementNode:
		b.WriteString(indent + "<" + n.Data)
		for _, a := range n.Attr {
			b.WriteString(" " + a.Key)
			if a.Val != "" {
				b.WriteString(`="` + html.EscapeString(a.Val) + `"`)
			}
		}
		b.WriteString(">")
		inside := n.FirstChild
		switch {
		case inside == nil:
		case n.Data == "svg":
			for c := range n.ChildNodes() {
				b.WriteString(strings.TrimSpace(pretty(c)))
			}
		case inside.NextSibling == nil && inside.Type == html.TextNode:
			b.WriteString(html.EscapeString(strings.Join(strings.Fields(inside.Data), " ")))
		default:
			b.WriteString("\n")
			for c := range n.ChildNodes() {
				write(b, c, indent+"  ")
			}
			b.WriteString(indent)
		}
		if !void[n.Data] {
			b.WriteString("</" + n.Data + ">")
		}
		b.WriteString("\n")
	}
}

// void are the elements that never end.
var void = map[string]bool{"area": true, "base": true, "br": true, "col": true, "hr": true, "img": true, "input": true, "link": true, "meta": true, "source": true, "wbr": true}
