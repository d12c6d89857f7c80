package eyes_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/web/eyes"
)

// faultless has what is easily taken for a fault: a field with several stops, a link in
// two lines, what is reached only by scrolling, and a table that is scrolled by itself.
var faultless = `
<form>
<label for="nome">Nome</label> <input id="nome" type="text">
<label for="dal">Dal</label> <input id="dal" type="date">
<button type="submit">Invia la richiesta</button>
</form>
<p><a href="/altra">Un’altra pagina, della quale il nome è tanto lungo che occupa più di una riga dello schermo</a></p>
<section class="v-scroll" tabindex="0" aria-label="Tabella"><table><tbody><tr><th>` + strings.Repeat("Larga", 99) + `</th></tr></tbody></table></section>` +
	strings.Repeat("<p>Testo.</p>", 99) + `<p><a href="/fondo">In fondo</a></p>`

func TestAPageWithoutFaultsHasNone(t *testing.T) {
	url := serve(t, answers{"/": {body: faultless}, "/page.css": {body: `.v-scroll { overflow-x: auto } a:focus { outline: 3px solid #ff0; transition: outline 9s }`}})
	tab := eyes.Open(t).Visit(t, url)
	for _, width := range []int{1280, 360, 320} {
		if faults := tab.At(width).Faults(); len(faults) > 0 {
			t.Errorf("at %d px: %q", width, faults)
		}
	}
}

func TestEachFaultIsFound(t *testing.T) {
	elsewhere := serve(t, answers{})
	b := eyes.Open(t)
	for name, c := range map[string]struct {
		page    answer
		css, js string
		want    []string
	}{
		"a field without a label": {
			page: answer{body: `<input id="nome" type="text">`},
			want: []string{`<input#nome>: Form elements must have labels (axe: label)`},
		},
		"links too near to each other": {
			page: answer{body: `<a href="/1">1</a><br><a href="/2">2</a>`}, css: `a { display: inline-block; width: 9px; height: 9px; line-height: 9px; overflow: hidden }`,
			want: []string{
				`<a[href="/1"]> “1”: All touch targets must be 24px large, or leave sufficient space (axe: target-size)`,
				`<a[href="/2"]> “2”: All touch targets must be 24px large, or leave sufficient space (axe: target-size)`,
			},
		},
		"a page wider than the screen": {
			page: answer{body: `<p id="largo">Una riga</p>`}, css: `#largo { width: 30rem }`,
			want: []string{`<p#largo> “Una riga” makes the page 488 px wide on a screen of 320 px`},
		},
		"a focus under a bar": {
			page: answer{body: strings.Repeat("<p>Testo.</p>", 99) + `<a href="/altra">Altra</a><div id="barra">Barra</div>`},
			css:  `#barra { position: fixed; left: 0; right: 0; bottom: 0; height: 5rem; background: white }`,
			want: []string{`<a[href="/altra"]> “Altra” has the focus and is covered by <div#barra> “Barra”`},
		},
		"a focus outside the screen": {
			page: answer{body: `<a href="/altra">Altra</a>`}, css: `a { position: absolute; left: -999px }`,
			want: []string{`<a[href="/altra"]> “Altra” has the focus and is outside the screen`},
		},
		"a focus on nothing": {
			page: answer{body: `<a href="/altra" aria-label="Altra"></a>`},
			want: []string{`<a[href="/altra"]> “Altra” has the focus and no size`},
		},
		"a focus without a ring": {
			page: answer{body: `<a href="/altra">Altra</a> <button>Invia</button>`}, css: `a:focus { outline: 0 }`, js: `document.querySelector("button").focus()`,
			want: []string{`<a[href="/altra"]> “Altra” has the focus and does not show it`},
		},
		"a ring that is always there": {
			page: answer{body: `<a href="/altra">Altra</a>`}, css: `a { outline: 0; box-shadow: 0 0 3px black }`,
			want: []string{`<a[href="/altra"]> “Altra” has the focus and does not show it`},
		},
		"a ring that is not seen": {
			page: answer{body: `<a href="/altra">Altra</a>`}, css: `a:focus { outline: 2px solid transparent }`,
			want: []string{`<a[href="/altra"]> “Altra” has the focus and does not show it`},
		},
		"a field that is not left": {
			page: answer{body: `<label>Nome <input id="nome" type="text"></label>`}, js: `nome.onkeydown = event => event.preventDefault()`,
			want: []string{`<input#nome> keeps the focus whatever one does`},
		},
		"a script that complains": {
			js:   `console.warn("Attenzione:", 1)`,
			want: []string{`the console has a line (warning): Attenzione: 1`},
		},
		"a script that fails": {
			js:   "\nthrow new Error('guasto')",
			want: []string{`the console has a line (error): Uncaught Error: guasto (SERVER/page.js:2)`},
		},
		"a question that is refused": {
			page: answer{status: 422}, js: `fetch("/no.txt").then(r => r.text())`,
			want: []string{`the console has a line (error): Failed to load resource: the server responded with a status of 422 (Unprocessable Entity) (SERVER/no.txt:1)`},
		},
		"a script in the page": {
			page: answer{body: `<script>document.title = ""</script>`},
			want: []string{`the console has a line (error): Executing inline script violates the following Content Security Policy directive 'script-src 'self''.`},
		},
		"a script from elsewhere that the policy keeps off": {
			page: answer{body: `<script src="` + elsewhere + `/other.js"></script>`},
			want: []string{`the console has a line (error): Loading the script '` + elsewhere + `/other.js' violates the following Content Security Policy directive: "script-src 'self'".`},
		},
		"a script from elsewhere": {
			page: answer{policy: "script-src *", body: `<script src="` + elsewhere + `/other.js"></script>`},
			want: []string{`another host is asked: ` + elsewhere + `/other.js`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := serve(t, answers{"/": c.page, "/page.css": {body: c.css}, "/page.js": {body: c.js}, "/no.txt": {status: 422}})
			got := b.Visit(t, url).At(320).Faults()
			if !slices.EqualFunc(got, c.want, func(got, want string) bool { return strings.HasPrefix(got, strings.ReplaceAll(want, "SERVER", url)) }) {
				t.Errorf("\ngot  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestAFaultOfTheTabIsToldOnce(t *testing.T) {
	tab := eyes.Open(t).Visit(t, serve(t, answers{"/page.js": {body: `console.log("prova")`}}))
	if faults := tab.Faults(); len(faults) != 1 {
		t.Errorf("first: %q", faults)
	}
	if faults := tab.Faults(); len(faults) != 0 {
		t.Errorf("then: %q", faults)
	}
}

func TestTheFocusIsGivenBack(t *testing.T) {
	tab := eyes.Open(t).Visit(t, serve(t, answers{"/": {body: faultless}, "/page.js": {body: `nome.focus()`}}))
	tab.Faults()
	if got := eyes.Read[string](tab, `document.activeElement.id`); got != "nome" {
		t.Errorf("%q has the focus", got)
	}
}
