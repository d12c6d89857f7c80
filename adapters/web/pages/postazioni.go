package pages

import (
	"context"
	"net/http"
	"net/netip"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// postazioni is the list of the workstations.
type postazioni struct {
	frame
	listed
	Rows     []workstation
	Tabs     []tab
	Proposes bool // the caller proposes some
	Query    string
}

// workstation is one with a Comune.
type workstation struct {
	projections.RigaPostazione
	State state
}

// postazione is the page of a workstation with the Comuni of the caller.
type postazione struct {
	frame
	ID        domain.PostazioneID
	Rows      []workstation
	Told      []told
	Approves  bool
	Waits     bool // for the caller's Comune
	Revocable bool
	Linkable  bool
	Link      string // by which a device enrols, shown once
	Comuni    []domain.Comune
	New       bool
}

// workstationStates are those of a workstation with a Comune.
var workstationStates = map[projections.Condizione]state{
	projections.PostazioneProposta:   {"Da autorizzare", "clock", "wait"},
	projections.PostazioneApprovata:  {"Da collegare", "link", "run"},
	projections.PostazioneAttiva:     {"Attiva", "check-circle", "ok"},
	projections.PostazioneSenzaProva: {"Senza prova", "ban", "wait"},
	projections.PostazioneRevocata:   {"Revocata", "close-circle", "end"},
}

// workstationTabs are the views of the list, in which first stands what waits for a TOP.
var workstationTabs = [...]projections.Condizione{
	projections.PostazioneProposta, projections.PostazioneApprovata, projections.PostazioneAttiva, projections.PostazioneSenzaProva, projections.PostazioneRevocata,
}

var workstationTabNames = map[projections.Condizione]string{
	projections.PostazioneProposta: "Da autorizzare", projections.PostazioneApprovata: "Da collegare", projections.PostazioneAttiva: "Attive",
	projections.PostazioneSenzaProva: "Senza prova", projections.PostazioneRevocata: "Revocate",
}

// everyWorkstation is the view of all of them.
const everyWorkstation = "tutte"

// proposed is how many workstations await that a TOP authorises them, 100 for more than 99.
func (p *Pages) proposed(ctx context.Context, role domain.Role) int {
	if role != domain.RoleTop {
		return 0
	}
	reach, err := p.Reach(ctx)
	if err != nil {
		return 0
	}
	n, err := p.Postazioni.Counts(ctx, reach, mostCounted+1, projections.PostazioneProposta)
	if err != nil {
		return 0 // it cannot be told
	}
	return n[0]
}

// postazioni adds the pages.
func (p *Pages) postazioni(r chi.Router) {
	r.Get("/postazioni", p.acting("list-postazioni", administrators, p.showPostazioni))
	r.Get("/postazioni/esporta", p.handing("list-postazioni", administrators, p.exportPostazioni))
	r.Get("/postazioni/nuova", p.acting("show-propose-postazione", admin, p.showPropose))
	r.Post("/postazioni", p.acting("propose-postazione", admin, p.propose))
	r.Get("/postazioni/{id}", p.acting("read-postazione", administrators, p.showPostazione))
	r.Post("/postazioni/{id}/autorizzazione", p.acting("approve-postazione", top, p.approve))
	r.Post("/postazioni/{id}/revoca", p.acting("revoke-postazione", administrators, p.revoke))
	r.Post("/postazioni/{id}/collegamento", p.acting("link-postazione", administrators, p.linkPostazione))
}

// workstationsWanted is the filter of an address: a TOP sees first what waits for them.
func workstationsWanted(r *http.Request) projections.FiltroPostazioni {
	q := r.URL.Query()
	f := projections.FiltroPostazioni{Cursor: q.Get("dopo"), Limit: rowsPerPage}
	switch view := projections.Condizione(q.Get("vista")); {
	case workstationStates[view].Text != "":
		f.Condizione = view
	case view != everyWorkstation && edge.Of(r.Context()).Caller.Role == domain.RoleTop:
		f.Condizione = projections.PostazioneProposta
	}
	return f
}

// showPostazioni lists the workstations, last proposed first.
func (p *Pages) showPostazioni(w http.ResponseWriter, r *http.Request) error {
	ctx, filter := r.Context(), workstationsWanted(r)
	v := postazioni{frame: frame{Title: "Postazioni", Here: "/postazioni"}, Proposes: edge.Of(ctx).Caller.Role == domain.RoleAdmin}
	reach, err := p.begin(r, &v.frame, projections.Postazioni{})
	if err != nil {
		return err
	}
	page, err := p.Postazioni.Page(ctx, reach, filter)
	if err != nil {
		return err
	}
	shown := make([]string, len(page.Items))
	for i, row := range page.Items {
		shown[i] = string(row.ID)
		v.Rows = append(v.Rows, workstation{row, workstationStates[row.Condizione]})
	}
	v.entered = p.Journal(ctx, shown...)
	v.Clear, v.Query = without(r.URL, "dopo", ""), string(filter.Condizione)
	view := projections.Condizione(r.URL.Query().Get("vista"))
	v.Odd = view != "" && view != everyWorkstation && workstationStates[view].Text == ""
	v.Exports = exports("/postazioni/esporta", r.URL.Query())
	v.leaf(r.URL.Query(), len(page.Items), page.Next)
	counts, err := p.Postazioni.Counts(ctx, reach, mostCounted+1, workstationTabs[:]...)
	if err != nil {
		return err
	}
	for i, view := range workstationTabs {
		v.Tabs = append(v.Tabs, tab{Href: "/postazioni?vista=" + string(view), Text: workstationTabNames[view], Count: shownCount(counts[i], mostCounted), Here: view == filter.Condizione})
	}
	v.Tabs = append(v.Tabs, tab{Href: "/postazioni?vista=" + everyWorkstation, Text: "Tutte", Here: filter.Condizione == ""})
	if edge.Of(ctx).Caller.Role == domain.RoleTop {
		v.Proposed = counts[0]
	}
	return p.show(w, r, http.StatusOK, "postazioni", &v)
}

func (p *Pages) exportPostazioni(w http.ResponseWriter, r *http.Request) error {
	filter := workstationsWanted(r)
	return exported(w, r, p, "elenco", table.Postazioni, func(r projections.RigaPostazione) string { return string(r.ID) }, func(ctx context.Context, reach domain.Reach, cursor string) (projections.PaginaDi[projections.RigaPostazione], error) {
		filter.Cursor, filter.Limit = cursor, projections.MaxPage
		return p.Postazioni.Page(ctx, reach, filter)
	})
}

func (p *Pages) showPropose(w http.ResponseWriter, r *http.Request) error {
	return p.proposal(w, r, preset("id", p.Commands.NewID()), http.StatusOK)
}

// proposal is the form by which a workstation is proposed.
func (p *Pages) proposal(w http.ResponseWriter, r *http.Request, f form, status int) error {
	v := postazione{frame: frame{form: f, Title: "Proponi una postazione", Here: "/postazioni", Path: []step{{"/postazioni", "Postazioni"}}}, New: true, Comuni: p.comuni(r.Context())}
	return p.show(w, r, status, "postazione_nuova", &v)
}

// propose asks the Comune to authorise a workstation of the caller's Ente.
func (p *Pages) propose(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	id, err := domain.ParsePostazioneID(f.Val("id"))
	if err != nil {
		return p.showPropose(w, r)
	}
	cmd := commands.ProposePostazione{Ente: edge.Of(r.Context()).Caller.Ente, Comune: domain.CodiceISTAT(f.Val("comune")), Nome: f.text("nome"), Certificato: strings.ToLower(compact(f.Val("certificato")))}
	if cmd.Nome == "" {
		f.refuse("nome", "Scrivi il nome della postazione.")
	}
	for _, text := range strings.Fields(strings.ReplaceAll(f.Val("reti"), ",", " ")) {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			f.refuse("reti", "Una rete si scrive come 192.0.2.0/24.")
			break
		}
		cmd.Reti = append(cmd.Reti, network)
	}
	if len(f.Errors) > 0 {
		return p.proposal(w, r, f, http.StatusUnprocessableEntity)
	}
	done, err := send(r, p, id.Stream(), commands.AnyRevision, cmd)
	if err != nil {
		return p.again(r, err, func(f form, status int) error { return p.proposal(w, r, f, status) })
	}
	return p.onward(w, r, "/postazioni/"+string(id), done.Position, "La postazione è proposta. Resta che il Comune la autorizzi.")
}

func (p *Pages) showPostazione(w http.ResponseWriter, r *http.Request) error {
	known, err := p.reached(r, projections.Postazioni{})
	if err != nil {
		return err
	}
	return p.postazionePage(w, r, form{}, http.StatusOK, known, "")
}

// postazionePage makes the page of a workstation; known is false where it may lack what
// was just written, link is one that was just made.
func (p *Pages) postazionePage(w http.ResponseWriter, r *http.Request, f form, status int, known bool, link string) error {
	id, err := object(r, domain.ParsePostazioneID)
	if err != nil {
		return err
	}
	ctx := r.Context()
	reach, err := p.Reach(ctx)
	if err != nil {
		return err
	}
	d, err := p.Postazioni.One(ctx, reach, id)
	if err != nil {
		return err
	}
	v := postazione{frame: frame{form: f, Title: d.Comuni[0].Nome, Here: "/postazioni", Path: []step{{"/postazioni", "Postazioni"}}}, ID: id, Told: done(d.Storia), Link: link, Approves: reach.Administers}
	for _, row := range d.Comuni {
		v.Rows = append(v.Rows, workstation{row, workstationStates[row.Condizione]})
		v.Waits = v.Waits || row.Condizione == projections.PostazioneProposta && reach.Administers
		v.Revocable = v.Revocable || row.Condizione != projections.PostazioneRevocata
		usable := row.Condizione == projections.PostazioneApprovata || row.Condizione == projections.PostazioneAttiva
		v.Linkable = v.Linkable || usable && row.Certificato == ""
	}
	v.asOf(r, known)
	edge.Of(ctx).Concerns(d.Places()...)
	if err := p.JournalRead(ctx); err != nil {
		return err
	}
	return p.show(w, r, status, "postazione_dettaglio", &v)
}

// onPostazione sends a command about the workstation an address names.
func (p *Pages) onPostazione(w http.ResponseWriter, r *http.Request, gives bool, cmd commands.Command[domain.Postazione], said string) error {
	id, err := p.workstation(r)
	if err != nil {
		return err
	}
	carryOut := send[domain.Postazione]
	if gives {
		carryOut = give[domain.Postazione]
	}
	done, err := carryOut(r, p, id.Stream(), commands.AnyRevision, cmd)
	if err != nil {
		return p.again(r, err, func(f form, status int) error { return p.postazioneAgain(w, r, f, status) })
	}
	return p.onward(w, r, "/postazioni/"+string(id), done.Position, said)
}

// postazioneAgain shows a workstation to who was refused: it may have been proposed a
// moment ago.
func (p *Pages) postazioneAgain(w http.ResponseWriter, r *http.Request, f form, status int) error {
	head, err := p.Commands.Store.Head(r.Context())
	if err == nil {
		err = p.Await(r.Context(), projections.Postazioni{}.Name(), head.String())
	}
	if err != nil && domain.CodeOf(err) != domain.Unavailable {
		return err
	}
	return p.postazionePage(w, r, f, status, err == nil, "")
}

// workstation is the one an address names, if it is within the caller's reach.
func (p *Pages) workstation(r *http.Request) (domain.PostazioneID, error) {
	id, err := object(r, domain.ParsePostazioneID)
	if err != nil {
		return id, err
	}
	state, err := commands.Fact(r.Context(), p.Commands, id.Stream())
	if err != nil {
		return id, err
	}
	reach, err := p.Reach(r.Context())
	for _, c := range state.Comuni {
		if err == nil && reach.Covers(domain.Object{Ente: state.Ente, Comune: c.Comune}) {
			return id, nil
		}
	}
	return id, edge.NewProblem(string(domain.NotFound), edge.NothingHere)
}

func (p *Pages) approve(w http.ResponseWriter, r *http.Request) error {
	return p.onPostazione(w, r, true, commands.ApprovePostazione{Comune: ownComune(r.Context())}, "La postazione è autorizzata. Resta da collegarle il dispositivo.")
}

// revoke ends a workstation for a Comune.
func (p *Pages) revoke(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	return p.onPostazione(w, r, false, commands.RevokePostazione{Comune: domain.CodiceISTAT(f.Val("comune")), Motivo: f.text("motivo")}, "La postazione è revocata: vale dalla richiesta successiva.")
}

// linkPostazione makes the link by which a device enrols, and shows it this once.
func (p *Pages) linkPostazione(w http.ResponseWriter, r *http.Request) error {
	id, err := p.workstation(r)
	if err != nil {
		return err
	}
	var link string
	if err = p.elevate(r); err == nil {
		link, err = p.Enrolment.Link(r.Context(), edge.Meta(r.Context()), edge.Of(r.Context()).Address, id)
	}
	if err != nil {
		return p.again(r, err, func(f form, status int) error { return p.postazioneAgain(w, r, f, status) })
	}
	return p.postazionePage(w, r, form{}, http.StatusOK, true, link)
}
