package pages

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// allarmi is the list of the cases that alarms have opened.
type allarmi struct {
	frame
	listed
	Tabs []tab
	Rows []casoRow
}

// casoRow is one of the list.
type casoRow struct {
	projections.RigaCaso
	Grave state
	Whose string // code of who asked, or that it is the whole Ente
	State state
}

// allarmi adds the pages.
func (p *Pages) allarmi(r chi.Router) {
	r.Get("/allarmi", p.acting("list-casi", administrators, p.showAllarmi))
	r.Get("/allarmi/{id}", p.acting("read-caso", administrators, p.showCaso))
	r.Post("/allarmi/{id}/carico", p.acting("take-caso", administrators, p.takeCaso))
	r.Post("/allarmi/{id}/esito", p.acting("close-caso", administrators, p.closeCaso))
}

// casoViews are the views of the list, by what the address names them.
var casoViews = []struct{ key, text string }{{"", "Da prendere in carico"}, {"miei", "In carico a me"}, {"altri", "In carico ad altri"}, {"chiusi", "Chiusi"}}

// showAllarmi shows a page of the list, newest first.
func (p *Pages) showAllarmi(w http.ResponseWriter, r *http.Request) error {
	ctx, c := r.Context(), edge.Of(r.Context()).Caller
	v := allarmi{frame: frame{Title: "Allarmi", Here: "/allarmi"}, listed: listed{Clear: "/allarmi"}}
	reach, err := p.begin(r, &v.frame, projections.Casi{})
	if err != nil {
		return err
	}
	reader := projections.Lettore{Reach: reach, Utente: c.Utente, At: p.Commands.Now()}
	counts, err := p.Casi.Count(ctx, reader)
	if err != nil {
		return err
	}
	vista := r.URL.Query().Get("vista")
	filter := projections.FiltroCasi{Stato: domain.CasoWaiting, Cursor: r.URL.Query().Get("dopo"), Limit: rowsPerPage}
	switch vista {
	case "miei":
		filter.Stato, filter.Incaricato = domain.CasoInCharge, c.Utente
	case "altri":
		filter.Stato, filter.Altrui = domain.CasoInCharge, c.Utente
	case "chiusi":
		filter.Stato = domain.CasoEnded
	default:
		vista = ""
	}
	for i, n := range []int{counts.Aperti, counts.Miei, counts.Altri, 0} {
		one := tab{Href: "/allarmi", Text: casoViews[i].text, Count: shownCount(n, mostCounted), Here: casoViews[i].key == vista}
		if casoViews[i].key != "" {
			one.Href += "?vista=" + casoViews[i].key
		}
		v.Tabs = append(v.Tabs, one)
	}
	page, err := p.Casi.Page(ctx, reader, filter)
	if err != nil {
		return err
	}
	v.entered = p.Journal(ctx, idsBy(func(c projections.RigaCaso) string { return string(c.ID) })(page.Items)...)
	for _, row := range page.Items {
		v.Rows = append(v.Rows, casoRow{row, graver[row.Gravita], whose(row), casoState(row)})
	}
	v.turn(r.URL.Query(), len(page.Items), "", page.Next)
	return p.show(w, r, http.StatusOK, "allarmi", &v)
}

// whose says whose requests a case is about.
func whose(c projections.RigaCaso) string {
	if c.Utente == "" {
		return "Tutto l’Ente"
	}
	return c.UtenteCodice
}

// graver is how grave alarms are.
var graver = map[domain.Gravita]state{
	domain.GravitaAlta:  {"Alta", "warning-circle", "bad"},
	domain.GravitaMedia: {"Media", "warning-circle", "wait"},
	domain.GravitaBassa: {"Bassa", "info-circle", "run"},
}

// casoState is how a case stands.
func casoState(c projections.RigaCaso) state {
	switch {
	case c.Tardivo:
		return state{"Da prendere in carico, tardivo", "clock", "bad"}
	case c.Stato == domain.CasoWaiting:
		return state{"Da prendere in carico", "clock", "wait"}
	case c.Stato == domain.CasoInCharge:
		return state{"In carico a " + c.IncaricatoCodice, "user", "run"}
	}
	return state{"Chiuso: " + c.Esito.Text(), "check-circle", "end"}
}
