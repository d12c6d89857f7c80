package pages

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/domain"
)

// privacy is what those whose data are here must be told (GDPR art. 13 and 14).
type privacy struct {
	frame
	Offices []domain.Comune
}

// privacy adds the page.
func (p *Pages) privacy(r chi.Router) {
	r.Get("/privacy", p.public("read-privacy", func(w http.ResponseWriter, r *http.Request) error {
		return p.show(w, r, http.StatusOK, "privacy", &privacy{frame{Title: "Protezione dei dati"}, p.offices(r)})
	}))
}
