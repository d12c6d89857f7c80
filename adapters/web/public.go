package web

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

//go:embed pages/*.html pages/pages.css
var pageFiles embed.FS

var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"titolo": domain.Tipo.Title,
}).ParseFS(pageFiles, "pages/*.html"))

// homePage says what there is at this address.
func (s *Server) homePage(w http.ResponseWriter, _ *http.Request) {
	s.page(w, http.StatusOK, "home.html", nil)
}

// verifica is what the verification page shows.
type verifica struct {
	Codice   string // as typed
	Found    *projections.Verifica
	IssuedAt string // on the clocks of Italy
	Problem  string
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

// verifyPage lets anybody who holds a document compare it with what was issued
// (CAD art. 23 c.2-bis). It says nothing of persons, and works without script.
func (s *Server) verifyPage(w http.ResponseWriter, r *http.Request) {
	v := verifica{Codice: typed(r)}
	if v.Codice != "" {
		if err := s.verify(r, &v); err != nil {
			s.verifyProblem(w, v, s.refuse(r.Context(), err))
			return
		}
	}
	s.page(w, http.StatusOK, "verifica.html", v)
}

// tooManyVerified is the page for whoever has tried too often.
func (s *Server) tooManyVerified(w http.ResponseWriter, _ *http.Request, p *Problem) {
	s.verifyProblem(w, verifica{}, p)
}

func (s *Server) verifyProblem(w http.ResponseWriter, v verifica, p *Problem) {
	for name, values := range p.headers {
		w.Header()[name] = values
	}
	v.Problem = p.Detail
	s.page(w, p.Status, "verifica.html", v)
}

func (s *Server) verify(r *http.Request, v *verifica) error {
	numero, err := domain.ParseCIUV(v.Codice)
	if err != nil {
		return err
	}
	found, err := s.Elenco.Verifica(r.Context(), numero)
	if err != nil {
		return err
	}
	v.Found, v.IssuedAt = &found, domain.ItalianTime(found.IssuedAt).Format("02/01/2006 15:04:05")
	return nil
}

// page renders before it writes, so that a fault is an error and not half a
// page.
func (s *Server) page(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, data); err != nil {
		s.Log.Error("page failed", "page", name, "err", err)
		write(w, problem(string(domain.Internal), unexpected))
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // a client who left needs no page
}

func styles(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=3600")
	http.ServeFileFS(w, r, pageFiles, "pages/pages.css")
}
