package web_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"anybody verifies a document on a page":              verifiesOnAPage,
		"what is hard to use is told to who runs it all":     comments,
		"comments without anybody to read them are not sent": nobodyReadsComments,
		"the Comune's offices are named to who works for it": namesOffices,
		"the manual has for each role what concerns it":      manualByRole,
	})
	maps.Copy(sights, map[string]sight{
		"verifica riuscita":       {path: "/verifica/{numero}"},
		"verifica senza esito":    {path: "/verifica?codice=0000-0000-0000-00000"},
		"verifica con errore":     {path: "/verifica?codice=AAAA"},
		"verifica di chi opera":   {who: "operator", path: "/verifica/{numero}"},
		"accessibilita":           {path: "/accessibilita"},
		"accessibilita dal TOP":   {who: "top", path: "/accessibilita"},
		"privacy":                 {path: "/privacy"},
		"privacy dell’operatore":  {who: "operator", path: "/privacy"},
		"guida":                   {who: "operator", path: "/guida"},
		"guida dell’operatore":    {who: "operator", path: "/guida/operatore"},
		"guida all’accesso":       {who: "operator", path: "/guida/accesso"},
		"guida ai codici":         {who: "operator", path: "/guida/codici"},
		"guida dell’Anagrafe":     {who: "top", path: "/guida/anagrafe"},
		"guida di chi amministra": {who: "top", path: "/guida/amministratore"},
		"guida di chi installa":   {who: "top", path: "/guida/installazione"},
		"guida all’esercizio":     {who: "top", path: "/guida/esercizio"},
	})
}

func verifiesOnAPage(t *testing.T, o *office) {
	g := gallery(t, o)
	b, numero := newBrowser(t, o.server(nil).Handler()), g.things["numero"]
	page := b.open(http.StatusOK, "/verifica").form("/verifica").with("codice", strings.ToLower(strings.ReplaceAll(numero, "-", " "))).send(http.StatusOK)
	page.says("Visura emessa e valida", numero, "Residenza", "Impronta SHA-256", "sha256sum visura.pdf", "DOCUMENTO DI PROVA")
	cf := g.soggetto(t, g.things["visura"])
	page.silent(cf, g.people["operator"].Utente.Codice())
	drop := page.element("div", "class", "js-only")
	if drop == nil || len(attribute(drop, "data-impronta")) != 64 {
		t.Error("no file can be compared")
	}
	b.open(http.StatusOK, "/verifica/"+numero).says("Visura emessa e valida")
	b.open(http.StatusUnprocessableEntity, "/verifica?codice="+numero[:16]).says("controllare i caratteri")
	answers := map[string]bool{}
	for _, unknown := range []string{"0000-0000-0000-00000", string(domain.NewCIUV([10]byte{1, 2, 3}))} {
		page := b.open(http.StatusNotFound, "/verifica?codice="+unknown).says("Non risulta alcuna visura con questo codice")
		answers[strings.ReplaceAll(page.text, unknown, "")] = true
	}
	if len(answers) != 1 {
		t.Errorf("unknown codes have %d answers", len(answers))
	}
}

func comments(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	b := newBrowser(t, o.server(nil).Handler())
	page := b.open(http.StatusOK, "/accessibilita").says("parzialmente conformi", "Difensore civico per il digitale")
	f := page.form("/accessibilita")
	f.with("testo", " ", "recapito", "nessuno").send(http.StatusUnprocessableEntity).says("Ci sono 2 dati da correggere")
	said := "La tabella non si legge.\nCon lo zoom al 400 %."
	done := f.with("pagina", "/richieste", "testo", strings.ReplaceAll(said, "\n", "\r\n"), "recapito", "chi@casa.example").send(http.StatusOK)
	done.says("Inviata la segnalazione", "trenta giorni")
	first := o.letter(t)
	if !strings.Contains(first.Text, said) || !strings.Contains(first.Text, "chi@casa.example") || !strings.Contains(first.Text, "/richieste") {
		t.Errorf("the letter says: %s", first.Text)
	}
	v := w.visitor()
	v.address = b.address
	v.traced("", "send-comment ok")
	f.send(http.StatusOK)
	if again := o.letter(t); again.Key != first.Key {
		t.Error("a comment sent twice is two letters")
	}
	f = done.form("/accessibilita").with("testo", "Un’altra.")
	f.send(http.StatusOK).says("Senza un indirizzo non avrai risposta")
	if other := o.letter(t); other.Key == first.Key {
		t.Error("another comment is the same letter")
	}
	signed := w.acting(t, "operator")
	signed.open(http.StatusOK, "/accessibilita").form("/accessibilita").with("testo", "Una terza.").send(http.StatusOK)
	for range 50 { // what a network may send comes back with time
		f = signed.open(http.StatusOK, "/accessibilita").form("/accessibilita").with("testo", "")
		resp, _ := signed.read(signed.PostForm(f.action.String(), f.values))
		if resp.StatusCode == http.StatusTooManyRequests {
			return
		}
	}
	t.Error("comments are not limited")
}

// letter is the last one to whoever runs the installation.
func (o *office) letter(t *testing.T) commands.Letter {
	t.Helper()
	l, ok := o.mailbox.Load(helper)
	if !ok {
		t.Fatal("no letter came")
	}
	return l.(commands.Letter)
}

func nobodyReadsComments(t *testing.T, o *office) {
	b := newBrowser(t, o.server(func(s *web.Server) { s.Pages.Comments = nil }).Handler())
	page := b.open(http.StatusOK, "/accessibilita").says("rivolgiti al Comune")
	if page.element("textarea") != nil {
		t.Error("a form leads nowhere")
	}
	// The form of another page has the same token.
	b.send(http.StatusNotFound, "/accessibilita", hidden(b.get(http.StatusOK, "/accedi"), "modulo"), map[string]string{"testo": "C’è qualcuno?"})
}

func namesOffices(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	b := w.acting(t, "operator")
	for _, path := range []string{"/privacy", "/accessibilita"} {
		b.open(http.StatusOK, path).says("Comune " + string(w.comune) + ", Ufficio Anagrafe")
		newBrowser(t, o.server(nil).Handler()).open(http.StatusOK, path).silent(string(w.comune))
	}
}

func manualByRole(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	for who, reads := range map[string]string{
		"operator": "accesso operatore codici", "admin": "accesso operatore codici amministratore",
		"top": "accesso operatore codici amministratore anagrafe installazione esercizio", "auditor": "accesso operatore codici",
	} {
		b := w.acting(t, who)
		index := b.open(http.StatusOK, "/guida")
		seen := map[string]*document{"/guida": index}
		for _, name := range strings.Fields("accesso operatore codici amministratore anagrafe installazione esercizio niente README") {
			status := http.StatusNotFound
			if strings.Contains(reads, name) || name == "README" {
				status = http.StatusOK
			}
			page := b.open(status, "/guida/"+name)
			if linked := strings.Contains(index.text, `href="/guida/`+name+`"`); linked != (status == http.StatusOK) && name != "README" {
				t.Errorf("%s, %s: linked %v", who, name, linked)
			}
			if status == http.StatusOK {
				seen["/guida/"+name] = page
			}
		}
		for at, page := range seen {
			page.silent("raw HTML", `href="installazione.md`)
			for n := range page.root.Descendants() {
				to, anchor, _ := strings.Cut(attribute(n, "href"), "#")
				if n.Data != "a" || to != "" && !strings.HasPrefix(to, "/guida") {
					continue
				}
				anchor, _ = url.PathUnescape(anchor)
				target := page
				if to != "" {
					target = seen[to]
				}
				if target == nil || anchor != "" && !strings.Contains(target.text, `id="`+anchor+`"`) {
					t.Errorf("%s, %s: a link leads to %s#%s, where nothing is", who, at, to, anchor)
				}
			}
		}
	}
	b := w.acting(t, "operator")
	resp, _ := b.read(b.Get(b.url + "/guida/immagini/nuova.png"))
	if resp.Header.Get("Content-Type") != "image/png" || resp.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("a picture: %v", resp.Header)
	}
	b.open(http.StatusNotFound, "/guida/immagini/impronte.txt")
}
