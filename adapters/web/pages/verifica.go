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
	frame
	Codice    string // as typed
	Found     *projections.Verifica
	IssuedAt  string // on the clocks of Italy
	RevokedAt string // likewise; empty: it was not
	Size      string // in bytes
	Limit     int    // codes a network may try a minute
}

// verifications is how many codes an address may try a minute.
const verifications = 30

// verifica adds the page by which anybody verifies a document.
func (p *Pages) verifica(r chi.Router) {
	limited := edge.NewLimiter(verifications, p.Commands.Now, p.Proxies)
	page := p.open("verify", upTo(limited.Refuse, p.seen(p.verify)))
	r.Get("/verifica", page)
	r.Get("/verifica/{codice}", page)
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
func (p *Pages) verify(w http.ResponseWriter, r *http.Request) error {
	v := verifica{frame: frame{Title: "Verifica una visura", Here: "/verifica"}, Codice: typed(r), Limit: verifications}
	status := http.StatusOK
	if v.Codice != "" {
		if err := p.find(r, &v); err != nil {
			problem := p.Refuse(r.Context(), err)
			switch {
			case problem.Status >= http.StatusInternalServerError:
				return problem
			case problem.Status == http.StatusNotFound:
				problem.Title = "Non risulta alcuna visura con questo codice"
				problem.Detail = "Controlla di averlo scritto come è stampato. Se è così, il documento non è stato emesso da questo servizio: mostralo al Comune che vi è indicato."
			}
			v.form, status = v.form.refused(problem), problem.Status
		}
	}
	return p.show(w, r, status, "verifica", &v)
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
	v.Found, v.Size = &found, figure(int(found.Size))
	v.IssuedAt = domain.ItalianTime(found.IssuedAt).Format("02/01/2006 alle 15:04:05")
	if found.RevokedAt != nil {
		v.RevokedAt = moment(*found.RevokedAt)
	}
	return nil
}
