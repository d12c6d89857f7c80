package pages

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// pratica adds what is done about a wrong number of a case.
func (p *Pages) pratica(r chi.Router) {
	r.Post("/visure/{id}/pratica", p.acting("correct-practice", operators, p.correctPractice))
}

// correctPractice puts another number in the place of the wrong one.
func (p *Pages) correctPractice(w http.ResponseWriter, r *http.Request) error {
	id, err := object(r, domain.ParseVisuraID)
	if err != nil {
		return err
	}
	f := filled(r)
	done, err := send(r, p, id.Stream(), commands.AnyRevision, commands.CorrectPractice{NumeroPratica: f.text("numero_pratica")})
	if err != nil {
		return p.again(r, err, func(f form, status int) error { return p.visuraPage(w, r, f, status, true) })
	}
	return p.onward(w, r, "/visure/"+string(id), done.Position, "Il numero di pratica è corretto.")
}
