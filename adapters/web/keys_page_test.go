package web_test

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/web/eyes"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"a file is compared with the document in the browser":       comparesFiles,
		"keys lead to the search, list themselves and close a menu": keysOfEveryPage,
		"who wants no keys turns them off":                          keysOff,
		"the number of a document is copied":                        copiesNumber,
		"under the purpose stands its legal basis":                  groundOfPurpose,
		"a filter that is applied in place says what it left out":   filtersInPlace,
	})
}

// chooseFile has the page of a document given a file, as if it was chosen.
const chooseFile = `(() => {
  const files = new DataTransfer();
  files.items.add(new File([Uint8Array.from(atob(%q), c => c.charCodeAt(0))], "visura.pdf", { type: "application/pdf" }));
  const field = document.querySelector("#pdf");
  field.files = files.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
})()`

func comparesFiles(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	g := &shown{world: w, t: t, sessions: map[string]string{}, things: map[string]string{}}
	id, file := w.document(t)
	v, err := commands.Fact(t.Context(), w.handler, domain.VisuraID(id).Stream())
	if err != nil {
		t.Fatal(err)
	}
	w.settled(t)
	tab := eyes.Open(t).Visit(t, o.url+"/verifica/"+string(v.Document.Numero))
	compared := func(file []byte, want string, wrong bool) {
		t.Helper()
		eyes.Read[bool](tab, fmt.Sprintf(chooseFile, base64.StdEncoding.EncodeToString(file)))
		tab.Until(fmt.Sprintf(`document.querySelector("[data-impronta] .v-say").textContent.startsWith(%q)`, want))
		if bad := eyes.Read[bool](tab, `document.querySelector("[data-impronta] .v-say").classList.contains("bad")`); bad != wrong {
			t.Errorf("%s: shown as wrong: %t", want, bad)
		}
	}
	compared(file, "Il file è identico al documento emesso.", false)
	compared(append(file, '\n'), "Il file NON è il documento emesso.", true)
	g.revoked(t, id)
	w.settled(t)
	tab.Go(o.url + "/verifica/" + string(v.Document.Numero))
	compared(file, "Il file è identico al documento emesso, che è stato revocato il ", true)
	compared([]byte("altro"), "Il file NON è il documento emesso.", true)
}

// onList is a tab of an operator on the list of their requests.
func (w *world) onList(t *testing.T) *eyes.Tab {
	t.Helper()
	g := &shown{world: w, t: t, sessions: map[string]string{}}
	tab := eyes.Open(t).Visit(t, w.url+"/richieste", g.cookies("operator")...)
	tab.Until(`document.documentElement.classList.contains("js")`)
	return tab
}

const (
	searching = `document.activeElement.id === "trova"`
	listed    = `document.querySelector("#scorciatoie").open`
)

func keysOfEveryPage(t *testing.T, o *office) {
	tab := o.world(t, comuni[0], "").onList(t)
	tab.Press("/")
	tab.Until(searching)
	eyes.Read[string](tab, `document.activeElement.value = ""`) // keys from here write what they did, too
	tab.Type("/?n")
	if typed := eyes.Read[string](tab, `document.activeElement.value`); typed != "/?n" || eyes.Read[bool](tab, listed) {
		t.Errorf("in a field keys write %q", typed)
	}
	pressed(tab, ".v-slim summary")
	tab.Press("Enter")
	tab.Until(`document.querySelector(".v-slim .v-menu").open`)
	tab.Press("Tab", "Escape")
	tab.Until(`!document.querySelector(".v-slim .v-menu").open && document.activeElement.matches(".v-slim summary")`)
	tab.Press("?")
	tab.Until(listed)
	said := eyes.Read[string](tab, `document.querySelector("#scorciatoie").innerText`)
	for _, words := range []string{"Invio", "Esc", "C poi Invio", "Vai alla ricerca"} {
		if !strings.Contains(said, words) {
			t.Errorf("the list of keys lacks %s: %s", words, said)
		}
	}
	tab.Press("/") // a dialog has no keys but its own
	tab.Press("Escape")
	tab.Until(`!` + listed)
	if eyes.Read[bool](tab, searching) {
		t.Error("a key did something behind the dialog")
	}
}

func keysOff(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	tab := w.onList(t)
	tab.Press("?")
	tab.Until(listed)
	pressed(tab, "#scorciatoie [name=tasti]")
	tab.Press("Space")
	tab.Until(`document.documentElement.dataset.tasti === "no"`)
	tab.Press("Escape")
	tab.Until(`!` + listed)
	still := func() {
		t.Helper()
		tab.Press("/", "?", "n")
		if eyes.Read[bool](tab, searching+` || `+listed+` || location.pathname !== "/richieste"`) {
			t.Error("a key does something that nobody wants")
		}
	}
	still()
	tab.Go(w.url + "/richieste")
	still()
}

func copiesNumber(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	id := w.asksFor(t, "operator", 1)[0]
	w.settled(t)
	tab := w.onList(t)
	tab.Go(w.url + "/visure/" + id)
	tab.Until(`document.documentElement.classList.contains("js")`)
	// A browser that nobody looks at has no clipboard.
	eyes.Read[bool](tab, `(navigator.clipboard.writeText = async text => { window.copied = text; }, true)`)
	pressed(tab, "[data-copy]")
	tab.Press("Enter")
	tab.Until(`document.querySelector("#avviso").textContent === "Copiato"`)
	v, err := commands.Fact(t.Context(), w.handler, domain.VisuraID(id).Stream())
	if err != nil {
		t.Fatal(err)
	}
	if copied := eyes.Read[string](tab, `window.copied`); copied != string(v.Document.Numero) {
		t.Errorf("what is copied is %q, the number %s", copied, v.Document.Numero)
	}
}

func groundOfPurpose(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	stream := domain.ConvenzioneIDOf(domain.Pair{Ente: w.ente, Comune: w.comune}).Stream()
	draft := w.draft(w.ente, w.comune)
	draft.Finalita = append(draft.Finalita, domain.Finalita{Codice: "TARI", Descrizione: "Tributi", BaseGiuridica: "art. 1 L. 147/2013", Conservazione: 1, Valutazione: "n. 1"})
	enter(w, stream, draft)
	enter(w, stream, commands.ActivateConvenzione{})
	tab := w.onList(t)
	tab.Go(w.url + "/nuova")
	says := func(want string) {
		t.Helper()
		tab.Until(fmt.Sprintf(`document.querySelector("#finalita-h").textContent === %q`, want))
	}
	says("")
	pressed(tab, "#finalita")
	tab.Press("ArrowDown")
	says("art. 71 D.P.R. 445/2000")
	tab.Press("ArrowDown")
	says("art. 1 L. 147/2013")
	w.acting(t, "operator").open(http.StatusOK, "/nuova").says("Prestazioni agevolate: art. 71 D.P.R. 445/2000; Tributi: art. 1 L. 147/2013")
}

// What stands beside the list says the same as the list, also when the script puts it in
// place.
func filtersInPlace(t *testing.T, o *office) {
	tab := o.world(t, comuni[0], "").onList(t)
	applied := func(fill, want string) {
		t.Helper()
		eyes.Read[bool](tab, `(() => { `+fill+`; document.querySelector(".v-filter button").click(); return true; })()`)
		tab.Until(want)
	}
	const noted = `document.querySelector("#tolto").textContent.includes("non è stato riconosciuto")`
	applied(`document.querySelector("#f-stato").value = "issued"; document.querySelector("#f-dal").value = "ieri"`,
		noted+` && document.querySelector("#attivi").textContent.includes("1 attivo")`)
	if href := eyes.Read[string](tab, `document.querySelector("#viste li:last-child a").getAttribute("href")`); !strings.Contains(href, "stato=issued") {
		t.Errorf("the last tab leads to %s", href)
	}
	applied(`document.querySelector("#f-dal").value = ""`, `!(`+noted+`)`)
}
