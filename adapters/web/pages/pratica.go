package pages

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/commands"
)

// pratica adds what is done about a wrong number of a case.
func (p *Pages) pratica(r chi.Router) {
	r.Post("/visure/{id}/pratica", p.acting("correct-practice", operators, p.correctPractice))
}

// correctPractice puts another number in the place of the wrong one.
func (p *Pages) correctPractice(w http.ResponseWriter, r *http.Request) error {
	return p.onVisura(w, r, commands.CorrectPractice{NumeroPratica: filled(r).text("numero_pratica")}, "Il numero di pratica è corretto.")
}
