package pages

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain"
)

// importa is the page by which persons are entered from a file, once it was seen what
// that does.
type importa struct {
	frame
	Kept    string // the file that was looked at and has no errors, in base64
	People  int
	Does    []string           // what would be done, with how often
	Wrong   []edge.ImportedRow // the first rows with errors
	Further int                // rows with errors that are not shown
}

// wrongRows is how many rows with errors are shown.
const wrongRows = 100

func (p *Pages) showImporta(w http.ResponseWriter, r *http.Request) error {
	return p.importaPage(w, r, form{}, http.StatusOK, importa{})
}

func (p *Pages) importaPage(w http.ResponseWriter, r *http.Request, f form, status int, v importa) error {
	v.frame = frame{form: f, Title: "Importa utenti da un file", Here: "/utenti", Path: []step{{"/utenti", "Utenti"}}}
	return p.show(w, r, status, "utenti_importa", &v)
}

// importUtenti looks at a file that is sent, and enters it once it comes again from the
// page that showed what it does.
func (p *Pages) importUtenti(w http.ResponseWriter, r *http.Request) error {
	if kept := filled(r).Val("visto"); kept != "" {
		return p.enterImport(w, r, kept)
	}
	_, file, err := fileOf(r, "file")
	if err == nil && len(file) == 0 {
		err = domain.FieldErrorf(domain.Invalid, "file", "scegli il file da importare")
	}
	if err != nil {
		return p.unread(w, r, err)
	}
	return p.preview(w, r, file, form{}, http.StatusOK)
}

// preview shows what a file would do, and offers to do it if it has no errors.
func (p *Pages) preview(w http.ResponseWriter, r *http.Request, file []byte, f form, status int) error {
	seen, err := p.Import(r.Context(), file, true)
	if err != nil {
		return p.unread(w, r, err)
	}
	var v importa
	people, does := map[domain.UtenteID]bool{}, map[string]int{}
	for _, row := range seen.Righe {
		if len(row.Errori) > 0 {
			v.Wrong = append(v.Wrong, row)
			continue
		}
		people[row.Utente] = true
		for _, action := range row.Azioni {
			does[action]++
		}
	}
	v.People, v.Does = len(people), counted(does)
	switch {
	case len(v.Wrong) > 0:
		v.Further = max(len(v.Wrong)-wrongRows, 0)
		v.Wrong, status = v.Wrong[:min(len(v.Wrong), wrongRows)], http.StatusUnprocessableEntity
	case len(seen.Righe) == 0:
		f.refuse("file", "Il file non ha righe dopo quella con i nomi delle colonne.")
		status = http.StatusUnprocessableEntity
	default:
		v.Kept = base64.StdEncoding.EncodeToString(file)
	}
	return p.importaPage(w, r, f, status, v)
}

// counted says what is done with how often, by name.
func counted(does map[string]int) (all []string) {
	for action, n := range does {
		all = append(all, fmt.Sprintf("%s: %d", action, n))
	}
	slices.Sort(all)
	return all
}

// enterImport enters the file that the page has kept.
func (p *Pages) enterImport(w http.ResponseWriter, r *http.Request, kept string) error {
	file, err := base64.StdEncoding.DecodeString(kept)
	if err != nil {
		return malformed()
	}
	if err := p.elevate(r); err != nil {
		return p.again(r, err, func(f form, status int) error { return p.preview(w, r, file, f, status) })
	}
	done, err := p.Import(r.Context(), file, false)
	if err != nil {
		return p.unread(w, r, err)
	}
	return p.onward(w, r, "/utenti", done.Position, fmt.Sprintf("Il file è importato: righe %d. Restano gli inviti.", len(done.Righe)))
}

// unread shows the page with what hinders a file; what is wrong with its rows belongs to it.
func (p *Pages) unread(w http.ResponseWriter, r *http.Request, err error) error {
	var problem *edge.Problem
	if errors.As(err, &problem) {
		about := *problem
		about.Errors = slices.Clone(problem.Errors)
		for i, o := range about.Errors {
			if o.Field != "file" {
				about.Errors[i] = edge.Offender{Field: "file", Message: strings.ToUpper(o.Field[:1]) + o.Field[1:] + ": " + o.Message}
			}
		}
		err = &about
	}
	return p.again(r, err, func(f form, status int) error { return p.importaPage(w, r, f, status, importa{}) })
}
