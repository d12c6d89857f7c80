package pages

import (
	"cmp"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/docs/manuale"
	"github.com/visure-anagrafiche/visure/domain"
)

// guida is a chapter of the manual as a page.
type guida struct {
	frame
	Text template.HTML // as written by goldmark, which lets no markup of the source through
}

// chapters are those of the manual, and the roles they concern; nil: whoever has signed
// in.
var chapters = map[string]roles{
	"README":         nil,
	"accesso":        nil,
	"operatore":      anyRole,
	"codici":         anyRole,
	"anagrafe":       {domain.RoleAnagrafe, domain.RoleTop},
	"amministratore": administrators,
	"installazione":  {domain.RoleTop},
	"esercizio":      {domain.RoleTop},
}

// concerns says whether a role reads a chapter.
func concerns(name string, role domain.Role) bool {
	of, known := chapters[name]
	return known && (of == nil || slices.Contains(of, role))
}

// guida adds the manual and its pictures.
func (p *Pages) guida(r chi.Router) {
	r.Get("/guida", p.signedIn("read-guide", p.chapter))
	r.Get("/guida/{pagina}", p.signedIn("read-guide", p.chapter))
	r.Get("/guida/immagini/{picture}", p.signedIn("read-guide", p.picture))
}

// chapter shows one of the manual. It names no chapter that the reader does not have.
func (p *Pages) chapter(w http.ResponseWriter, r *http.Request) error {
	name, role := cmp.Or(chi.URLParam(r, "pagina"), "README"), edge.Of(r.Context()).Caller.Role
	if role != "" {
		if _, err := p.Reach(r.Context()); err != nil { // the role was taken
			return err
		}
	}
	if !concerns(name, role) {
		return edge.NewProblem(string(domain.NotFound), edge.NothingHere)
	}
	c := manual()[name][role]
	v := &guida{frame{Title: c.title, Here: "/guida"}, c.text}
	if name != "README" {
		v.Path = []step{{"/guida", "Guida"}}
	}
	return p.show(w, r, http.StatusOK, "guida", v)
}

// picture answers with one of the manual.
func (p *Pages) picture(w http.ResponseWriter, r *http.Request) error {
	name := chi.URLParam(r, "picture")
	content, err := manuale.Files.ReadFile("immagini/" + name)
	if err != nil || !strings.HasSuffix(name, ".png") {
		return edge.NewProblem(string(domain.NotFound), edge.NothingHere)
	}
	w.Header().Set("Content-Type", "image/png")
	_, _ = w.Write(content) // a client who left needs no picture
	return nil
}
