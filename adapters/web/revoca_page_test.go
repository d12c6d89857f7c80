package web_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"an officer revokes a document on its page, and who took it asks for another": revokesOnAPage,
		"who may not revoke a document is not offered to":                             revokesNothing,
	})
	maps.Copy(sights, map[string]sight{
		"visura revocata":               {who: "operator", path: "/visure/{revoked}"},
		"visura revocata per il TOP":    {who: "top", path: "/visure/{revoked}"},
		"visura da revocare":            {who: "top", path: "/visure/{visura}", press: everything},
		"visura da revocare con errore": {who: "top", path: "/visure/{visura}", form: "/visure/{visura}/revoca", with: []string{"revoca", "altro"}},
		"verifica di una revocata":      {path: "/verifica?codice={revocata}"},
	})
}

// revoked is a request of the operator whose document was revoked, and its number.
func (g *shown) revoked(t *testing.T, id string) string {
	t.Helper()
	stream := domain.VisuraID(id).Stream()
	if _, err := commands.Handle(t.Context(), g.handler, stream, domain.Meta{By: g.people["operator"].Actor}, commands.RecordDownload{}); err != nil {
		t.Fatal(err)
	}
	wrong := commands.RevokeVisura{Motivo: "dati_errati", Testo: "L’indirizzo è quello di un omonimo."}
	if _, err := commands.Handle(t.Context(), g.handler, stream, domain.Meta{By: g.people["top"].Actor}, wrong); err != nil {
		t.Fatal(err)
	}
	v, err := commands.Fact(t.Context(), g.handler, stream)
	if err != nil {
		t.Fatal(err)
	}
	return string(v.Document.Numero)
}

func revokesOnAPage(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.officer("officer")
	id := w.asksFor(t, "operator", 1)[0]
	path := "/visure/" + id
	operator := w.acting(t, "operator")
	operator.get(http.StatusOK, path+"/documento")

	late := w.acting(t, "top").open(http.StatusOK, path)
	before, err := commands.Fact(t.Context(), w.handler, domain.VisuraID(id).Stream())
	if err != nil {
		t.Fatal(err)
	}
	officer := w.acting(t, "officer")
	officer.open(http.StatusNotFound, path) // it never awaited them, and they have not its number
	officer.open(http.StatusNotFound, path+"?numero=EPPC-R04J-ZV0G-2BEM1")
	found := officer.open(http.StatusOK, "/trova").form("/trova").with("q", string(before.Document.Numero)).send(http.StatusOK).says("Revoca la visura")
	if found.at.Path != path {
		t.Errorf("the number leads to %s", found.at)
	}
	f := found.form(path + "/revoca")
	f.send(http.StatusUnprocessableEntity).says("Scegli il motivo della revoca")
	f.with("revoca", domain.MotivoAltro).send(http.StatusUnprocessableEntity).says("la spiegazione è obbligatoria")
	f.with("revoca", "altra_persona", "spiegazione", "È di un omonimo.").send(http.StatusOK).says("La visura è revocata", "Revocata", "persona diversa").silent("Revoca la visura…")
	f.send(http.StatusOK).says("La visura è revocata") // the same once more
	officer.open(http.StatusOK, path).says("Revocata") // their own act
	late.form(path+"/revoca").with("revoca", "dati_errati").send(http.StatusConflict).says("già stata revocata da " + w.people["officer"].Utente.Codice())
	if n := count(w.history(id), domain.VisuraRevoked{}.EventType()); n != 1 {
		t.Errorf("it was revoked %d times", n)
	}

	w.settled(t)
	operator.open(http.StatusOK, "/richieste").says("Revocata").silent("PDF di")
	operator.open(http.StatusOK, "/richieste?vista=senza-documento").says("Revocata")
	page := operator.open(http.StatusOK, path).says("Visura revocata: non usare il documento", "persona diversa", "È di un omonimo.", "non si scarica più").silent("Scarica PDF")
	operator.open(http.StatusConflict, path+"/documento").says("La visura è stata revocata il")

	ask := page.says("Chiedi di nuovo").form("/nuova")
	was, err := commands.Fact(t.Context(), w.handler, domain.VisuraID(id).Stream())
	if err != nil {
		t.Fatal(err)
	}
	asked := ask.send(http.StatusOK)
	again, err := commands.Fact(t.Context(), w.handler, domain.VisuraID(strings.TrimPrefix(asked.at.Path, "/visure/")).Stream())
	if err != nil {
		t.Fatal(err)
	}
	if asked.at.Path == path || again.Request.Soggetto != was.Request.Soggetto || again.Request.Purpose != was.Request.Purpose || again.Request.Tipo != was.Request.Tipo || again.Request.Ambito != was.Request.Ambito {
		t.Errorf("asked for anew at %s: %+v, was %+v", asked.at.Path, again.Request, was.Request)
	}

	anybody := newBrowser(t, o.server(nil).Handler())
	anybody.open(http.StatusOK, "/verifica?codice="+string(was.Document.Numero)).says("Visura revocata il", was.Document.SHA256, "non va usato").silent("Visura emessa e valida")
}

func revokesNothing(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	id := w.asksFor(t, "operator", 1)[0]
	for _, who := range []string{"operator", "admin", "auditor"} {
		w.acting(t, who).open(http.StatusOK, "/visure/"+id).silent("Revoca la visura")
	}
	w.acting(t, "foreign-top").open(http.StatusNotFound, "/visure/"+id)
	f := w.acting(t, "top").open(http.StatusOK, "/visure/"+id).form("/visure/"+id+"/revoca").with("revoca", "dati_errati")
	other := w.acting(t, "foreign-top")
	resp, _ := other.read(other.PostForm(f.action.String(), f.values))
	if resp.StatusCode != http.StatusForbidden && resp.StatusCode != http.StatusNotFound {
		t.Errorf("another Comune's TOP is answered %s", resp.Status)
	}
	if n := count(w.history(id), domain.VisuraRevoked{}.EventType()); n != 0 {
		t.Error("it was revoked")
	}
}
