package pages

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"
	"golang.org/x/text/unicode/norm"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/projections"
)

// modelli is the page of what a Comune's documents bear of its own.
type modelli struct {
	frame
	InForce shownModello
	Since   string
	By      string
	Foot    []string // what the law wants on all documents
	Before  []pastModello
	Stemmi  []option
	Changes bool // whether who looks may publish
	Told    []told
}

// shownModello is a version as a page shows it.
type shownModello struct {
	domain.ModelloPublished
	Terms   []terms
	Picture picture
}

// picture is where a coat of arms is, and how it is shown; none has no place.
type picture struct {
	Href, Text    string
	Width, Height int
}

// pastModello is a version that is in force no more.
type pastModello struct {
	Versione        int
	From, Until, By string
}

// confronto is the page of what is published, beside what is in force.
type confronto struct {
	frame
	Was, Next shownModello
	Same      bool   // nothing changes
	Kept      []kept // the form that was sent, to be confirmed
}

// modelli adds the pages.
func (p *Pages) modelli(r chi.Router) {
	r.Get("/modelli", p.acting("read-comune", office, p.showModelli))
	r.Get("/modelli/stemmi/{stemma}", p.handing("read-stemma", office, p.stemma))
	r.Get("/modelli/{versione}/anteprima", p.handing("preview-modello", office, p.printModello))
	r.Post("/modelli/confronto", p.uploading("compare-modello", top, p.compareModello))
	r.Post("/modelli/anteprima", p.acting("preview-modello", top, p.previewModello))
	r.Post("/modelli", p.acting("publish-modello", top, p.publishModello))
}

func (p *Pages) showModelli(w http.ResponseWriter, r *http.Request) error {
	known, err := p.reached(r, projections.Comuni{}, projections.Storia{})
	if err != nil {
		return err
	}
	return p.modelliPage(w, r, form{}, http.StatusOK, known)
}

// ofModello are the events of the history that are about what documents bear.
var ofModello = []string{domain.ModelloPublished{}.EventType(), domain.StemmaKept{}.EventType()}

// modelliPage shows the versions, and a TOP the form of the next; known is false where that
// may lack what was just written.
func (p *Pages) modelliPage(w http.ResponseWriter, r *http.Request, f form, status int, known bool) error {
	ctx, own := r.Context(), ownComune(r.Context())
	v := modelli{frame: frame{form: f, Title: "Modelli documento", Here: "/modelli"}, Foot: documento.Foot()}
	v.asOf(r, known)
	reach, comune, err := p.atOwn(ctx)
	if err != nil {
		return err
	}
	d, err := p.Comuni.One(ctx, reach, own)
	if err == nil && d.Office == nil {
		err = edge.NewProblem(string(domain.NotFound), edge.NothingHere)
	}
	if err != nil {
		return err
	}
	now := comune.Modelli.InForce
	v.InForce, v.Since, v.Changes = shownAs(comune, now), moment(comune.Modelli.Since), reach.Administers
	for i, m := range d.Office.Modelli {
		past := pastModello{m.Versione, moment(m.At), moment(comune.Modelli.Since), publisher(m.By)}
		if i+1 < len(d.Office.Modelli) {
			past.Until = moment(d.Office.Modelli[i+1].At)
		}
		if m.Versione < now.Versione {
			v.Before = append(v.Before, past)
		} else {
			v.By = past.By
		}
	}
	slices.Reverse(v.Before)
	v.Told = done(slices.DeleteFunc(d.Office.Storia, func(e projections.Fatto) bool { return !slices.Contains(ofModello, e.Type) }))
	if v.values == nil {
		v.form = preset("intestazione", strings.Join(now.Intestazione, "\n"), "stemma", now.Stemma, "piede", strings.Join(now.Piede, "\n"),
			"descrizione", cmp.Or(now.Descrizione, "Stemma del "+comune.Heading()), "precedente", strconv.Itoa(now.Versione))
	}
	v.Stemmi = append(v.Stemmi, option{"", "Nessuno di questo modello", v.Val("stemma") == ""})
	for _, s := range slices.Backward(comune.Modelli.Stemmi) {
		v.Stemmi = append(v.Stemmi, option{s.SHA256, "Caricato il " + moment(s.At) + ", impronta " + s.SHA256[:12], v.Val("stemma") == s.SHA256})
	}
	if err := p.JournalRead(ctx); err != nil {
		return err
	}
	return p.show(w, r, status, "modelli", &v)
}

// publisher is the code of who published a version.
func publisher(id domain.UtenteID) string {
	if id == "" {
		return "sistema"
	}
	return id.Codice()
}

// shownAs is a version as a page shows it.
func shownAs(comune domain.Comune, m domain.ModelloPublished) shownModello {
	shown := shownModello{ModelloPublished: m, Terms: []terms{
		{"Sotto il nome del Comune", m.Intestazione}, {"Stemma", lines(m.Descrizione)}, {"In fondo, dopo le frasi di legge", m.Piede},
	}}
	if len(m.Intestazione) == 0 {
		shown.Terms[0].Lines = lines(comune.Ufficio)
	}
	kept, ok := comune.Modelli.Stemma(m.Stemma)
	if !ok {
		shown.Terms[1].Lines = lines("Quello dell’installazione, se c’è")
		return shown
	}
	const height = 96
	shown.Picture = picture{"/modelli/stemmi/" + kept.SHA256, m.Descrizione, max(1, height*kept.Larghezza/kept.Altezza), height}
	return shown
}

// stemma answers with a coat of arms.
func (p *Pages) stemma(w http.ResponseWriter, r *http.Request) error {
	png, err := p.Stemma(r.Context(), ownComune(r.Context()), chi.URLParam(r, "stemma"))
	if err != nil {
		return err
	}
	return hand(w, "image/png", "inline", png)
}

// printModello answers with a document of nobody as a version has it made.
func (p *Pages) printModello(w http.ResponseWriter, r *http.Request) error {
	versione, err := strconv.Atoi(chi.URLParam(r, "versione"))
	if err != nil {
		return edge.NewProblem(string(domain.NotFound), edge.NothingHere)
	}
	pdf, err := p.PrintModello(r.Context(), ownComune(r.Context()), versione)
	if err != nil {
		return err
	}
	return hand(w, "application/pdf", fmt.Sprintf(`inline; filename="modello-%d.pdf"`, versione), pdf)
}

// modello reads the next version.
func (f *form) modello() commands.PublishModello {
	cmd := commands.PublishModello{Intestazione: f.typed("intestazione"), Stemma: f.text("stemma"), Piede: f.typed("piede")}
	if cmd.Stemma != "" {
		cmd.Descrizione = strings.Join(strings.Fields(norm.NFC.String(f.Val("descrizione"))), " ")
	}
	cmd.Precedente, _ = strconv.Atoi(f.Val("precedente")) // what is none is that before the first
	return cmd
}

// typed are the lines of a field that are not empty, blanks and accents as documents have
// them.
func (f *form) typed(field string) (all []string) {
	for line := range strings.Lines(norm.NFC.String(f.Val(field))) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// compareModello shows what is to be published beside what is in force. A coat of arms that
// the form brings is kept, which changes no document.
func (p *Pages) compareModello(w http.ResponseWriter, r *http.Request) error {
	ctx, own := r.Context(), ownComune(r.Context())
	edge.Of(ctx).Object = string(own.Stream())
	f := filled(r)
	_, file, err := fileOf(r, "immagine")
	if err != nil {
		return err
	}
	if len(file) > 0 {
		_, sha256, err := p.KeepStemma(ctx, own, commands.AnyRevision, file)
		if domain.CodeOf(err) == domain.Invalid {
			f.add("immagine", err)
			return p.modelliPage(w, r, f, http.StatusUnprocessableEntity, true)
		}
		if err != nil {
			return p.again(r, err, func(f form, status int) error { return p.modelliPage(w, r, f, status, true) })
		}
		f.set("stemma", sha256)
	}
	rehearsal, err := commands.Rehearse(ctx, p.Commands, own.Stream(), edge.Meta(ctx))
	if err == nil {
		_, err = rehearsal.Try(ctx, f.modello())
	}
	if err != nil {
		return p.unpublished(r, err, func(f form, status int) error { return p.modelliPage(w, r, f, status, true) })
	}
	return p.confrontoPage(w, r, f, http.StatusOK)
}

// confrontoPage shows what the form has published, to be confirmed.
func (p *Pages) confrontoPage(w http.ResponseWriter, r *http.Request, f form, status int) error {
	_, comune, err := p.atOwn(r.Context())
	if err != nil {
		return err
	}
	next := f.modello()
	v := confronto{frame: frame{form: f, Title: "Che cosa cambia", Here: "/modelli", Path: []step{{"/modelli", "Modelli documento"}}}}
	v.Was = shownAs(comune, comune.Modelli.InForce)
	v.Next = shownAs(comune, next.After(comune.Modelli.InForce))
	v.Same = v.Was.Same(v.Next.ModelloPublished)
	v.Kept = []kept{
		{"intestazione", strings.Join(next.Intestazione, "\n")}, {"stemma", next.Stemma}, {"descrizione", next.Descrizione}, {"piede", strings.Join(next.Piede, "\n")},
		{"precedente", strconv.Itoa(v.Was.Versione)},
	}
	return p.show(w, r, status, "modelli_confronto", &v)
}

// previewModello answers with a document of nobody as the form would have it made.
func (p *Pages) previewModello(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	pdf, err := p.PreviewModello(r.Context(), ownComune(r.Context()), f.modello())
	if err != nil {
		return p.unpublished(r, err, func(f form, status int) error { return p.modelliPage(w, r, f, status, true) })
	}
	return hand(w, "application/pdf", `inline; filename="anteprima.pdf"`, pdf)
}

// publishModello puts the next version in force.
func (p *Pages) publishModello(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	if f.Val("torna") != "" {
		return p.modelliPage(w, r, f, http.StatusOK, true)
	}
	done, err := give(r, p, ownComune(r.Context()).Stream(), commands.AnyRevision, f.modello())
	if err != nil {
		return p.unpublished(r, err, func(f form, status int) error {
			if status == http.StatusConflict || f.Err("secondo") != "" {
				return p.confrontoPage(w, r, f, status)
			}
			return p.modelliPage(w, r, f, status, true)
		})
	}
	return p.onward(w, r, "/modelli", done.Position, "Il modello è pubblicato: vale dalla prossima richiesta.")
}

// unpublished is again for a version that was refused: that another one was published in
// between is no fault of a field, and the form then follows that one.
func (p *Pages) unpublished(r *http.Request, err error, show func(form, int) error) error {
	return p.again(r, overtaken(err), func(f form, status int) error {
		if status == http.StatusConflict {
			if comune, err := commands.Fact(r.Context(), p.Commands, ownComune(r.Context()).Stream()); err == nil {
				f.set("precedente", strconv.Itoa(comune.Modelli.InForce.Versione))
			}
		}
		return show(f, status)
	})
}

// overtaken is a refusal as it is told: that another version came in between is no fault of
// a field.
func overtaken(err error) error {
	var refused *domain.Error
	if errors.As(err, &refused) && refused.Field == "precedente" {
		whole := *refused
		whole.Field = ""
		return &whole
	}
	return err
}
