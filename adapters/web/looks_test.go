package web_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/adapters/web/eyes"
)

func TestMain(m *testing.M) { os.Exit(eyes.Main(m)) }

// pictures is where the pages are kept as they were seen.
const pictures = "../../out/pages"

// sight is a page in a state, at which a browser looks and of which testdata/pages has the
// markup.
type sight struct {
	who   string                                        // of the gallery; empty: nobody has signed in
	path  string                                        // with what the gallery has in braces
	form  string                                        // where the form leads that is sent from there; empty: none is
	with  []string                                      // what it is filled with before, name and value
	then  *sight                                        // whose form, filled with what, is sent from the page that came; nil: none is
	press string                                        // what is pressed then, as a selector of CSS: in a browser alone
	after int                                           // how often the page was opened before
	of    func(*testing.T, *office) func(s *web.Server) // what is other about the server; nil: nothing
}

// sights are every page in the states that matter, by name.
var sights = map[string]sight{
	"accedi":              {path: "/accedi"},
	"verifica":            {path: "/verifica"},
	"non trovata":         {path: "/niente"},
	"problemi":            {path: "/docs/problemi"},
	"ruolo":               {who: "operator", path: "/ruolo"},
	"istruzioni":          {who: "operator", path: "/istruzioni"},
	"nuova":               {who: "operator", path: "/nuova"},
	"nuova nazionale":     {who: "national", path: "/nuova"},
	"richieste":           {who: "operator", path: "/richieste"},
	"richieste filtrate":  {who: "operator", path: "/richieste?stato=issued&dal=1/1/2020"},
	"visura":              {who: "operator", path: "/visure/{visura}"},
	"visura in attesa":    {who: "national", path: "/visure/{awaiting}"},
	"visura del revisore": {who: "auditor", path: "/visure/{visura}"},
	"visura del TOP":      {who: "top", path: "/visure/{visura}"},
	"cerca":               {who: "operator", path: "/trova"},
}

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"nobody trips over a page, at any width": nobodyTrips,
	})
}

// widestCode has the head of a page show a code as wide as there are, whoever looks.
const widestCode = `[...document.querySelectorAll(".v-slim .tight")].forEach(e => { e.textContent = "U-WWWWW-WWWWW" }) === undefined`

func nobodyTrips(t *testing.T, o *office) {
	sweeping(t)
	b, g := eyes.Open(t), gallery(t, o)
	for _, name := range slices.Sorted(maps.Keys(sights)) {
		t.Run(name, func(t *testing.T) { g.looked(t, b, name) })
	}
}

// looked has a browser look at one sight at each width, and keeps a picture.
func (g *shown) looked(t *testing.T, b *eyes.Browser, name string) {
	s := sights[name]
	tab := g.before(t, b, s)
	eyes.Read[bool](tab, widestCode)
	for _, width := range []int{1280, 360, 320} {
		tab.At(width)
		g.press(tab, s)
		if width != 320 {
			tab.Picture(filepath.Join(pictures, strings.ReplaceAll(name, " ", "-")+map[int]string{1280: "", 360: "-360"}[width]+".png"))
		}
		for _, fault := range tab.Faults() {
			t.Errorf("%d px: %s", width, fault)
		}
	}
}

// fillForm fills the form that leads somewhere and gives its button the focus, the one of a
// value where several are named.
const fillForm = `((action, pairs) => {
	const form = [...document.forms].find(f => new URL(f.action).pathname === action);
	form.closest("details")?.setAttribute("open", "");
	let button = form.querySelector(".btn-primary, .btn-danger") ?? form.querySelector("button");
	for (const [name, value] of pairs) {
		const field = form.elements[name];
		if (field.type === "file") {
			const chosen = new DataTransfer();
			chosen.items.add(new File([value], name + ".csv"));
			field.files = chosen.files;
		} else if (field[0]?.type === "checkbox") field.forEach(box => { box.checked = box.value === value });
		else if (field[0]?.type === "submit") button = [...field].find(one => one.value === value);
		else field.value = value;
	}
	button.focus();
	return true;
})(%s, %s)`

// before is a tab that shows a sight, but for what is pressed.
func (g *shown) before(t *testing.T, b *eyes.Browser, s sight) *eyes.Tab {
	t.Helper()
	url := g.url
	if s.of != nil {
		url = serve(t, g.server(s.of(t, g.office)).Handler())
	}
	tab := b.Visit(t, url+g.fill(s.path), g.cookies(s.who)...)
	for range s.after {
		tab.Go(url + g.fill(s.path))
	}
	for one := &s; one != nil && one.form != ""; one = one.then {
		pairs := [][2]string{}
		for i := 0; i < len(one.with); i += 2 {
			pairs = append(pairs, [2]string{one.with[i], g.fill(one.with[i+1])})
		}
		action, _ := json.Marshal(g.fill(one.form))
		values, _ := json.Marshal(pairs)
		tab.Focus("main") // a page gives the focus to a field of its own first
		eyes.Read[bool](tab, fmt.Sprintf(fillForm, action, values))
		tab.Follow("Enter")
	}
	return tab
}

// press presses what a sight has pressed, as far as it is shown.
func (g *shown) press(tab *eyes.Tab, s sight) {
	if s.press != "" {
		selector, _ := json.Marshal(s.press)
		eyes.Read[bool](tab, fmt.Sprintf(`[...document.querySelectorAll(%s)].forEach(e => { if (e.checkVisibility() && !e.closest("details[open]")) e.click() }) === undefined`, selector))
	}
}

// opened is a sight as whoever runs no script has it.
func (g *shown) opened(t *testing.T, s sight) *document {
	t.Helper()
	at := g.site
	if s.of != nil {
		at = overTLS(t, g.server(s.of(t, g.office)).Handler())
	}
	b := at.browser(t)
	b.address = "10.89.0.1"
	for _, c := range g.cookies(s.who) {
		b.set(c.Name, c.Value)
	}
	path := g.fill(s.path)
	page := b.open(0, path)
	for range s.after {
		page = b.open(0, path)
	}
	for one := &s; one != nil && one.form != ""; one = one.then {
		f := page.form(g.fill(one.form))
		for i := 0; i < len(one.with); i += 2 {
			if value := g.fill(one.with[i+1]); f.element("input", "name", one.with[i], "type", "file") != nil {
				f.choose(one.with[i], one.with[i]+".csv", []byte(value))
			} else {
				f.with(one.with[i], value)
			}
		}
		page = f.send(0)
	}
	return page
}

// noPages are the addresses at which there is no page to look at: files, parts of pages,
// and what leads elsewhere.
var noPages = regexp.MustCompile(`^/(api|assets|favicon\.ico|status|metrics|$)|^/docs/?$|^/docs/\{|^/accedi/spid|/(esporta|documento|documenti|lettera|stato)$|/modello\.(csv|xlsx)$|/(\{annex\}|\{picture\}|\{stemma\}|anteprima)$|^/sessione$`)

// TestNoPageIsOutOfSight: who adds a page says in a row of sights what is to be looked at.
func TestNoPageIsOutOfSight(t *testing.T) {
	t.Parallel()
	for _, r := range routes(t) {
		if r.method != http.MethodGet || r.tag != "Pagine" || noPages.MatchString(r.path) {
			continue
		}
		of := regexp.MustCompile("^" + hole.ReplaceAllString(r.path, `[^/?]+`) + `(\?|$)`)
		if !slices.ContainsFunc(slices.Collect(maps.Values(sights)), func(s sight) bool { return of.MatchString(s.path) }) {
			t.Errorf("%s is no sight: nobody looks at it", r.path)
		}
	}
}
