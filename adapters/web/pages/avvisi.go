package pages

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// avvisi is the page of the notices of a Comune.
type avvisi struct {
	frame
	Rows        []avviso
	Ruoli, Enti []option
	Told        []told
}

// avviso is a notice that is not over.
type avviso struct {
	domain.Avviso
	State state
	Whom  string
}

// avvisi adds the page.
func (p *Pages) avvisi(r chi.Router) {
	r.Get("/avvisi", p.acting("list-avvisi", top, p.showAvvisi))
	r.Post("/avvisi", p.acting("publish-avviso", top, p.publishAvviso))
	r.Post("/avvisi/{avviso}/ritiro", p.acting("withdraw-avviso", top, p.withdrawAvviso))
}

func (p *Pages) showAvvisi(w http.ResponseWriter, r *http.Request) error {
	known, err := p.reached(r, projections.Storia{})
	if err != nil {
		return err
	}
	return p.avvisiPage(w, r, form{}, http.StatusOK, known)
}

// avvisiPage shows the notices as they stand and what was done with them; known is false
// where that may lack what was just written.
func (p *Pages) avvisiPage(w http.ResponseWriter, r *http.Request, f form, status int, known bool) error {
	ctx, own := r.Context(), ownComune(r.Context())
	v := avvisi{frame: frame{form: f, Title: "Avvisi", Here: "/avvisi"}}
	v.asOf(r, known)
	reach, comune, err := p.atOwn(ctx)
	if err != nil {
		return err
	}
	for _, a := range comune.Avvisi.Open(p.Commands.Now()) {
		row := avviso{a, state{"In vigore", "check-circle", "ok"}, ""}
		if !a.InForce(p.Commands.Now()) {
			row.State = state{"In arrivo", "clock", "run"}
		}
		if row.Whom, err = p.whom(r, a); err != nil {
			return err
		}
		v.Rows = append(v.Rows, row)
	}
	facts, err := p.Comuni.History(ctx, reach, own, domain.AvvisoPublished{}.EventType(), domain.AvvisoWithdrawn{}.EventType())
	if err != nil {
		return err
	}
	v.Told = done(facts)
	for _, role := range anyRole {
		v.Ruoli = append(v.Ruoli, option{string(role), titles[role], f.Has("ruoli", string(role))})
	}
	acts, err := p.actsOf(ctx, reach, "")
	if err != nil {
		return err
	}
	for _, act := range acts {
		v.Enti = append(v.Enti, option{string(act.Ente), act.EnteDenominazione, f.Val("ente") == string(act.Ente)})
	}
	if err := p.JournalRead(ctx); err != nil {
		return err
	}
	return p.show(w, r, status, "avvisi", &v)
}

// whom says whom a notice is for.
func (p *Pages) whom(r *http.Request, a domain.Avviso) (string, error) {
	var whom []string
	for _, role := range a.Ruoli {
		whom = append(whom, titles[role])
	}
	if whom == nil {
		whom = []string{"Tutti"}
	}
	if a.Ente == "" {
		return strings.Join(whom, ", "), nil
	}
	ente, err := commands.Fact(r.Context(), p.Commands, a.Ente.Stream())
	return strings.Join(whom, ", ") + " presso " + ente.Denominazione, err
}

// publishAvviso shows people a notice.
func (p *Pages) publishAvviso(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	cmd := commands.PublishAvviso{Testo: strings.Join(strings.Fields(f.Val("testo")), " "), Ente: domain.EnteID(f.Val("ente"))}
	for _, role := range f.All("ruoli") {
		cmd.Ruoli = append(cmd.Ruoli, domain.Role(role))
	}
	today := domain.ItalianDay(p.Commands.Now())
	if f.text("dal") != "" || f.text("dal_ora") != "" {
		cmd.Dal = f.instant("dal", "dal_ora", today, func(d domain.Date) time.Time { return domain.ItalianInstant(d, 0) })
	}
	cmd.Al = f.instant("al", "al_ora", today, func(d domain.Date) time.Time { return domain.ItalianInstant(d.Plus(1), 0) })
	if len(f.Errors) > 0 {
		return p.avvisiPage(w, r, f, http.StatusUnprocessableEntity, true)
	}
	done, err := send(r, p, ownComune(r.Context()).Stream(), commands.AnyRevision, cmd)
	if err != nil {
		return p.again(r, err, func(f form, status int) error { return p.avvisiPage(w, r, f, status, true) })
	}
	return p.onward(w, r, "/avvisi", done.Position, "L’avviso è pubblicato.")
}

// instant reads an instant in Italy of a field with a day and one with a time, which if
// it is empty is an end of the day.
func (f *form) instant(day, clock string, today domain.Date, end func(domain.Date) time.Time) time.Time {
	d, ok := typedDay(f.text(day), today)
	if !ok {
		f.misdated(day)
	}
	if f.text(clock) == "" {
		return end(d)
	}
	at, ok := typedClock(f.text(clock))
	if !ok {
		f.refuse(clock, "L’ora si scrive hh:mm.")
	}
	return domain.ItalianInstant(d, at)
}

// withdrawAvviso ends a notice before its time.
func (p *Pages) withdrawAvviso(w http.ResponseWriter, r *http.Request) error {
	own := ownComune(r.Context())
	numero, _ := strconv.Atoi(chi.URLParam(r, "avviso")) // what is none is the number of none
	done, err := send(r, p, own.Stream(), commands.AnyRevision, commands.WithdrawAvviso{Numero: numero})
	if err != nil {
		return err
	}
	return p.onward(w, r, "/avvisi", done.Position, "L’avviso è ritirato: da ora nessuno lo vede più.")
}
