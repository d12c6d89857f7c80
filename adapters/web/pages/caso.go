package pages

import (
	"net/http"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/projections"
)

// caso is the page of one case.
type caso struct {
	frame
	D       projections.CasoDettaglio
	Whose   string
	State   state
	Grave   state
	Version string // of the rule
	Span    string // when the requests were made
	Rows    []casoVisura
	More    bool   // it is about more requests than are shown
	Takes   bool   // the caller may take it in charge
	Mine    bool   // and has it
	Why     string // why they may not handle it
	Esiti   []esitoOption
	Told    []told
}

// casoVisura is a request that the case is about, the person masked.
type casoVisura struct {
	projections.RigaElenco
	Kind string
}

// esitoOption is an outcome with what follows from it.
type esitoOption struct {
	option
	Hint string
}

// showCaso shows one case.
func (p *Pages) showCaso(w http.ResponseWriter, r *http.Request) error {
	known, err := p.reached(r, projections.Casi{})
	if err != nil {
		return err
	}
	return p.casoPage(w, r, form{}, http.StatusOK, known)
}

// casoPage makes the page; known is false where it may lack what was just written.
func (p *Pages) casoPage(w http.ResponseWriter, r *http.Request, f form, status int, known bool) error {
	ctx, c := r.Context(), edge.Of(r.Context()).Caller
	id, err := object(r, domain.ParseCasoID)
	if err != nil {
		return err
	}
	reach, err := p.Reach(ctx)
	if err != nil {
		return err
	}
	d, err := p.Casi.One(ctx, projections.Lettore{Reach: reach, Utente: c.Utente, At: p.Commands.Now()}, id)
	if err != nil {
		return err
	}
	edge.Of(ctx).Concerns(d.Comune)
	v := &caso{
		frame: frame{form: f, Title: d.Titolo, Here: "/allarmi", Path: []step{{"/allarmi", "Allarmi"}}},
		D:     d, Whose: whose(d.RigaCaso), State: casoState(d.RigaCaso), Grave: graver[d.Gravita], Version: versionOf(d.Versione), Span: spanOf(d), Told: toldOfCaso(d),
	}
	v.asOf(r, known)
	v.handling(reach, c.Utente)
	reach.Masked = true
	page, err := p.Elenco.Page(ctx, reach, projections.Filter{Caso: id, Limit: projections.MaxPage})
	if err != nil {
		return err
	}
	for _, row := range page.Items {
		v.Rows = append(v.Rows, casoVisura{row, documento.Title(row.Tipo)})
	}
	v.More = d.Conto > len(v.Rows)
	if err := p.JournalRead(ctx, idsBy(func(r casoVisura) string { return string(r.ID) })(v.Rows)...); err != nil {
		return err
	}
	return p.show(w, r, status, "caso", v)
}

// handling says what somebody may do about the case, or why they may not.
func (v *caso) handling(reach domain.Reach, utente domain.UtenteID) {
	switch {
	case v.D.Stato == domain.CasoEnded:
		return
	case v.D.Proprio:
		v.Why = "Il caso riguarda anche tue richieste: se ne occupa un’altra persona."
		return
	case v.D.Riservato && !reach.Administers:
		v.Why = "Il caso riguarda chi amministra l’Ente: se ne occupa l’Anagrafe del Comune."
		return
	}
	v.Mine = v.D.Stato == domain.CasoInCharge && v.D.Incaricato == utente
	v.Takes = !v.Mine
	for _, e := range esiti {
		e.Chosen = v.Val("esito") == e.Value
		v.Esiti = append(v.Esiti, e)
	}
}

// esiti are the outcomes of a case.
var esiti = []esitoOption{
	{option{Value: string(domain.EsitoGiustificata), Text: "Giustificata"}, "Le pratiche esistono e spiegano le richieste."},
	{option{Value: string(domain.EsitoImpropria), Text: "Impropria"}, "Consultazione senza titolo: sospendi l’utente dalla sua pagina e avvisa il responsabile della protezione dei dati."},
	{option{Value: string(domain.EsitoDaSegnalare), Text: "Da segnalare"}, "Passa al responsabile della protezione dei dati e al titolare dell’Ente, che decidono."},
}

// versionOf names a version of a rule.
func versionOf(n int) string {
	if n == 0 {
		return "regola iniziale"
	}
	return "versione " + number(n)
}

// toldOfCaso is what became of a case, newest first.
func toldOfCaso(d projections.CasoDettaglio) (all []told) {
	if d.ClosedAt != nil {
		all = append(all, told{"check-circle", "ok", "Caso chiuso: " + d.Esito.Text(), d.Testo, signed(*d.ClosedAt, d.IncaricatoCodice, "")})
	}
	if d.TakenAt != nil {
		all = append(all, told{"user", "run", "Preso in carico", "", signed(*d.TakenAt, d.IncaricatoCodice, "")})
	}
	if d.Tardivo {
		all = append(all, told{"clock", "bad", "Termine di 7 giorni superato", "", signed(d.DueAt, "", "")})
	}
	return append(all, told{"warning-circle", "wait", "Caso aperto", "", signed(d.OpenedAt, "", "")})
}

// takeCaso has the caller look into a case.
func (p *Pages) takeCaso(w http.ResponseWriter, r *http.Request) error {
	return p.onCaso(w, r, commands.TakeCaso{}, "Il caso è in carico a te.")
}

// closeCaso ends a case.
func (p *Pages) closeCaso(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	cmd := commands.CloseCaso{Esito: domain.EsitoCaso(f.text("esito")), Testo: f.text("testo")}
	if cmd.Esito == "" {
		f.refuse("esito", "Scegli l’esito.")
	}
	if cmd.Testo == "" {
		f.refuse("testo", "Scrivi la motivazione.")
	}
	if len(f.Errors) > 0 {
		return p.casoPage(w, r, f, http.StatusUnprocessableEntity, true)
	}
	return p.onCaso(w, r, cmd, "Il caso è chiuso con il suo esito.")
}

// onCaso carries a command out, and shows the page again: with what was done, or what
// hinders it.
func (p *Pages) onCaso(w http.ResponseWriter, r *http.Request, cmd commands.Command[domain.Caso], said string) error {
	id, err := object(r, domain.ParseCasoID)
	if err != nil {
		return err
	}
	done, err := send(r, p, id.Stream(), commands.AnyRevision, cmd)
	if err != nil {
		return p.again(r, err, func(f form, status int) error { return p.casoPage(w, r, f, status, true) })
	}
	return p.onward(w, r, "/allarmi/"+string(id), done.Position, said)
}

// spanOf says when the requests of a case were made: from when on in a night, and else in
// how many days, of those that are shown.
func spanOf(d projections.CasoDettaglio) string {
	if d.Giorno != "" {
		return "dal " + moment(d.Dal)
	}
	last := d.Al
	for _, v := range d.Visure {
		if v.RequestedAt != nil && v.RequestedAt.After(last) {
			last = *v.RequestedAt
		}
	}
	if days := domain.ItalianDay(d.Dal).DaysUntil(domain.ItalianDay(last)) + 1; days > 1 {
		return "in " + number(days) + " giorni"
	}
	return "in un giorno"
}
