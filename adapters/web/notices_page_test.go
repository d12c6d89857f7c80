package web_test

import (
	"net/http"
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	inTheOffice["a person chooses to be told of their requests, and not to be"] = choosesNotices
}

func choosesNotices(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	b := w.acting(t, "operator")
	page := b.open(http.StatusOK, "/profilo").says("Non sei avvisato per posta elettronica")
	page = page.form("/profilo/avvisi").send(http.StatusOK).says("Sarai avvisato", "Sei avvisato per posta elettronica", "Non avvisarmi più")
	page.form("/profilo/avvisi").send(http.StatusOK).says("Non sarai più avvisato", "Non sei avvisato per posta elettronica")
}
