package pages

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// calendario is the page of when a Comune's office is open.
type calendario struct {
	frame
	Versione int // in force; 0: none was set
	Since    string
	InForce  []terms
	Windows  []window
	Closures []chiusura
	Before   []pastCalendario
	Told     []told
}

// chiusura is a row of the form for one time for which the office is shut.
type chiusura struct {
	N               int
	Dal, Al, Motivo string
}

// pastCalendario is a version that is in force no more.
type pastCalendario struct {
	Versione    int
	From, Until string
	By          string
	Terms       []terms
}

// calendarioConfronto is the page of what a calendar would change.
type calendarioConfronto struct {
	frame
	projections.AnteprimaCalendario
	Was, Next int // versions
	Changes   []difference
	Rows      []confrontato
	Kept      []kept // the form that was sent, to be confirmed
}

// confrontato is when a request would be confirmed by silence, in words.
type confrontato struct {
	When, Was, Next string
	Differs         bool
}

// closureFields are the fields of a row for a closure, which every row has.
var closureFields = [...]string{"chiusura_dal[]", "chiusura_al[]", "chiusura_motivo[]"}

// calendario adds the pages.
func (p *Pages) calendario(r chi.Router) {
	r.Get("/regole/calendario", p.acting("read-calendario", top, p.showCalendario))
	r.Post("/regole/calendario/confronto", p.acting("preview-calendario", top, p.compareCalendario))
	r.Post("/regole/calendario", p.acting("set-calendario", top, p.setCalendario))
}

func (p *Pages) showCalendario(w http.ResponseWriter, r *http.Request) error {
	known, err := p.reached(r, projections.Comuni{}, projections.Storia{})
	if err != nil {
		return err
	}
	return p.calendarioPage(w, r, form{}, http.StatusOK, known)
}

// calendarioPage shows the versions and the form of the next; known is false where that may
// lack what was just written.
func (p *Pages) calendarioPage(w http.ResponseWriter, r *http.Request, f form, status int, known bool) error {
	ctx, own := r.Context(), ownComune(r.Context())
	v := calendario{frame: frame{form: f, Title: "Calendario dell’ufficio", Here: "/regole", Path: []step{{"/regole", "Regole e recapiti"}}}}
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
	now := comune.Calendario()
	v.Versione, v.Since, v.InForce = now.Versione, moment(comune.Calendari.Since), calendarTerms(now)
	for i, c := range d.Office.Calendari {
		if i+1 < len(d.Office.Calendari) {
			v.Before = append(v.Before, pastCalendario{c.Versione, moment(c.At), moment(d.Office.Calendari[i+1].At), publisher(c.By), calendarTerms(c.CalendarioSet)})
		}
	}
	slices.Reverse(v.Before)
	v.Told = done(slices.DeleteFunc(d.Office.Storia, func(e projections.Fatto) bool { return e.Type != domain.CalendarioSet{}.EventType() }))
	if v.values == nil {
		v.form = calendared(now)
	}
	v.Windows, v.Closures = windows(v.form), closures(v.form)
	if err := p.JournalRead(ctx); err != nil {
		return err
	}
	return p.show(w, r, status, "calendario", &v)
}

// calendarTerms is what a version says, under the titles of its form.
func calendarTerms(e domain.CalendarioSet) []terms {
	all := []terms{{"Silenzio-assenso", lines("dopo " + strconv.Itoa(e.OreSilenzio) + " ore d’ufficio")}, {"Attesa di una decisione o di una risposta", lines("scade dopo " + strconv.Itoa(e.Attesa()) + " giorni")}, {"Orario", hoursText(e.Aperture)}, {"Santo patrono", nil}, {"Chiusure", nil}}
	if e.OreSilenzio == 0 {
		all[0].Lines = lines("mai")
	}
	if e.Calendar().NeverOpens() {
		all[2].Lines = lines("l’ufficio non apre mai: il silenzio non vale mai assenso")
	}
	if e.SantoPatrono != "" {
		all[3].Lines = lines(saintText(e.SantoPatrono))
	}
	for _, c := range e.Chiusure {
		text := "dal " + day(c.Dal) + " al " + day(c.Al)
		if c.Dal == c.Al {
			text = day(c.Dal)
		}
		all[4].Lines = append(all[4].Lines, text+": "+c.Motivo)
	}
	return all
}

// saintText writes MM-DD as people do: 29/09.
func saintText(day string) string {
	month, date, ok := strings.Cut(day, "-")
	if !ok {
		return day
	}
	return date + "/" + month
}

// calendared is the form filled with a version.
func calendared(e domain.CalendarioSet) form {
	f := preset("ore_silenzio", number(e.OreSilenzio), "giorni_attesa", strconv.Itoa(e.Attesa()), "santo_patrono", saintText(e.SantoPatrono), "precedente", strconv.Itoa(e.Versione))
	f.setHours(e.Aperture)
	for _, c := range e.Chiusure {
		for i, text := range []string{day(c.Dal), day(c.Al), c.Motivo} {
			f.values.Add(closureFields[i], text)
		}
	}
	return f
}

// closures are the rows of a form: those that say something, and some to fill.
func closures(f form) (all []chiusura) {
	for i := range len(f.values[closureFields[0]]) {
		one := chiusura{i, f.at(closureFields[0], i), f.at(closureFields[1], i), f.at(closureFields[2], i)}
		if one.Dal+one.Al+one.Motivo != "" {
			one.N = len(all)
			all = append(all, one)
		}
	}
	more := 1
	if f.Val("altre") != "" {
		more = moreRows
	}
	for range more {
		all = append(all, chiusura{N: len(all)})
	}
	return all
}

// setting reads the next version, and says of every field what is wrong with it.
func (p *Pages) setting(f *form) commands.SetCalendario {
	cmd := commands.SetCalendario{Aperture: f.hours()}
	cmd.Precedente, _ = strconv.Atoi(f.Val("precedente")) // what is none is that before the first
	var err error
	if cmd.OreSilenzio, err = strconv.Atoi(f.text("ore_silenzio")); err != nil {
		f.refuse("ore_silenzio", "Le ore d’ufficio sono un numero da 1 a 1000.")
	}
	if cmd.GiorniAttesa, err = strconv.Atoi(f.text("giorni_attesa")); err != nil || cmd.GiorniAttesa < 1 {
		f.refuse("giorni_attesa", "I giorni di attesa sono un numero da 1 a 365.")
	}
	if text := f.text("santo_patrono"); text != "" {
		d, ok := typedDay(text+"/2024", domain.Date{Year: 2024, Month: 12, Day: 31})
		if !ok {
			f.refuse("santo_patrono", "Il giorno del santo patrono si scrive gg/mm.")
		}
		cmd.SantoPatrono = fmt.Sprintf("%02d-%02d", d.Month, d.Day)
	}
	today := domain.ItalianDay(p.Commands.Now())
	for _, row := range closures(*f) {
		if row.Dal+row.Al+row.Motivo == "" {
			continue
		}
		dal, ok := typedFuture(row.Dal, today)
		if !ok {
			f.refuse("chiusure", fmt.Sprintf("Il primo giorno della chiusura %d si scrive gg/mm/aaaa.", row.N+1))
		}
		al := dal
		if row.Al != "" {
			var ok bool
			if al, ok = typedFuture(row.Al, today); !ok {
				f.refuse("chiusure", fmt.Sprintf("L’ultimo giorno della chiusura %d si scrive gg/mm/aaaa.", row.N+1))
			}
		}
		cmd.Chiusure = append(cmd.Chiusure, domain.Chiusura{Dal: dal, Al: al, Motivo: row.Motivo})
	}
	return cmd
}

// compareCalendario shows what a calendar would change. Asked for more rows it shows the
// form again.
func (p *Pages) compareCalendario(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	if f.Val("altre") != "" {
		return p.calendarioPage(w, r, f, http.StatusOK, true)
	}
	return p.confrontoCalendario(w, r, f, http.StatusOK)
}

// confrontoCalendario makes the page of what the form would change, or the form's own with
// what is wrong with it.
func (p *Pages) confrontoCalendario(w http.ResponseWriter, r *http.Request, f form, status int) error {
	ctx, own := r.Context(), ownComune(r.Context())
	refused := f.Errors
	next := p.setting(&f)
	if len(f.Errors) > len(refused) {
		return p.calendarioPage(w, r, f, http.StatusUnprocessableEntity, true)
	}
	_, comune, err := p.atOwn(ctx)
	if err != nil {
		return err
	}
	was := comune.Calendario()
	next.Precedente = was.Versione
	v := calendarioConfronto{frame: frame{form: f, Title: "Che cosa cambia", Here: "/regole", Path: []step{{"/regole", "Regole e recapiti"}, {"/regole/calendario", "Calendario dell’ufficio"}}}}
	if v.AnteprimaCalendario, err = p.PreviewCalendario(ctx, own, next); err != nil {
		return p.again(r, overtaken(err), func(f form, status int) error { return p.calendarioPage(w, r, f, status, true) })
	}
	after := next.After(was)
	v.Was, v.Next, v.Changes = was.Versione, after.Versione, differences(calendarTerms(was), calendarTerms(after))
	for _, t := range v.Termini {
		v.Rows = append(v.Rows, confrontato{dated(t.At), consentText(t.Prima), consentText(t.Dopo), t.Differs()})
	}
	again := calendared(after)
	again.set("precedente", strconv.Itoa(was.Versione))
	v.Kept = keep(again.values)
	if err := p.JournalRead(ctx); err != nil {
		return err
	}
	return p.show(w, r, status, "calendario_confronto", &v)
}

// dated writes an instant with its day of the week: venerdì 27/11/2026 alle 10:41.
func dated(at time.Time) string {
	return weekdays[(int(domain.ItalianTime(at).Weekday())+6)%7] + " " + moment(at)
}

// consentText says from when silence is consent.
func consentText(at *time.Time) string {
	if at == nil {
		return "mai"
	}
	return dated(*at)
}

// setCalendario puts the next version in force.
func (p *Pages) setCalendario(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	cmd := p.setting(&f)
	switch {
	case len(f.Errors) > 0:
		return p.calendarioPage(w, r, f, http.StatusUnprocessableEntity, true)
	case f.Val("torna") != "":
		return p.calendarioPage(w, r, f, http.StatusOK, true)
	}
	done, err := give(r, p, ownComune(r.Context()).Stream(), commands.AnyRevision, cmd)
	if err != nil {
		return p.again(r, overtaken(err), func(f form, status int) error {
			if status == http.StatusConflict || f.Err("secondo") != "" {
				return p.confrontoCalendario(w, r, f, status)
			}
			return p.calendarioPage(w, r, f, status, true)
		})
	}
	return p.onward(w, r, "/regole/calendario", done.Position, "Il calendario è registrato: vale per le richieste che attendono da adesso.")
}
