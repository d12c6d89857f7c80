package pages

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// enti is the list of the bodies.
type enti struct {
	frame
	listed
	Rows     []bodyRow
	Tipi     []option
	Filtered bool
	Found    []bodyRow // by a whole code
	Searched bool
	Acts     []export // where the acts are a file
}

// bodyRow is a body and its act with the caller's Comune.
type bodyRow struct {
	projections.RigaEnte
	Kind  string
	Act   domain.ConvenzioneID // empty: none
	State state
	Until domain.Date
	Known bool // it has a page for the caller
}

// ente is the page of one body.
type ente struct {
	frame
	D     projections.EnteDettaglio
	Row   bodyRow
	Users int
	Open  string // requests of its people that have not ended, in words
	Told  []told
	Tipi  []option
}

// kindsOfBody are what a body may be.
var kindsOfBody = []option{
	{string(domain.EnteConvenzionato), "Ente convenzionato", false}, {string(domain.EnteGestore), "Gestore di pubblici servizi", false}, {string(domain.EnteUfficio), "Ufficio del Comune", false},
}

// enti adds the pages.
func (p *Pages) enti(r chi.Router) {
	r.Get("/enti", p.acting("list-enti", top, p.showEnti))
	r.Get("/enti/esporta", p.handing("list-enti", top, p.exportEnti))
	r.Post("/enti/ricerca", p.acting("lookup-ente", top, p.lookupEnte))
	r.Get("/enti/nuovo", p.acting("show-register-ente", top, p.showNewEnte))
	r.Post("/enti", p.acting("register-ente", top, p.registerEnte))
	r.Get("/enti/{id}", p.acting("read-ente", top, p.showEnte))
	r.Post("/enti/{id}", p.acting("amend-ente", top, p.amendEnte))
	r.Post("/enti/{id}/uffici", p.acting("name-ufficio", top, p.nameUfficio))
	r.Post("/enti/{id}/uffici/chiusura", p.acting("close-ufficio", top, p.closeUfficio))
}

// row is a body with its act.
func (p *Pages) row(ctx context.Context, e projections.RigaEnte) (bodyRow, error) {
	id := domain.ConvenzioneIDOf(domain.Pair{Ente: e.ID, Comune: ownComune(ctx)})
	act, err := commands.Fact(ctx, p.Commands, id.Stream())
	row := bodyRow{RigaEnte: e, Known: true}
	row.State, row.Until = actState(act, domain.ItalianDay(p.Commands.Now()))
	if act.Comune != "" {
		row.Act = id
	}
	for _, kind := range kindsOfBody {
		if kind.Value == string(e.Tipo) {
			row.Kind = kind.Text
		}
	}
	return row, err
}

// showEnti lists the bodies by name.
func (p *Pages) showEnti(w http.ResponseWriter, r *http.Request) error {
	v := enti{frame: frame{Title: "Enti e convenzioni", Here: "/enti"}}
	known, err := p.reached(r, projections.Enti{}, projections.Convenzioni{})
	if err != nil {
		return err
	}
	v.asOf(r, known)
	return p.listEnti(w, r, http.StatusOK, &v)
}

// bodiesWanted is the filter of an address.
func bodiesWanted(r *http.Request) projections.FiltroEnti {
	q := r.URL.Query()
	return projections.FiltroEnti{Testo: strings.TrimSpace(q.Get("testo")), Tipo: domain.TipoEnte(chosenOf(marked(kindsOfBody, q.Get("tipo")))), Cursor: q.Get("dopo"), Limit: rowsPerPage}
}

func (p *Pages) listEnti(w http.ResponseWriter, r *http.Request, status int, v *enti) error {
	ctx, q, filter := r.Context(), r.URL.Query(), bodiesWanted(r)
	reach, err := p.Reach(ctx)
	if err != nil {
		return err
	}
	page, err := p.Enti.Page(ctx, reach, filter)
	if err != nil {
		return err
	}
	shown := make([]string, 0, len(page.Items)+len(v.Found))
	for _, e := range page.Items {
		row, err := p.row(ctx, e)
		if err != nil {
			return err
		}
		v.Rows, shown = append(v.Rows, row), append(shown, string(e.ID))
	}
	for _, e := range v.Found {
		shown = append(shown, string(e.ID))
	}
	v.entered = p.Journal(ctx, shown...)
	if v.values == nil {
		v.values = q
	}
	v.Clear, v.Tipi = "/enti", v.choose(r, "tipo", "", kindsOfBody)
	if filter.Testo != "" {
		v.chip(r, "testo", "Denominazione "+filter.Testo)
	}
	v.Filtered, v.Odd = len(v.Chips) > 0, len(v.Chips) < filters(q, "tipo", "testo")
	v.Exports = exports("/enti/esporta", q)
	v.Acts = exports("/enti/esporta", url.Values{"che": {"convenzioni"}})
	v.leaf(q, len(page.Items), page.Next)
	return p.show(w, r, status, "enti", v)
}

// exportEnti answers with the bodies, or their acts, as a table.
func (p *Pages) exportEnti(w http.ResponseWriter, r *http.Request) error {
	if r.URL.Query().Get("che") == "convenzioni" {
		return exported(w, r, p, "elenco", table.Convenzioni, func(r projections.RigaConvenzione) string { return string(r.ID) }, func(ctx context.Context, reach domain.Reach, cursor string) (projections.PaginaDi[projections.RigaConvenzione], error) {
			return p.Convenzioni.Page(ctx, reach, p.Commands.Now(), projections.FiltroConvenzioni{Cursor: cursor, Limit: projections.MaxPage})
		})
	}
	filter := bodiesWanted(r)
	return exported(w, r, p, "elenco", table.Enti, func(r projections.RigaEnte) string { return string(r.ID) }, func(ctx context.Context, reach domain.Reach, cursor string) (projections.PaginaDi[projections.RigaEnte], error) {
		filter.Cursor, filter.Limit = cursor, projections.MaxPage
		return p.Enti.Page(ctx, reach, filter)
	})
}

// lookupEnte finds bodies by a whole code, whoever entered them.
func (p *Pages) lookupEnte(w http.ResponseWriter, r *http.Request) error {
	ctx, f := r.Context(), filled(r)
	v := enti{frame: frame{form: f, Title: "Enti e convenzioni", Here: "/enti"}, Searched: true}
	if f.text("codice") == "" {
		v.refuse("codice", "Scrivi un codice fiscale o un codice IPA, per intero.")
		return p.listEnti(w, r, http.StatusUnprocessableEntity, &v)
	}
	reach, err := p.Reach(ctx)
	if err != nil {
		return err
	}
	found, err := p.Enti.Find(ctx, reach, f.text("codice"))
	if err != nil {
		return err
	}
	for _, e := range found {
		row, err := p.row(ctx, e)
		if err != nil {
			return err
		}
		_, err = p.Enti.One(ctx, reach, e.ID)
		if row.Known = err == nil; err != nil && domain.CodeOf(err) != domain.NotFound {
			return err
		}
		v.Found = append(v.Found, row)
	}
	return p.listEnti(w, r, http.StatusOK, &v)
}

func (p *Pages) showNewEnte(w http.ResponseWriter, r *http.Request) error {
	return p.newEnte(w, r, form{}, http.StatusOK)
}

// newEnte is the form by which a body is registered.
func (p *Pages) newEnte(w http.ResponseWriter, r *http.Request, f form, status int) error {
	return p.show(w, r, status, "ente_nuovo", &ente{frame: frame{form: f, Title: "Registra un Ente", Here: "/enti", Path: []step{{"/enti", "Enti e convenzioni"}}}, Tipi: marked(kindsOfBody, f.Val("tipo"))})
}

// registerEnte enters a body. That it was known already is not told.
func (p *Pages) registerEnte(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	cmd := commands.RegisterEnte{
		Denominazione: f.text("denominazione"), CodiceFiscale: compact(f.Val("codice_fiscale")), CodiceIPA: strings.ToLower(f.text("codice_ipa")), Tipo: domain.TipoEnte(f.Val("tipo")),
	}
	id, err := bodyID(cmd)
	if cmd.Denominazione == "" {
		f.refuse("denominazione", "Scrivi la denominazione dell’Ente.")
	}
	f.add("codice_fiscale", err)
	if len(f.Errors) > 0 {
		return p.newEnte(w, r, f, http.StatusUnprocessableEntity)
	}
	if _, err := send(r, p, id.Stream(), commands.AnyRevision, cmd); err != nil {
		return p.again(r, err, func(f form, status int) error { return p.newEnte(w, r, f, status) })
	}
	head, err := p.Commands.Store.Head(r.Context())
	if err != nil {
		return err
	}
	return p.onward(w, r, "/convenzioni/nuova?ente="+string(id), head, "L’Ente è registrato. Resta da scrivere l’atto.")
}

// bodyID is the id that follows from the codes of a body.
func bodyID(c commands.RegisterEnte) (domain.EnteID, error) {
	return domain.EnteRegistered(c).ID()
}

func (p *Pages) showEnte(w http.ResponseWriter, r *http.Request) error {
	known, err := p.reached(r, projections.Enti{}, projections.Convenzioni{})
	if err != nil {
		return err
	}
	return p.entePage(w, r, form{}, http.StatusOK, known)
}

// entePage makes the page of a body; known is false where it may lack what was just
// written.
func (p *Pages) entePage(w http.ResponseWriter, r *http.Request, f form, status int, known bool) error {
	id, err := object(r, domain.ParseEnteID)
	if err != nil {
		return err
	}
	ctx := r.Context()
	reach, err := p.Reach(ctx)
	if err != nil {
		return err
	}
	v := ente{frame: frame{form: f, Here: "/enti", Path: []step{{"/enti", "Enti e convenzioni"}}}}
	if v.D, err = p.Enti.One(ctx, reach, id); err != nil {
		return err
	}
	if v.Row, err = p.row(ctx, v.D.RigaEnte); err != nil {
		return err
	}
	pair := domain.Pair{Ente: id, Comune: ownComune(ctx)}
	if v.Users, err = p.Utenti.Count(ctx, reach, pair); err != nil {
		return err
	}
	if v.Open, err = p.openRequests(ctx, reach, pair); err != nil {
		return err
	}
	if err := p.JournalRead(ctx); err != nil {
		return err
	}
	v.Title, v.Told = v.D.Denominazione, done(v.D.Storia)
	v.asOf(r, known)
	if v.values == nil {
		v.form = preset("denominazione", v.D.Denominazione, "tipo", string(v.D.Tipo), "codice_ipa", v.D.CodiceIPA)
	}
	v.Tipi = marked(kindsOfBody, v.Val("tipo"))
	return p.show(w, r, status, "ente", &v)
}

// openRequests says how many requests of a pair have not ended.
func (p *Pages) openRequests(ctx context.Context, reach domain.Reach, of domain.Pair) (string, error) {
	n, err := p.Elenco.Counts(ctx, reach, mostCounted+1, projections.Filter{Ente: of.Ente, Comune: of.Comune, Status: []domain.Status{domain.Awaiting, domain.InProgress}})
	switch {
	case err != nil:
		return "", err
	case n[0] == 0:
		return "nessuna richiesta aperta", nil
	case n[0] == 1:
		return "1 richiesta aperta", nil
	}
	return shownCount(n[0], mostCounted) + " richieste aperte", nil
}

// onEnte sends a command about the body an address names.
func (p *Pages) onEnte(w http.ResponseWriter, r *http.Request, f form, cmd commands.Command[domain.Ente], said string) error {
	id, err := object(r, domain.ParseEnteID)
	if err != nil {
		return err
	}
	done, err := send(r, p, id.Stream(), f.atRevision(), cmd)
	if errors.Is(err, commands.ErrMoved) {
		f.values = nil // what is now, to be changed again
		problem := p.Refuse(r.Context(), err)
		f.Problem = problem
		return p.entePage(w, r, f, problem.Status, true)
	}
	if err != nil {
		return p.again(r, err, func(f form, status int) error { return p.entePage(w, r, f, status, true) })
	}
	return p.onward(w, r, "/enti/"+string(id), done.Position, said)
}

func (p *Pages) amendEnte(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	return p.onEnte(w, r, f, commands.AmendEnte{Denominazione: f.text("denominazione"), CodiceIPA: f.text("codice_ipa"), Tipo: domain.TipoEnte(f.Val("tipo"))}, "I dati dell’Ente sono cambiati.")
}

func (p *Pages) nameUfficio(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	return p.onEnte(w, r, f, commands.NameUfficio{Comune: ownComune(r.Context()), Codice: f.text("codice"), Nome: f.text("nome")}, "L’ufficio è nominato.")
}

func (p *Pages) closeUfficio(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	return p.onEnte(w, r, f, commands.CloseUfficio{Comune: ownComune(r.Context()), Codice: f.Val("chiude")}, "L’ufficio è chiuso: chi vi era nominato ne conserva il codice.")
}
