// Package pages is what people see in a browser: one file a page, its template
// beside it. Everything works without script.
package pages

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/projections"
)

//go:embed *.html assets
var files embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"titolo":  documento.Title,
	"diProva": diProva,
}).ParseFS(files, "*.html"))

// Pages answers with pages. All fields must be set before Routes is called; it
// is safe for concurrent use.
type Pages struct {
	*edge.Edge
	Elenco    *projections.ElencoQueries
	Access    *commands.Access
	Enrolment *commands.Enrolment
	Utenti    *projections.UtentiQueries
}

// verifications is how many codes an address may try a minute.
const verifications = 30

// Routes adds every page to a router.
func (p *Pages) Routes(r chi.Router) {
	limited := edge.NewLimiter(verifications, time.Now, p.Proxies)
	r.Get("/", p.home)
	r.Get("/verifica", limited.Limit(p.verify, p.tooManyVerified))
	r.Get("/verifica/{codice}", limited.Limit(p.verify, p.tooManyVerified))
	r.Get("/docs/problemi", p.problemi)
	r.Get("/pages.css", styles)
	p.access(r)
}

// page renders before it writes, so that a fault is an error and not half a
// page.
func (p *Pages) page(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		p.Log.Error("page failed", "page", name, "err", err)
		edge.Write(w, edge.NewProblem(string(domain.Internal), edge.Unexpected))
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // a client who left needs no page
}

func styles(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=3600")
	http.ServeFileFS(w, r, files, "assets/pages.css")
}
