package web

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"sort"

	"github.com/go-chi/chi/v5"
	"github.com/swaggest/swgui"
	"github.com/swaggest/swgui/v5emb"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

//go:embed pages/*.html pages/pages.css
var pageFiles embed.FS

var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"titolo": func(t domain.Tipo) string { v, _ := domain.Trova(t); return v.Titolo },
}).ParseFS(pageFiles, "pages/*.html"))

// verifica is what the verification page shows.
type verifica struct {
	Codice   string // as typed
	Found    *projections.Verifica
	IssuedAt string // on the clocks of Italy
	Problem  string
}

// verifyPage lets anybody who holds a document compare it with what was issued
// (CAD art. 23 c.2-bis). It says nothing of persons, and works without script.
func (s *Server) verifyPage(w http.ResponseWriter, r *http.Request) {
	v := verifica{Codice: chi.URLParam(r, "codice")}
	if v.Codice == "" {
		v.Codice = r.URL.Query().Get("codice")
	}
	status := http.StatusOK
	if v.Codice != "" {
		if err := s.verify(r, &v); err != nil {
			p := s.refuse(r.Context(), err)
			v.Problem, status = p.Detail, p.Status
		}
	}
	s.page(w, status, "verifica.html", v)
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
	v.Found, v.IssuedAt = &found, domain.OraItaliana(found.IssuedAt).Format("02/01/2006 15:04:05")
	return nil
}

// page renders before it writes, so that a fault is an error and not half a
// page.
func (s *Server) page(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, data); err != nil {
		s.Log.Error("page failed", "page", name, "err", err)
		write(w, problem(string(domain.Internal), "Errore interno: riprovare più tardi."))
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(b.Bytes())
}

// docs serves the documentation of the API, from files in the program: it works
// without the internet.
func (s *Server) docs(r chi.Router) {
	explorer := v5emb.NewWithConfig(swgui.Config{
		SettingsUI: map[string]string{"docExpansion": `"list"`, "tryItOutEnabled": "false"},
	})("Visure anagrafiche", "/api/v1/openapi.json", "/docs/")
	r.Mount("/docs", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'")
		explorer.ServeHTTP(w, r)
	}))
	r.Get("/docs/problemi", func(w http.ResponseWriter, _ *http.Request) {
		s.page(w, http.StatusOK, "problemi.html", listKinds())
	})
	r.Get("/pages.css", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=3600")
		http.ServeFileFS(w, r, pageFiles, "pages/pages.css")
	})
}

// kindRow is one kind of problem as its page lists it.
type kindRow struct {
	Code, Title string
	Status      int
}

func listKinds() (rows []kindRow) {
	for code, kind := range kinds {
		rows = append(rows, kindRow{code, kind.title, kind.status})
	}
	sort.Slice(rows, func(i, j int) bool { return rows[i].Status < rows[j].Status })
	return rows
}
