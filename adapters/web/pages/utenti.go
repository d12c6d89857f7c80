package pages

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// utenti is the list of the people whom the caller administers.
type utenti struct {
	frame
	listed
	Rows    []rigaUtente
	Ruoli   []option
	Sospesi []option
	Profili []option
	Several bool // the people are of more than one Ente or Comune
}

// rigaUtente is a row: a person at a pair.
type rigaUtente struct {
	projections.RigaUtente
	State state
	Ruoli string
	To    string // their page
	Grant string // where a profile is assigned to them there; empty: they cannot have one
}

// surnameKind is the kind of what stands in an address for the surname searched for.
const surnameKind = "cognome"

// roleNames are the roles one may be given, as people know them.
var roleNames = []option{
	{Value: string(domain.RoleStandard), Text: "Operatore"}, {Value: string(domain.RoleAdmin), Text: "Amministratore dell’Ente"},
	{Value: string(domain.RoleAnagrafe), Text: "Ufficiale d’anagrafe"}, {Value: string(domain.RoleTop), Text: "TOP"}, {Value: string(domain.RoleAuditor), Text: "Revisore"},
}

// utenti adds the list and what leads on from it.
func (p *Pages) utenti(r chi.Router) {
	r.Get("/utenti", p.acting("list-utenti", administrators, p.showUtenti))
	r.Get("/utenti/esporta", p.handing("list-utenti", administrators, p.exportUtenti))
	r.Post("/utenti/cognome", p.acting("search-utenti", administrators, p.searchUtenti))
	r.Get("/utenti/nuovo", p.acting("show-register-utente", administrators, p.showNuovoUtente))
	r.Post("/utenti/nuovo", p.acting("register-utente", administrators, p.registerUtente))
	r.Get("/utenti/importa", p.acting("show-import-utenti", administrators, p.showImporta))
	r.Post("/utenti/importa", p.uploading("import-utenti", administrators, p.importUtenti))
}

// showUtenti shows a page of the people, last come first.
func (p *Pages) showUtenti(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := utenti{frame: frame{Title: "Utenti", Here: "/utenti"}}
	reach, err := p.begin(r, &v.frame, projections.Utenti{}, projections.Profili{})
	if err != nil {
		return err
	}
	filter, err := v.read(p, r, reach)
	if err != nil {
		return err
	}
	filter.Limit = rowsPerPage
	page, err := p.Utenti.Page(ctx, reach, filter)
	if err != nil {
		return err
	}
	v.entered = p.Journal(ctx, idsBy(utenteID)(page.Items)...)
	for _, row := range page.Items {
		v.add(row, edge.Of(ctx).Caller, p.Commands.Now())
	}
	v.leaf(r.URL.Query(), len(page.Items), page.Next)
	if v.First > 1 {
		v.Newer = without(r.URL, "riga", "")
	}
	return p.show(w, r, http.StatusOK, "utenti", &v)
}

func utenteID(r projections.RigaUtente) string { return string(r.ID) }

// add shows a row. Nobody assigns a profile to themself, nor an ADMIN to another.
func (v *utenti) add(row projections.RigaUtente, by edge.Caller, now time.Time) {
	one := rigaUtente{RigaUtente: row, State: stateAt(row.Sospeso, row.Bloccato != nil && now.Before(*row.Bloccato)), To: "/utenti/" + row.Codice}
	var names []string
	for _, role := range row.Roles {
		names = append(names, roleName(role))
	}
	one.Ruoli = strings.Join(names, ", ")
	refused := row.ID == by.Utente || by.Role == domain.RoleAdmin && slices.Contains(row.Roles, domain.RoleAdmin)
	if !refused && row.Ente != "" && (slices.Contains(row.Roles, domain.RoleStandard) || slices.Contains(row.Roles, domain.RoleAdmin)) {
		one.Grant = one.To + "/profilo?" + placeOf(domain.Pair{Ente: row.Ente, Comune: row.Comune}).Encode()
	}
	if v.Rows = append(v.Rows, one); v.Rows[0].Ente != row.Ente || v.Rows[0].Comune != row.Comune {
		v.Several = true
	}
}

// stateAt is the state of a person at a pair: suspended for a cause, else blocked for the
// day, else neither.
func stateAt(cause domain.Suspension, blocked bool) state {
	switch {
	case cause != "":
		return state{suspensions[cause], "ban", "bad"}
	case blocked:
		return state{"Bloccato per oggi", "ban", "bad"}
	}
	return state{"Attivo", "check-circle", "ok"}
}

// suspensions are why people are suspended, as states.
var suspensions = map[domain.Suspension]string{
	domain.SuspendedByOrder: "Sospeso", domain.SuspendedUnused: "Sospeso: inutilizzato", domain.SuspendedUncertain: "Sospeso: non confermato",
}

// roleName is a role as people know it.
func roleName(role domain.Role) string {
	for _, o := range roleNames {
		if o.Value == string(role) {
			return o.Text
		}
	}
	return string(role)
}

// placeOf names a pair in an address.
func placeOf(pair domain.Pair) url.Values {
	q := url.Values{"comune": {string(pair.Comune)}}
	if pair.Ente != "" {
		q.Set("ente", string(pair.Ente))
	}
	return q
}

// read is the filter of an address. What is not understood is left out, and said.
func (v *utenti) read(p *Pages, r *http.Request, reach domain.Reach) (f projections.FiltroUtenti, err error) {
	q := r.URL.Query()
	v.values, v.Clear = q, "/utenti"
	v.Ruoli = v.choose(r, "ruolo", "", roleNames)
	f.Role = domain.Role(chosenOf(v.Ruoli))
	v.Sospesi = v.choose(r, "stato", "", []option{{Value: "attivi", Text: "Attivi"}, {Value: "sospesi", Text: "Sospesi"}, {Value: "bloccati", Text: "Bloccati oggi"}})
	switch chosen := chosenOf(v.Sospesi); chosen {
	case "":
	case "bloccati":
		f.BloccatiAl = p.Commands.Now()
	default:
		suspended := chosen == "sospesi"
		f.Sospesi = &suspended
	}
	profiles, err := p.profilesOf(r.Context(), reach, "")
	if err != nil {
		return f, err
	}
	var named []option
	for _, one := range profiles {
		named = append(named, option{Value: string(one.ID), Text: one.Nome})
	}
	v.Profili = v.choose(r, "profilo", "", named)
	f.Profile = domain.ProfileID(chosenOf(v.Profili))
	if f.Ufficio = strings.TrimSpace(q.Get("ufficio")); f.Ufficio != "" {
		v.chip(r, "ufficio", "Ufficio "+f.Ufficio)
	}
	if f.DaAutorizzare = q.Get("da_autorizzare") == "si"; f.DaAutorizzare {
		v.chip(r, "da_autorizzare", "Nazionale da autorizzare")
	}
	if text := q.Get("non_usati_dal"); text != "" {
		if d, ok := typedDay(text, domain.ItalianDay(p.Commands.Now())); ok {
			f.UnusedSince = domain.ItalianMidnight(d)
			v.chip(r, "non_usati_dal", "Non usati dal "+day(d))
		}
	}
	if key := q.Get("cognome"); key != "" {
		if surname, ok := sealedIn(edge.Of(r.Context()).Caller.Secret, surnameKind, key); ok {
			f.Cognome = surname
			v.chip(r, "cognome", "Cognome "+surname)
		}
	}
	v.Odd = len(v.Chips) < filters(q, "ruolo", "stato", "profilo", "ufficio", "da_autorizzare", "non_usati_dal", "cognome")
	f.Cursor = q.Get("dopo")
	v.Exports = exports("/utenti/esporta", q)
	return f, nil
}

// searchUtenti narrows the list to a surname, which does not stand in its address.
func (p *Pages) searchUtenti(w http.ResponseWriter, r *http.Request) error {
	surname := filled(r).text("cognome")
	if surname == "" {
		http.Redirect(w, r, "/utenti", http.StatusSeeOther)
		return nil
	}
	key, err := sealOf(edge.Of(r.Context()).Caller.Secret, surnameKind, surname)
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/utenti?"+url.Values{"cognome": {key}}.Encode(), http.StatusSeeOther)
	return nil
}

// exportUtenti answers with all that a filter lets through.
func (p *Pages) exportUtenti(w http.ResponseWriter, r *http.Request) error {
	reach, err := p.Reach(r.Context())
	if err != nil {
		return err
	}
	var v utenti
	filter, err := v.read(p, r, reach)
	if err != nil {
		return err
	}
	return exported(w, r, p, "utenti", table.Utenti, utenteID, func(ctx context.Context, reach domain.Reach, cursor string) (projections.PaginaDi[projections.RigaUtente], error) {
		filter.Cursor, filter.Limit = cursor, projections.MaxPage
		return p.Utenti.Page(ctx, reach, filter)
	})
}
