package pages

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/projections"
)

// attivita is the list of who did what and when.
type attivita struct {
	frame
	listed
	Rows   []rigaAttivita
	Generi []option
	Esiti  []option
	Enti   []option // to choose from; none: all is of one
}

// rigaAttivita is an act as people read it.
type rigaAttivita struct {
	R          projections.RigaAttivita
	Tipo       string // title of the type that was asked for and refused
	Result, As string
	About      link   // what it is about, where the reader may open it
	By, At     string // the list of the person's acts, and of those from the workstation
}

// link leads to something; empty: to nothing.
type link struct{ Href, Text string }

// genereNames are the kinds of acts as people know them.
var genereNames = map[projections.Genere]string{
	projections.GenereRichieste: "Richieste", projections.GenereDecisioni: "Decisioni", projections.GenereDocumenti: "Documenti", projections.GenereLetture: "Ricerche e letture",
	projections.GenereAllarmi: "Allarmi", projections.GenereAccessi: "Accessi", projections.GenereConcessioni: "Concessioni", projections.GenereImpostazioni: "Impostazioni", projections.GenereRifiuti: "Rifiuti",
}

// attivita adds the page.
func (p *Pages) attivita(r chi.Router) {
	r.Get("/attivita", p.acting("list-attivita", administrators, p.showAttivita))
	r.Get("/attivita/esporta", p.handing("list-attivita", administrators, p.exportAttivita))
}

// showAttivita shows a page of the acts, newest first.
func (p *Pages) showAttivita(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := attivita{frame: frame{Title: "Attività", Here: "/attivita"}}
	reach, err := p.begin(r, &v.frame, projections.Attivita{}, projections.Storia{}, projections.Dettaglio{})
	if err != nil {
		return err
	}
	filter, err := v.read(p, r, reach)
	if err != nil {
		return err
	}
	filter.Limit = rowsPerPage
	page, err := p.Attivita.Page(ctx, reach, filter)
	if err != nil {
		return err
	}
	v.entered = p.Journal(ctx, idsBy(whoActed)(page.Items)...)
	for _, row := range page.Items {
		v.Rows = append(v.Rows, actOf(row, edge.Of(ctx).Caller.Role))
	}
	v.leaf(r.URL.Query(), len(page.Items), page.Next)
	return p.show(w, r, http.StatusOK, "attivita", &v)
}

func whoActed(r projections.RigaAttivita) string { return string(r.Utente) }

// read is the filter of an address. What is not understood is left out, and said.
func (v *attivita) read(p *Pages, r *http.Request, reach domain.Reach) (f projections.FiltroAttivita, err error) {
	q := r.URL.Query()
	v.values, v.Clear = q, "/attivita"
	var generi []option
	for _, g := range projections.Generi() {
		generi = append(generi, option{Value: string(g), Text: genereNames[g]})
	}
	v.Generi = v.choose(r, "genere", "", generi)
	f.Genere = projections.Genere(chosenOf(v.Generi))
	v.Esiti = v.choose(r, "esito", "", []option{{Value: "riusciti", Text: "Riusciti"}, {Value: "rifiutati", Text: "Rifiutati"}})
	if chosen := chosenOf(v.Esiti); chosen != "" {
		refused := chosen == "rifiutati"
		f.Rifiutati = &refused
	}
	f.From, f.To = v.period(r, domain.ItalianDay(p.Commands.Now()))
	if f.Codice = strings.ToUpper(strings.TrimSpace(q.Get("operatore"))); f.Codice != "" {
		v.chip(r, "operatore", "Utente "+f.Codice)
	}
	if err := v.choosePlaces(p, r, reach, &f); err != nil {
		return f, err
	}
	v.Odd = len(v.Chips) < filters(q, "genere", "esito", "dal", "al", "operatore", "ente", "postazione")
	f.Cursor = q.Get("dopo")
	v.Exports = exports("/attivita/esporta", q)
	return f, nil
}

// choosePlaces reads of which Ente, and from which workstation: those within reach.
func (v *attivita) choosePlaces(p *Pages, r *http.Request, reach domain.Reach, f *projections.FiltroAttivita) error {
	if edge.Of(r.Context()).Caller.Role == domain.RoleTop {
		enti, err := p.bodiesOf(r.Context(), reach)
		if err != nil {
			return err
		}
		var named []option
		for _, e := range enti {
			named = append(named, option{Value: string(e.ID), Text: e.Denominazione})
		}
		v.Enti = v.choose(r, "ente", "", named)
		f.Ente = domain.EnteID(chosenOf(v.Enti))
	}
	id, err := domain.ParsePostazioneID(r.URL.Query().Get("postazione"))
	if err != nil {
		return nil
	}
	one, err := p.Postazioni.One(r.Context(), reach, id)
	switch {
	case domain.CodeOf(err) == domain.NotFound:
		return nil
	case err != nil:
		return err
	}
	f.Postazione = id
	v.chip(r, "postazione", "Postazione "+one.Comuni[0].Nome)
	return nil
}

// period reads from when to when, as people write days.
func (v *listed) period(r *http.Request, today domain.Date) (from, to time.Time) {
	for _, end := range []struct {
		name, text string
		at         *time.Time
		later      int
	}{{"dal", "Dal ", &from, 0}, {"al", "Al ", &to, 1}} {
		text := r.URL.Query().Get(end.name)
		if d, ok := typedDay(text, today); text != "" && ok {
			*end.at = domain.ItalianMidnight(d.Plus(end.later))
			v.chip(r, end.name, end.text+text)
		}
	}
	return from, to
}

// actOf is an act in words, for who reads in a role.
func actOf(row projections.RigaAttivita, reader domain.Role) rigaAttivita {
	a := rigaAttivita{R: row, Result: resultOf(row.Outcome), As: cmp.Or(titles[row.Role], "nessun ruolo")}
	if row.Action == "open-caso" {
		a.As = "il sistema"
	}
	if row.Role == domain.RoleInstallazione {
		a.As = "Amministratore del sistema"
	}
	if row.Tipo != "" {
		a.Tipo = documento.Title(row.Tipo)
	}
	if !row.Rifiutato {
		a.About = opened(row.Object, reader)
	}
	if row.UtenteCodice != "" {
		a.By = "?" + url.Values{"operatore": {row.UtenteCodice}}.Encode()
	}
	if row.PostazioneNome != "" {
		a.At = "?" + url.Values{"postazione": {string(row.Postazione)}}.Encode()
	}
	return a
}

// opened leads to the page of a stream, if who reads in a role has one.
func opened(stream string, reader domain.Role) link {
	category, id, _ := strings.Cut(stream, "-")
	own := reader == domain.RoleTop
	switch {
	case id == "":
	case category == domain.VisuraCategory:
		return link{"/visure/" + id, "la visura"}
	case category == "massiva":
		return link{"/massive/" + id, "la richiesta massiva"}
	case category == "utente":
		codice := domain.UtenteID(id).Codice()
		return link{"/utenti/" + codice, codice}
	case category == "postazione":
		return link{"/postazioni/" + id, "la postazione"}
	case category == "ricertificazione":
		return link{"/ricertificazione/" + id, "la ricertificazione"}
	case category == "caso":
		return link{"/allarmi/" + id, "il caso"}
	case category == "convenzione" && own:
		return link{"/convenzioni/" + id, "l’atto"}
	case category == "convenzione":
		return link{"/convenzione", "l’atto"}
	case category == "ente" && own:
		return link{"/enti/" + id, "l’Ente"}
	case category == "profile" && own:
		return link{"/profili/" + id, "il profilo"}
	}
	return link{}
}

// exportAttivita answers with all acts that the filter of the list lets through.
func (p *Pages) exportAttivita(w http.ResponseWriter, r *http.Request) error {
	reach, err := p.Reach(r.Context())
	if err != nil {
		return err
	}
	var v attivita
	filter, err := v.read(p, r, reach)
	if err != nil {
		return err
	}
	return exported(w, r, p, "attivita", table.Attivita, whoActed, func(ctx context.Context, reach domain.Reach, cursor string) (projections.PaginaDi[projections.RigaAttivita], error) {
		filter.Cursor, filter.Limit = cursor, projections.MaxPage
		return p.Attivita.Page(ctx, reach, filter)
	})
}
