package web_test

import (
	"archive/zip"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"a TOP admits requests about many for an act, on its page":           admitsManyOnPages,
		"many people are asked about from a file, on a page":                 asksAboutManyOnPages,
		"what is wrong with a file of people is told before any is asked":    refusedFileOfPeople,
		"a request about many that was stopped goes on, or is withdrawn":     goesOnOnPages,
		"who administers sees a request about many, and who has no part not": seesManyOnPages,
	})
	maps.Copy(sights, map[string]sight{
		"massive":                            {who: "national", path: "/massive"},
		"massive del TOP":                    {who: "top", path: "/massive"},
		"massive non ammesse":                {who: "operator", path: "/massive"},
		"massiva nuova":                      {who: "national", path: "/massive/nuova"},
		"massiva nuova non ammessa":          {who: "operator", path: "/massive/nuova"},
		"massiva nuova con errori":           {who: "national", path: "/massive/nuova", form: "/massive/nuova"},
		"massiva nuova con righe sbagliate":  {who: "national", path: "/massive/nuova", form: "/massive/nuova", with: []string{"numero_pratica", "2026/004711", "tipo", "residenza", "file", "{soggetti_sbagliati}"}},
		"massiva nuova da chiedere":          {who: "national", path: "/massive/nuova", form: "/massive/nuova", with: []string{"numero_pratica", "2026/004711", "tipo", "residenza", "ambito", "nazionale", "file", "{soggetti}"}},
		"massiva":                            {who: "national", path: "/massive/{massiva}"},
		"massiva del TOP":                    {who: "top", path: "/massive/{massiva}"},
		"massiva ferma":                      {who: "national", path: "/massive/{massiva_ferma}"},
		"massiva in pausa":                   {who: "national", path: "/massive/{massiva_in_pausa}"},
		"massiva da ritirare":                {who: "national", path: "/massive/{massiva_in_pausa}?ritira=si"},
		"richieste di una massiva":           {who: "national", path: "/richieste?massiva={massiva}"},
		"visure di una massiva del TOP":      {who: "top", path: "/richieste?massiva={massiva}"},
		"visure di una massiva mascherate":   {who: "auditor", path: "/richieste?massiva={massiva}&stato=issued"},
		"concessioni":                        {who: "top", path: "/convenzioni/{atto}/massive"},
		"concessioni di un atto che ammette": {who: "top", path: "/convenzioni/{atto_massivo}/massive"},
		"concessioni aperte":                 {who: "top", path: "/convenzioni/{atto_massivo}/massive", press: everything},
		"concessioni con errore":             {who: "top", path: "/convenzioni/{atto}/massive", form: "/convenzioni/{atto}/massive", with: []string{"tetto", "nessuna"}},
	})
}

// someOf are people of the world's Comune, whom subject comes to last.
func (w *world) someOf(n int) (all []commands.SoggettoRichiesto) {
	known := w.subjects[w.comune]
	for _, p := range known[len(known)-n:] {
		all = append(all, commands.SoggettoRichiesto{CodiceFiscale: p.CodiceFiscale})
	}
	return all
}

// peopleAskedAbout is a file of people of the world's Comune.
func (w *world) peopleAskedAbout(n int) string {
	file := "codice_fiscale;cognome;nome;sesso;data_nascita\n"
	for _, p := range w.someOf(n) {
		file += p.CodiceFiscale + ";;;;\n"
	}
	return file
}

// many is a request about people of the world's Comune.
func (w *world) many(n int) commands.RequestMassiva {
	return commands.RequestMassiva{Comune: string(w.comune), Tipo: string(domain.Residenza), Ambito: string(domain.Comunale), Finalita: "ISEE", NumeroPratica: "2026/004711", Soggetti: w.someOf(n)}
}

// massivaAs keeps a request about many as somebody made it, and what became of it since
// before anything could: who carries it on finds it so.
func (w *world) massivaAs(who string, then ...domain.Event) domain.MassivaID {
	w.t.Helper()
	id, by := domain.MassivaID(w.newID()), w.people[who].Actor
	asked := domain.MassivaRequested{
		Comune: w.comune, Ente: by.Ente, Convenzione: domain.ConvenzioneIDOf(domain.Pair{Ente: by.Ente, Comune: w.comune}), Atto: 1,
		Tipo: domain.Residenza, Ambito: domain.Comunale, Purpose: domain.Purpose{Finalita: "ISEE", Descrizione: "Prestazioni agevolate", NumeroPratica: "2026/004711"},
		Tetto: 50, BaseGiuridica: "art. 50 D.Lgs. 82/2005", Righe: 12,
	}
	for _, p := range w.someOf(asked.Righe) {
		asked.Soggetti = append(asked.Soggetti, domain.Soggetto{CodiceFiscale: domain.CodiceFiscale(p.CodiceFiscale)})
	}
	events := append([]domain.Event{asked}, then...)
	if _, err := w.store.Append(w.t.Context(), string(id.Stream()), commands.NoStream, events, domain.Meta{By: by, At: w.now().UTC(), Correlation: w.newID()}); err != nil {
		w.t.Fatal(err)
	}
	return id
}

// askingAboutMany are requests in the states that matter, of the one of the gallery who may
// make them, and files that ask for more.
func (g *shown) askingAboutMany() {
	act := domain.ConvenzioneIDOf(domain.Pair{Ente: g.people["national"].Ente, Comune: g.comune})
	enter(g.world, act.Stream(), commands.GrantMassive{Atto: 1, Tetto: 500, BaseGiuridica: "art. 50 D.Lgs. 82/2005"})
	g.things["atto_massivo"] = string(act)
	g.things["soggetti"] = g.peopleAskedAbout(2)
	g.things["soggetti_sbagliati"] = g.things["soggetti"] + "RSSMRA80A01H501X;;;;\n" + ";Rossi;;;\n"
	c, id := g.many(3), domain.MassivaID(g.newID())
	c.Soggetti[2].CodiceFiscale = "RSSMRA80A01H501U" // nobody's
	if _, err := commands.Handle(g.t.Context(), g.handler, id.Stream(), domain.Meta{By: g.people["national"].Actor}, c); err != nil {
		g.t.Fatal(err)
	}
	g.settled(g.t)
	g.ends("national", string(id))
	g.things["massiva"] = string(id)
	g.things["massiva_ferma"] = string(g.massivaAs("national", domain.RowsAsked{To: 4}, domain.MassivaStopped{Item: "istruzioni", Testo: "vanno accettate le istruzioni del Comune"}))
	g.things["massiva_in_pausa"] = string(g.massivaAs("national", domain.RowsAsked{To: 8}, domain.MassivaDelayed{Quota: aDay.Nome(), Until: domain.ItalianMidnight(domain.ItalianDay(g.now()).Plus(1))}))
}

func admitsManyOnPages(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	act := "/convenzioni/" + string(domain.ConvenzioneIDOf(domain.Pair{Ente: w.ente, Comune: w.comune}))
	b := w.acting(t, "top")
	page := b.open(http.StatusOK, act).says("Richieste massive", "non ammesse").follow(http.StatusOK, "Ammetti o togli")
	f := page.form(act + "/massive")
	f.send(http.StatusUnprocessableEntity).says("Il tetto è un numero di righe da 1 a 5000")
	f.with("tetto", "12").send(http.StatusUnprocessableEntity).says("Va indicata la base giuridica")
	page = f.with("tetto", "12", "base_giuridica", "D.G.C. n. 9").send(http.StatusOK).says("Le richieste massive sono ammesse", "fino a 12 righe", "D.G.C. n. 9")
	f.send(http.StatusOK) // the same once more is none
	changed := page.form(act+"/massive").with("tetto", "20")
	page = changed.send(http.StatusOK).says("fino a 20 righe")
	page.form(act+"/massive").with("revision", "0", "tetto", "30").send(http.StatusPreconditionFailed).says("fino a 20 righe")
	b.open(http.StatusOK, act).says("ammesse, fino a 20 righe", "Richieste massive ammesse per l'atto 1, fino a 12 righe: D.G.C. n. 9")
	w.acting(t, "admin").open(http.StatusOK, "/convenzione").says("ammesse, fino a 20 righe").silent("Ammetti o togli")
	end := page.form(act + "/massive/fine")
	end.send(http.StatusUnprocessableEntity).says("Va indicato il motivo")
	end.with("motivo", "La campagna è conclusa").send(http.StatusOK).says("non sono più ammesse", "Richieste massive non ammesse")
	b.open(http.StatusOK, act).says("Richieste massive non più ammesse per l'atto 1: La campagna è conclusa")

	plain := w.actingSince(t, "top", w.server(nil).Handler(), 11*time.Minute)
	plain.open(http.StatusOK, act+"/massive").form(act+"/massive").with("tetto", "5", "base_giuridica", "D.G.C. n. 9").send(http.StatusUnprocessableEntity).says("codice a sei cifre")
	for _, who := range []string{"operator", "admin", "auditor", "foreign-top"} {
		w.acting(t, who).open(http.StatusNotFound, act+"/massive")
	}
}

func asksAboutManyOnPages(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.SilenzioAssenso)
	b := w.acting(t, "operator")
	b.open(http.StatusOK, "/massive").says("Nessuna richiesta massiva", "la convenzione non ammette richieste massive", anagrafe)
	b.open(http.StatusOK, "/massive/nuova").says("La convenzione non ammette richieste massive").silent("Controlla il file")
	w.admitsMany(10)
	page := b.open(http.StatusOK, "/massive").follow(http.StatusOK, "Nuova richiesta massiva").says("Al più 10 righe")
	for kind, link := range map[string]string{"text/csv; charset=utf-8": "csv", table.XLSX.Kind: "xlsx"} {
		resp, file := b.read(b.Get(b.url + page.link(link)))
		if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != kind || link == "csv" && !strings.Contains(file, "codice_fiscale;cognome;nome;sesso;data_nascita") {
			t.Errorf("the model is %s %s: %q", resp.Status, resp.Header.Get("Content-Type"), file)
		}
	}
	file := w.peopleAskedAbout(3)
	page = page.form("/massive/nuova").with("numero_pratica", "2026/004711", "tipo", "residenza", "finalita", "ISEE").choose("file", "persone.csv", []byte(file)).send(http.StatusOK)
	page.says("Il file non ha errori. Si chiedono 3 visure, una per persona.", "Prestazioni agevolate", "art. 50 D.Lgs. 82/2005, fino a 10 righe", "2026/004711")
	ask := page.form("/massive/nuova")
	ask.with("torna", "si").send(http.StatusOK).says("Controlla il file").form("/massive/nuova")
	ask.values.Del("torna")
	page = ask.send(http.StatusOK).says("La richiesta è inviata: righe 3.", "Residenza per 3 persone")
	id, err := domain.ParseMassivaID(strings.TrimPrefix(page.at.Path, "/massive/"))
	if err != nil {
		t.Fatalf("it leads to %s", page.at)
	}
	w.ends("operator", string(id))
	ask.send(http.StatusOK) // the same once more is none
	page = b.open(http.StatusOK, "/massive/"+string(id)).says("Tutte chieste", "Sono chieste 3 righe di 3", "Emessa", "i 3 documenti emessi").silent("Ritira la richiesta")
	b.open(http.StatusOK, "/massive").says("3 di 3", "2026/004711")

	other := w.asksFor(t, "operator", 1)[0]
	w.settled(t)
	listed := page.follow(http.StatusOK, "Vedi le visure").says("Visure della richiesta massiva", "Righe 1–3")
	if strings.Contains(listed.text, other) || !strings.Contains(listed.text, `name="massiva" value="`+string(id)+`"`) {
		t.Error("the list has others, or its filters forget the request")
	}
	resp, rows := b.read(b.Get(b.url + listed.link("CSV")))
	if n := strings.Count(strings.TrimSpace(rows), "\n"); resp.StatusCode != http.StatusOK || n != 3 {
		t.Errorf("exported are %s, %d rows", resp.Status, n)
	}
	b.open(http.StatusOK, "/richieste?massiva=x").says("Un filtro non è stato riconosciuto")
	visura := b.open(http.StatusOK, "/visure/"+string(id.Visura(2))).says("Richiesta massiva")
	if visura.link("riga 2") != "/massive/"+string(id) {
		t.Errorf("a visura leads to %s", visura.link("riga 2"))
	}
	b.open(http.StatusOK, "/visure/"+other).silent("Richiesta massiva")

	resp, packed := b.read(b.Get(b.url + page.link("Scarica i documenti")))
	unpacked, err := zip.NewReader(strings.NewReader(packed), int64(len(packed)))
	if err != nil || len(unpacked.File) != 4 || !strings.HasPrefix(resp.Header.Get("Content-Disposition"), "attachment; filename=") {
		t.Errorf("the file is %s %v: %v", resp.Status, resp.Header, err)
	}
}

func refusedFileOfPeople(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.admitsMany(5)
	b := w.acting(t, "operator")
	send := func(file string, with ...string) *document {
		t.Helper()
		f := b.open(http.StatusOK, "/massive/nuova").form("/massive/nuova").with("numero_pratica", "2026/004711", "tipo", "residenza", "finalita", "ISEE").with(with...)
		return f.choose("file", "persone.csv", []byte(file)).send(http.StatusUnprocessableEntity)
	}
	good := w.peopleAskedAbout(1)
	person := strings.Split(strings.Split(good, "\n")[1], ";")[0]
	page := send(good+"RSSMRA80A01H501X;;;;\n;Rossi;;;\n"+person+";;;;\n").says("Righe da correggere", "Nulla è stato chiesto", "codice_fiscale", "La persona è già nella riga")
	page.silent(`name="visto"`)
	if n := strings.Count(page.text, "<td>3</td>"); n != 1 {
		t.Errorf("the line of the file is not told: %s", page.text)
	}
	send(w.peopleAskedAbout(6)).says("C’è un dato da correggere", "5")
	send("").says("Scegli il file con le persone")
	send("eta;nome\n").says("la colonna 1 non è tra quelle ammesse")
	send("codice_fiscale\n\"\n").says("Riga 2")
	send("\xff\xfe;\x00").says("caratteri che non sono di un testo")
	send(good, "tipo", "boh").says("Scegli la visura")
	send(good, "numero_pratica", "x").says("C’è un dato da correggere")
	send(good, "numero_pratica", person).says("C’è un dato da correggere")
	send(strings.Repeat("x", 2<<20+1)).says("Il file è troppo grande: al più 2 MB")
	w.settled(t)
	b.open(http.StatusOK, "/massive").says("Nessuna richiesta massiva")

	book := table.New(table.XLSX, []table.Column[string]{{Title: "codice_fiscale", Of: func(cf string) string { return cf }}})
	book.Add(w.subject(), w.subject())
	file, err := book.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	f := b.open(http.StatusOK, "/massive/nuova").form("/massive/nuova").with("numero_pratica", "2026/004711", "tipo", "residenza", "finalita", "ISEE").choose("file", "persone.xlsx", file)
	ask := f.send(http.StatusOK).says("Si chiedono 2 visure").form("/massive/nuova")
	enter(w, domain.ConvenzioneIDOf(domain.Pair{Ente: w.ente, Comune: w.comune}).Stream(), commands.EndMassive{Atto: 1, Motivo: "Conclusa"})
	ask.send(http.StatusForbidden).says("La convenzione non ammette richieste massive", anagrafe)
}

func goesOnOnPages(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	stopped := w.massivaAs("operator", domain.RowsAsked{To: 0}, domain.MassivaStopped{Item: "massiva", Testo: "la convenzione non ammette richieste massive: le concede il Comune"})
	b := w.acting(t, "operator")
	at := "/massive/" + string(stopped)
	page := b.open(http.StatusOK, at).says("Ferma", "La convenzione non ammette richieste massive", "falla proseguire")
	page.form(at+"/ripresa").send(http.StatusForbidden).says("La convenzione non ammette richieste massive", "La richiesta è ferma")
	w.admitsMany(50)
	page.form(at + "/ripresa").send(http.StatusOK).says("La richiesta prosegue.").silent("La richiesta è ferma")
	w.ends("operator", string(stopped))
	b.open(http.StatusOK, at).says("Tutte chieste")

	paused := w.massivaAs("operator", domain.RowsAsked{To: 8}, domain.MassivaDelayed{Quota: aDay.Nome(), Until: w.now().Add(time.Hour).UTC()})
	at = "/massive/" + string(paused)
	w.settled(t)
	page = b.open(http.StatusOK, at).says("In pausa", "È esaurita la quota «Richieste al giorno di ciascun utente»", "prosegue da sola dal", "Sono chieste 8 righe di 12")
	if !strings.Contains(page.text, `<progress id="avanza" max="12" value="8">`) {
		t.Errorf("no bar says how far it is: %s", page.text)
	}
	state := b.open(http.StatusOK, at+"/stato?revision=0&attendi=5")
	state.says("Sono chieste 8 righe di 12")
	b.open(http.StatusUnprocessableEntity, at+"/stato?revision=x")
	page = page.follow(http.StatusOK, "Ritira la richiesta…").says("Ritirare la richiesta massiva?").silent("hx-get=\"" + at)
	if strings.Contains(page.text, at+"/stato") {
		t.Error("the page that asks is replaced by itself")
	}
	page.form(at+"/ritiro").send(http.StatusOK).says("La richiesta massiva è ritirata", "Ritirata").silent("Ritira la richiesta…")
	b.open(http.StatusConflict, at+"/documenti").says("Nessuna visura della richiesta è emessa")
}

func seesManyOnPages(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.admitsMany(50)
	w.officer("officer")
	id := domain.MassivaID(w.newID())
	if _, err := commands.Handle(t.Context(), w.handler, id.Stream(), domain.Meta{By: w.people["operator"].Actor}, w.many(2)); err != nil {
		t.Fatal(err)
	}
	w.settled(t)
	w.ends("operator", string(id))
	at := "/massive/" + string(id)
	for _, who := range []string{"top", "officer", "auditor", "admin"} {
		b := w.acting(t, who)
		b.open(http.StatusOK, "/massive").says("2 di 2", w.people["operator"].Utente.Codice())
		b.open(http.StatusOK, at).says("Residenza per 2 persone", "Emessa").silent("Scarica i documenti", "Fai proseguire")
	}
	list, asked := "/richieste?massiva="+string(id), w.someOf(2)
	for _, who := range []string{"top", "admin"} {
		w.acting(t, who).open(http.StatusOK, at).follow(http.StatusOK, "Vedi le visure").says("Righe 1–2", asked[0].CodiceFiscale, asked[1].CodiceFiscale).silent("PDF di")
	}
	masked := w.acting(t, "auditor").open(http.StatusOK, at).follow(http.StatusOK, "Vedi le visure").says("Righe 1–2").silent("Cerca la persona")
	for _, p := range asked {
		masked.silent(p.CodiceFiscale)
	}
	b := w.acting(t, "auditor")
	resp, rows := b.read(b.Get(b.url + masked.link("CSV")))
	if resp.StatusCode != http.StatusOK || strings.Count(strings.TrimSpace(rows), "\n") != 2 || strings.Contains(rows, asked[0].CodiceFiscale) {
		t.Errorf("exported are %s: %s", resp.Status, rows)
	}
	w.acting(t, "officer").open(http.StatusOK, at).silent("Vedi le visure")
	w.acting(t, "top").open(http.StatusOK, list+"&stato=rejected").says("Nessuna richiesta con questi filtri")
	w.acting(t, "foreign-top").open(http.StatusOK, list).says("Nessuna richiesta con questi filtri")
	for _, who := range []string{"colleague", "stranger", "foreign-admin", "foreign-top"} {
		b := w.acting(t, who)
		if page := b.open(http.StatusOK, "/massive"); strings.Contains(page.text, string(id)) {
			t.Errorf("%s sees it in a list", who)
		}
		b.open(http.StatusNotFound, at)
		b.open(http.StatusNotFound, at+"/stato?revision=0")
	}
	enter(w, w.people["colleague"].Utente.Stream(), commands.GiveCollection{Ente: w.ente, Comune: w.comune})
	b = w.acting(t, "colleague")
	resp, packed := b.read(b.Get(b.url + b.open(http.StatusOK, at).silent("Ritira la richiesta").link("Scarica i documenti")))
	if unpacked, err := zip.NewReader(strings.NewReader(packed), int64(len(packed))); err != nil || len(unpacked.File) != 3 {
		t.Errorf("who collects is handed %s: %v", resp.Status, err)
	}
	paused := w.massivaAs("operator", domain.MassivaDelayed{Quota: aDay.Nome(), Until: w.now().Add(time.Hour).UTC()})
	w.acting(t, "auditor").open(http.StatusOK, "/massive/"+string(paused)).silent("Ritira")
	w.acting(t, "admin").open(http.StatusOK, "/massive/"+string(paused)+"?ritira=si").form("/massive/" + string(paused) + "/ritiro").send(http.StatusOK).says("è ritirata")
}
