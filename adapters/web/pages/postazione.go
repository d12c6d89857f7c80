package pages

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
)

// workstationTime is for how many seconds a browser keeps the secret of its
// workstation: as long as browsers do.
const workstationTime = 400 * 24 * 3600

// showEnrolment asks whether this device is to be the workstation, and leaves the
// link as it is.
func (p *Pages) showEnrolment(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.Enrolment.Linked(r.Context(), chi.URLParam(r, "link")); err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK, "postazione", &modulo{frame: frame{Title: "Postazione", Modulo: p.beforehand(w, r)}})
}

// enrol uses the link up and gives the browser the secret that proves it.
func (p *Pages) enrol(w http.ResponseWriter, r *http.Request) error {
	if err := posted(w, r, p.Cookie(r, formCookie)); err != nil {
		return err
	}
	secret, err := p.Enrolment.Enrol(r.Context(), edge.Meta(r.Context()), chi.URLParam(r, "link"))
	if err != nil {
		return err
	}
	p.Keep(w, edge.WorkstationCookie, secret, workstationTime)
	return p.show(w, r, http.StatusOK, "postazione", &modulo{frame{Title: "Postazione"}, true})
}
