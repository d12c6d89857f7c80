package pages

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// massivaNuova is the page by which visure about many people are asked for, once it was
// seen what the file asks.
type massivaNuova struct {
	frame
	offer
	ID      string          // of the request, made once it was seen
	Kept    string          // the file that was looked at and has no errors, in base64
	People  int             // in that file
	Kind    string          // title of the type that is asked for
	Purpose domain.Finalita // what for
	Wrong   []edge.WrongRow // the first rows with errors
	Further int             // rows with errors that are not shown
	Formats []table.Format
	Most    int // MB of a file
}

// peopleFields are those of the form: what else is refused stands before all.
var peopleFields = []string{"comune", "tipo", "ambito", "finalita", "numero_pratica", "file"}

// ofPeople are the columns of a file of people, as it is offered to be filled in.
var ofPeople = []table.Column[struct{}]{{Title: "codice_fiscale"}, {Title: "cognome"}, {Title: "nome"}, {Title: "sesso"}, {Title: "data_nascita"}}

// modelOfPeople answers with a file that has the columns alone.
func modelOfPeople(format table.Format) answer {
	return func(w http.ResponseWriter, r *http.Request) error {
		file, err := table.New(format, ofPeople).Bytes()
		if err != nil {
			return err
		}
		return hand(w, format.Kind, `attachment; filename="richiesta-massiva.`+format.Extension+`"`, file)
	}
}

// showNewMassiva offers an empty form.
func (p *Pages) showNewMassiva(w http.ResponseWriter, r *http.Request) error {
	f := preset("comune", r.URL.Query().Get("comune"), "ambito", string(domain.Comunale))
	return p.massivaForm(w, r, f, http.StatusOK, massivaNuova{})
}

// massivaForm makes the page.
func (p *Pages) massivaForm(w http.ResponseWriter, r *http.Request, f form, status int, v massivaNuova) error {
	v.frame = frame{form: f, Title: "Nuova richiesta massiva", Here: "/massive", Path: []step{{"/massive", "Richieste massive"}}}
	v.Formats, v.Most = table.Formats, edge.MostPeople>>20
	var err error
	if v.offer, err = p.offer(r.Context(), &v.form); err != nil {
		return err
	}
	if v.Nazionale != "" {
		v.Nazionale = "Di qualunque Comune: chi è di un altro attende la conferma dell’Anagrafe, persona per persona"
	}
	v.Kind = documento.Title(domain.Tipo(v.Val("tipo")))
	for _, purpose := range v.Purposes {
		if purpose.Codice == v.Val("finalita") {
			v.Purpose = purpose
		}
	}
	return p.show(w, r, status, "massiva_nuova", &v)
}

// requestMassiva looks at a file that is sent, and asks about the people in it once it
// comes again from the page that showed what it asks.
func (p *Pages) requestMassiva(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	if f.Val("torna") != "" {
		return p.massivaForm(w, r, f, http.StatusOK, massivaNuova{})
	}
	cmd := f.massiva()
	file, err := peopleOf(r, &f)
	if err != nil {
		return err
	}
	if len(f.Errors) > 0 {
		return p.massivaForm(w, r, f, http.StatusUnprocessableEntity, massivaNuova{})
	}
	var lines []int
	if cmd.Soggetti, lines, err = p.ReadPeople(file); err != nil {
		return p.massivaRefused(w, r, err)
	}
	id, err := domain.ParseMassivaID(f.Val("id"))
	if err != nil {
		return p.massivaSeen(w, r, file, cmd, lines)
	}
	done, err := p.RequestMassiva(r.Context(), id, cmd, lines, false)
	if err != nil {
		return p.massivaRefused(w, r, err)
	}
	return p.onward(w, r, "/massive/"+string(id), done.Position, fmt.Sprintf("La richiesta è inviata: righe %d.", done.Righe))
}

// massivaSeen shows what a file asks, and offers to ask it if it has no errors.
func (p *Pages) massivaSeen(w http.ResponseWriter, r *http.Request, file []byte, cmd commands.RequestMassiva, lines []int) error {
	v := massivaNuova{ID: p.Commands.NewID()}
	edge.Of(r.Context()).Asked = cmd.Asked()
	seen, err := p.RequestMassiva(r.Context(), domain.MassivaID(v.ID), cmd, lines, true)
	if err != nil {
		return p.massivaRefused(w, r, err)
	}
	if v.People = seen.Righe; len(seen.Errori) == 0 {
		v.Kept = base64.StdEncoding.EncodeToString(file)
		return p.massivaForm(w, r, filled(r), http.StatusOK, v)
	}
	v.Wrong, v.Further = seen.Errori[:min(len(seen.Errori), wrongRows)], max(len(seen.Errori)-wrongRows, 0)
	for i := range v.Wrong {
		v.Wrong[i].Field = columnOf(v.Wrong[i].Field)
	}
	return p.massivaForm(w, r, filled(r), http.StatusUnprocessableEntity, v)
}

// columnOf is the column that an item of a person stands in; those of all of them are told
// by none.
func columnOf(item string) string {
	if column := idOf(item); column != "soggetto" {
		return column
	}
	return "tutta la riga"
}

// peopleOf is the file that a form brings, or has kept since it was looked at. What is wrong
// with it the form says.
func peopleOf(r *http.Request, f *form) ([]byte, error) {
	if kept := f.Val("visto"); kept != "" {
		file, err := base64.StdEncoding.DecodeString(kept)
		if err != nil || len(file) > edge.MostPeople {
			return nil, malformed()
		}
		return file, nil
	}
	_, file, err := fileOf(r, "file")
	switch {
	case len(file) == 0:
		f.refuse("file", "Scegli il file con le persone.")
	case len(file) > edge.MostPeople:
		f.refuse("file", fmt.Sprintf("Il file è troppo grande: al più %d MB.", edge.MostPeople>>20))
	}
	return file, err
}

// massiva reads the command but for the people, and says of every field what is wrong with
// it.
func (f *form) massiva() commands.RequestMassiva {
	cmd := commands.RequestMassiva{
		Comune: f.Val("comune"), Tipo: f.Val("tipo"), Ambito: f.Val("ambito"), Finalita: f.Val("finalita"), NumeroPratica: f.text("numero_pratica"),
	}
	f.purposed(cmd.NumeroPratica, cmd.Finalita, cmd.Tipo)
	return cmd
}

// massivaRefused shows the form again with what hinders the request: beside the field that
// it is about, else before all.
func (p *Pages) massivaRefused(w http.ResponseWriter, r *http.Request, err error) error {
	problem := p.Refuse(r.Context(), err)
	if problem.Status >= http.StatusInternalServerError || problem.Status == http.StatusNotFound || problem.Status == http.StatusUnauthorized {
		return problem
	}
	f := filled(r)
	for _, o := range problem.Errors {
		switch text := edge.Sentence(o.Message); {
		case slices.Contains(peopleFields, o.Field):
			f.refuse(o.Field, text)
		case strings.HasPrefix(o.Field, "riga "):
			f.refuse("file", edge.Sentence(o.Field+": "+o.Message))
		case strings.HasPrefix(o.Field, "soggetti"):
			f.refuse("file", text)
		}
	}
	if len(f.Errors) == 0 || problem.Contatto != "" {
		f.Problem = problem
	}
	return p.massivaForm(w, r, f, problem.Status, massivaNuova{})
}
