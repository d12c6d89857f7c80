package web_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"an operator asks on a page and has the document":           asksOnAPage,
		"a request on a page says all that is wrong at once":        allThatIsWrong,
		"a page sent twice is one request, changed it is another":   sentTwice,
		"who is asked for by name is asked for with what is known":  askedByName,
		"a purpose is offered that is for a type one may ask for":   boundOnAPage,
		"who is not of the Comune is asked for in all, in one step": asksFurther,
		"what came to nothing is asked for again with one link":     asksAgain,
		"who has asked about a person before is told of it after":   askedBefore,
		"a page whose session ended sends to sign in and back":      expiredOnAPage,
		"what an operator may not see is nowhere":                   nowhereForOperators,
	})
}

func asksOnAPage(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	b, cf := w.acting(t, "operator"), w.subject()
	page := b.open(http.StatusOK, "/nuova").says("Residenti a Comune", "Chiedi solo ciò che serve alla pratica").silent("Nazionale")
	page = page.form("/nuova").with("codice_fiscale", strings.ToLower(cf[:6]+" "+cf[6:]), "numero_pratica", "2026/004711", "tipo", "residenza").send(http.StatusOK)
	page.says("Emessa", "Residenza di "+cf, "2026/004711", "Storia", "Visura emessa")
	if !strings.HasPrefix(page.at.Path, "/visure/") || strings.Contains(page.title(), cf) {
		t.Errorf("%s is called %q", page.at, page.title())
	}
	resp, pdf := b.read(b.Get(b.url + page.link("Scarica PDF")))
	if resp.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(pdf, "%PDF-") || strings.Contains(resp.Header.Get("Content-Disposition"), cf) {
		t.Errorf("the document: %v", resp.Header)
	}
	again := page.follow(http.StatusOK, "Altra visura, stessa persona")
	if f := again.form("/nuova"); f.values.Get("codice_fiscale") != cf || f.values.Get("numero_pratica") != "" || f.values.Get("tipo") != "residenza" {
		t.Errorf("another about the same person: %v", f.values)
	}
	again = page.follow(http.StatusOK, "Altra persona, stessa pratica")
	if f := again.form("/nuova"); f.values.Get("codice_fiscale") != "" || f.values.Get("numero_pratica") != "2026/004711" {
		t.Errorf("another of the same practice: %v", f.values)
	}
}

// asksFurther: who finds nobody among the Comune's own may ask in all Comuni with one
// click, where they may ask so far; nobody else is offered it.
func asksFurther(t *testing.T, o *office) {
	for _, mode := range []domain.Conferma{domain.Immediata, domain.Manuale, ""} {
		w := o.world(t, comuni[0], mode)
		page := w.acting(t, "operator").open(http.StatusOK, "/nuova").form("/nuova")
		found := page.with("codice_fiscale", w.nonresident(), "numero_pratica", "2026/004712", "tipo", "residenza").send(http.StatusOK).says("Non emettibile")
		if mode == "" {
			found.silent("Chiedi in tutti i Comuni")
			continue
		}
		next := found.says("Chiedi in tutti i Comuni").form("/nuova").send(http.StatusOK).says("2026/004712", "ambito nazionale")
		if mode == domain.Immediata {
			next.says("Emessa")
			continue
		}
		next.says("In attesa di conferma", "non è iscritta in questo Comune")
	}
}

// asksAgain: who has no document starts again from what they asked for, which no address
// names.
func asksAgain(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	b, cf := w.acting(t, "operator"), w.nonresident()
	none := b.open(http.StatusOK, "/nuova").form("/nuova").with("codice_fiscale", cf, "numero_pratica", "2026/004713", "tipo", "cittadinanza").send(http.StatusOK).says("Non emettibile")
	form := none.follow(http.StatusOK, "Nuova richiesta con gli stessi dati").form("/nuova")
	for field, want := range map[string]string{"codice_fiscale": cf, "numero_pratica": "2026/004713", "tipo": "cittadinanza", "finalita": "ISEE", "ambito": "comunale"} {
		if got := form.values.Get(field); got != want {
			t.Errorf("%s is %q, want %q", field, got, want)
		}
	}
	if again := form.send(http.StatusOK); again.at.Path == none.at.Path {
		t.Error("it is the same request")
	}
	issued := b.open(http.StatusOK, "/nuova").form("/nuova").with("codice_fiscale", w.subject(), "numero_pratica", "2026/004714", "tipo", "residenza").send(http.StatusOK)
	issued.says("Emessa").silent("Nuova richiesta con gli stessi dati")
}

// askedBefore: an earlier request about the person is told on the page of the next, to whom
// it is within reach of; the form tells nobody.
func askedBefore(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	cf := w.subject()
	ask := func(who, pratica string) *document {
		b := w.acting(t, who) // what was asked before is there for all to read
		form := b.open(http.StatusOK, "/nuova").silent("Persona già chiesta").form("/nuova")
		return form.with("codice_fiscale", cf, "numero_pratica", pratica, "tipo", "residenza").send(http.StatusOK).says("Emessa")
	}
	first := ask("operator", "A-111").silent("Persona già chiesta")
	ask("colleague", "B-222").silent("Persona già chiesta")
	second := ask("operator", "C-333").says("Persona già chiesta", "A-111").silent("B-222")
	if to := second.element("div", "id", "visura"); to == nil || !strings.Contains(second.text, `<a href="`+first.at.Path+`">Residenza</a>`) {
		t.Error("no link leads to the earlier one")
	}
	w.acting(t, "operator").open(http.StatusOK, first.at.Path).silent("Persona già chiesta")
	w.acting(t, "admin").open(http.StatusOK, second.at.Path).silent("Persona già chiesta")
}

func allThatIsWrong(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	page := w.acting(t, "operator").open(http.StatusOK, "/nuova").form("/nuova").with("codice_fiscale", "RSSMRA80A01H501X", "numero_pratica", "").send(http.StatusUnprocessableEntity)
	page.says("Ci sono 3 dati da correggere", "Il carattere di controllo del codice fiscale non è corretto", "Scegli la visura")
	if !strings.HasPrefix(page.title(), "Errore: ") {
		t.Errorf("the window is called %q", page.title())
	}
	for _, field := range []string{"codice_fiscale", "numero_pratica", "tipo"} {
		if page.element("a", "href", "#"+field) == nil || page.element("input", "id", field) == nil {
			t.Errorf("no link to the field %s", field)
		}
	}
	if f := page.form("/nuova"); f.values.Get("codice_fiscale") != "RSSMRA80A01H501X" {
		t.Errorf("what was typed is gone: %v", f.values)
	}
}

func sentTwice(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	b := w.acting(t, "operator")
	f := b.open(http.StatusOK, "/nuova").form("/nuova").with("codice_fiscale", w.subject(), "numero_pratica", "1/2026", "tipo", "residenza")
	first := f.send(http.StatusOK)
	if second := f.send(http.StatusOK); second.at.Path != first.at.Path {
		t.Errorf("the same page sent twice leads to %s and %s", first.at, second.at)
	}
	conflict := f.with("codice_fiscale", w.subject()).send(http.StatusConflict)
	conflict.says("Con questa pagina è già stata inviata una richiesta")
	if !strings.HasPrefix(conflict.title(), "Errore: ") {
		t.Errorf("the window is called %q", conflict.title())
	}
	if got := conflict.link("vedi"); got != first.at.Path {
		t.Errorf("the request that was sent is at %s", got)
	}
	if third := conflict.form("/nuova").send(http.StatusOK); third.at.Path == first.at.Path {
		t.Error("another request is the same")
	}
}

func askedByName(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	b := w.acting(t, "operator")
	f := b.open(http.StatusOK, "/nuova").form("/nuova").with("modo", "nome", "numero_pratica", "2/2026", "tipo", "residenza")
	f.send(http.StatusUnprocessableEntity).says("Scegli il sesso", "Indica il cognome", "La data di nascita si scrive gg/mm/aaaa")
	person := w.subjects[w.comune][0]
	page := f.with("cognome", person.Surname, "nome", person.Name, "sesso", string(person.Sex), "data_nascita", person.Birth.Date.Format("2.1.2006")).send(http.StatusOK)
	page.says("Residenza di " + strings.ToUpper(person.Surname))
	if strings.Contains(strings.ToUpper(page.title()+page.at.String()), strings.ToUpper(person.Surname)) {
		t.Errorf("%s is called %q", page.at, page.title())
	}
}

func boundOnAPage(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	stream := domain.ConvenzioneIDOf(domain.Pair{Ente: w.ente, Comune: w.comune}).Stream()
	act, err := commands.Fact(t.Context(), w.handler, stream)
	if err != nil {
		t.Fatal(err)
	}
	d := act.Last().ConvenzioneDrafted
	d.Massimo.Tipi = append(d.Massimo.Tipi, domain.Morte) // which no profile grants
	for _, of := range []struct {
		codice string
		tipi   []domain.Tipo
	}{{"NASCITE", []domain.Tipo{domain.Nascita}}, {"LUTTI", []domain.Tipo{domain.Morte}}} {
		d.Finalita = append(d.Finalita, domain.Finalita{Codice: of.codice, Descrizione: "Pratiche " + of.codice, BaseGiuridica: "art. 43", Conservazione: 1, Valutazione: "n. 1", Tipi: of.tipi})
	}
	enter(w, stream, commands.DraftConvenzione{Ente: d.Ente, Comune: d.Comune, Estremi: d.Estremi, Data: d.Data, Firmatari: d.Firmatari, Dal: d.Dal, Al: d.Al, Finalita: d.Finalita, Massimo: d.Massimo, Contatti: d.Contatti})
	enter(w, stream, commands.ActivateConvenzione{})
	page := w.acting(t, "operator").open(http.StatusOK, "/nuova").says("Prestazioni agevolate", "Pratiche NASCITE").silent("LUTTI")
	f := page.form("/nuova").with("codice_fiscale", w.subject(), "numero_pratica", "5/2026", "finalita", "NASCITE", "tipo", "residenza")
	refused := f.send(http.StatusUnprocessableEntity).says("La convenzione non ammette questa finalità per il tipo di visura chiesto", helpdesk)
	if refused.element("a", "href", "#finalita") == nil {
		t.Error("no link to the purpose")
	}
	f.with("tipo", "nascita").send(http.StatusOK).says("Pratiche NASCITE")
}

func expiredOnAPage(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	b := w.acting(t, "operator")
	f := b.open(http.StatusOK, "/nuova").form("/nuova").with("codice_fiscale", w.subject(), "numero_pratica", "3/2026", "tipo", "residenza")
	b.set("__Host-visure_sessione", "finita")
	f.send(http.StatusUnauthorized).says("La sessione è scaduta")
	if page := b.open(http.StatusOK, "/nuova"); page.at.Path != "/accedi" || page.form("/accedi").values.Get("poi") != "/nuova" {
		t.Errorf("sent to %s", page.at)
	}
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+"/visure/"+uuid.NewString()+"/stato", nil)
	r.Header.Set("HX-Request", "true")
	resp, text := b.read(b.Do(r))
	if resp.StatusCode != http.StatusUnauthorized || !strings.HasPrefix(resp.Header.Get("HX-Redirect"), "/accedi") || text != "" {
		t.Errorf("a fragment is answered %s %q: %s", resp.Status, resp.Header.Get("HX-Redirect"), text)
	}
}

func nowhereForOperators(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	id := uuid.NewString()
	resp, body := w.prefer("operator", id, w.ask(domain.Comunale))
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", resp.Status, body)
	}
	stranger := w.acting(t, "stranger")
	stranger.open(http.StatusNotFound, "/visure/"+id).says("Pagina non trovata", "non hai titolo per vederla")
	stranger.open(http.StatusNotFound, "/visure/"+id+"/documento")
	stranger.open(http.StatusNotFound, "/visure/niente")
	w.acting(t, "top").open(http.StatusNotFound, "/nuova")
	auditor := w.acting(t, "auditor").open(http.StatusOK, "/visure/"+id)
	auditor.says("***").silent("Scarica PDF")
}
