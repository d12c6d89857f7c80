package pages

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"regexp"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

//go:embed templates
var files embed.FS

// words are the functions of templates.
var words = template.FuncMap{
	"stato": drawnState, "titolo": documento.Title, "asset": assetPath, "icon": icon, "icona": iconPath, "ora": moment, "giorno": day, "numero": figure, "peso": size, "diProva": diProva, "campo": newField, "frase": edge.Sentence,
}

// views are the pages by name. What layout.html and those named parts… define is in each.
var views = parse()

func parse() map[string]*template.Template {
	names, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		panic(err) // the pattern is ours
	}
	layout := template.New("").Funcs(words)
	views := map[string]string{}
	for _, path := range names {
		switch name := strings.TrimSuffix(strings.TrimPrefix(path, "templates/"), ".html"); {
		case name == "layout" || strings.HasPrefix(name, "parts"):
			template.Must(layout.Parse(source(path)))
		default:
			views[name] = source(path)
		}
	}
	all := map[string]*template.Template{}
	for name, text := range views {
		all[name] = template.Must(template.Must(layout.Clone()).Parse(text))
	}
	return all
}

// fixed are the calls of templates that answer the same whenever they are asked.
var fixed = regexp.MustCompile(`\{\{(icon|icona|asset) "([^"]*)"\}\}`)

// source is a file of templates in which what is fixed stands as it is shown: the address
// of an asset and of an icon, and an icon.
func source(path string) string {
	text, err := files.ReadFile(path)
	if err != nil {
		panic(err) // it is embedded
	}
	return fixed.ReplaceAllStringFunc(string(text), func(call string) string {
		switch of := fixed.FindStringSubmatch(call); of[1] {
		case "icon":
			return string(icon(of[2]))
		case "icona":
			return iconPath(of[2])
		default:
			return assetPath(of[2])
		}
	})
}

// framed is the view of a page: a struct with a frame in it.
type framed interface{ Frame() *frame }

// show answers with a page in its frame, which is made while the journal takes its entry.
func (p *Pages) show(w http.ResponseWriter, r *http.Request, status int, name string, v framed) error {
	f := v.Frame()
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

// room is what most pages fit into, in bytes.
const room = 40 << 10

// block makes one of a page before any of it is written, so that a fault is an error and
// not half a page.
func block(name, block string, v any) ([]byte, error) {
	b := bytes.NewBuffer(make([]byte, 0, room))
	if err := views[name].ExecuteTemplate(b, block, v); err != nil {
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
