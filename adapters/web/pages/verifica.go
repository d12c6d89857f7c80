package pages

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/projections"
)

// verifica is what the verification page shows.
type verifica struct {
	Codice   string // as typed
	Found    *projections.Verifica
	IssuedAt string // on the clocks of Italy
	Problem  string
}

// diProva returns what a document bears that was not made from ANPR's
// production. Of one issued before that was recorded nothing is known.
func diProva(a domain.Ambiente) string {
	if a == "" || a.Genuine() {
		return ""
	}
	return documento.DiProva
}

// longestCode is more than any spelling of a code needs.
const longestCode = 32

// typed returns the code of a request, or as much of it as can matter.
func typed(r *http.Request) string {
	code := chi.URLParam(r, "codice")
	if code == "" {
		code = r.URL.Query().Get("codice")
	}
	return code[:min(len(code), longestCode)]
}

// verify lets anybody who holds a document compare it with what was issued
// (CAD art. 23 c.2-bis). It says nothing of persons, and works without script.
func (p *Pages) verify(w http.ResponseWriter, r *http.Request) {
	v := verifica{Codice: typed(r)}
	if v.Codice != "" {
		if err := p.find(r, &v); err != nil {
			p.verifyProblem(w, v, p.Refuse(r.Context(), err))
			return
		}
	}
	p.page(w, http.StatusOK, "verifica.html", v)
}

// tooManyVerified is the page for whoever has tried too often.
func (p *Pages) tooManyVerified(w http.ResponseWriter, _ *http.Request, problem *edge.Problem) {
	p.verifyProblem(w, verifica{}, problem)
}

func (p *Pages) verifyProblem(w http.ResponseWriter, v verifica, problem *edge.Problem) {
	for name, values := range problem.GetHeaders() {
		w.Header()[name] = values
	}
	v.Problem = problem.Detail
	p.page(w, problem.Status, "verifica.html", v)
}

func (p *Pages) find(r *http.Request, v *verifica) error {
	numero, err := domain.ParseCIUV(v.Codice)
	if err != nil {
		return err
	}
	found, err := p.Elenco.Verifica(r.Context(), numero)
	if err != nil {
		return err
	}
	v.Found, v.IssuedAt = &found, domain.ItalianTime(found.IssuedAt).Format("02/01/2006 15:04:05")
	return nil
}
