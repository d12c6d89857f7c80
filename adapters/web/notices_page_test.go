package web_test

import (
	"net/http"
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	inTheOffice["a person chooses what they are told of by mail"] = choosesNotices
}

func choosesNotices(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	b := w.acting(t, "operator")
	page := b.open(http.StatusOK, "/profilo").says("Non sei avvisato per posta elettronica").silent("coda di conferma o")
	page = page.form("/profilo/avvisi").with("richieste", "si").send(http.StatusOK).says("Sarai avvisato", "Sei avvisato per posta elettronica", "Non avvisarmi più")
	page.form("/profilo/avvisi").with("richieste", "no").send(http.StatusOK).says("Non sarai più avvisato", "Non sei avvisato per posta elettronica")

	// An officer is told of the queue until they choose otherwise; of each the other stays.
	const told, untold = "Sei avvisato, una volta l’ora al più, quando qualcosa attende", "Non sei avvisato su ciò che attende"
	top := w.acting(t, "top")
	page = top.open(http.StatusOK, "/profilo").says(told, "Non sei avvisato per posta elettronica")
	page = page.form("/profilo/avvisi").with("coda", "no").send(http.StatusOK).says("Non sarai più avvisato su ciò che attende nella coda", untold, "Non sei avvisato per posta elettronica")
	page = page.form("/profilo/avvisi").with("richieste", "si").send(http.StatusOK).says("Sarai avvisato sulle tue richieste", untold, "Sei avvisato per posta elettronica")
	page.form("/profilo/avvisi").with("coda", "si").send(http.StatusOK).says("Sarai avvisato su ciò che attende nella coda", told, "Sei avvisato per posta elettronica")
}
