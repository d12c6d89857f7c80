package pages

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

//go:embed templates
var files embed.FS

// words are the functions of templates.
var words = template.FuncMap{
	"stato": stateOf, "titolo": documento.Title, "asset": assetPath, "icon": icon, "icona": iconPath, "ora": moment, "giorno": day, "numero": figure, "peso": size, "diProva": diProva, "campo": newField, "frase": edge.Sentence,
}

// views are the pages by name. What layout.html and those named parts… define is in each.
var views = parse()

func parse() map[string]*template.Template {
	layout := template.Must(template.New("").Funcs(words).ParseFS(files, "templates/layout.html", "templates/parts*.html"))
	names, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		panic(err) // the pattern is ours
	}
	all := map[string]*template.Template{}
	for _, path := range names {
		name := strings.TrimSuffix(strings.TrimPrefix(path, "templates/"), ".html")
		if name == "layout" || strings.HasPrefix(name, "parts") {
			continue
		}
		all[name] = template.Must(template.Must(layout.Clone()).ParseFS(files, path))
	}
	return all
}

// framed is the view of a page: a struct with a frame in it.
type framed interface{ surround() *frame }

// show answers with a page in its frame, which is made while the journal takes its entry.
func (p *Pages) show(w http.ResponseWriter, r *http.Request, status int, name string, v framed) error {
	f := v.surround()
	p.complete(w, r, f)
	page, err := block(name, "layout", v)
	if f.entered != nil {
		err = errors.Join(err, f.entered())
	}
	if err != nil {
		return err
	}
	deliver(w, status, page)
	return nil
}

// block makes one of a page before any of it is written, so that a fault is an error and
// not half a page.
func block(name, block string, v any) ([]byte, error) {
	var b bytes.Buffer
	if err := views[name].ExecuteTemplate(&b, block, v); err != nil {
		return nil, fmt.Errorf("make the page %s: %w", name, err)
	}
	return b.Bytes(), nil
}

// deliver answers with a page, or a block of one.
func deliver(w http.ResponseWriter, status int, page []byte) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(page) // a client who left needs no page
}
