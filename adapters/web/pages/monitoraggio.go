package pages

import (
	"context"
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// monitoring is what the list of the requests of a Comune, or of an Ente, may be narrowed by
// besides.
type monitoring struct {
	Enti   []option // that have an act with the Comune; nil: the caller sees one Ente's alone
	Ambiti []option
	Modi   []option
}

// monitoraggio adds the list of what others asked for.
func (p *Pages) monitoraggio(r chi.Router) {
	r.Get("/monitoraggio", p.acting("list-visure", administrators, p.showMonitoraggio))
	r.Get("/monitoraggio/esporta", p.handing("list-visure", administrators, p.exportMonitoraggio))
	r.Post("/monitoraggio/persona", p.acting("search-person", administrators, p.searchMonitored))
}

// mostMonitored are the rows of a tab of monitoring that are counted.
const mostMonitored = 10_000

// monitored are the tabs: those of the own list, and one of what went beyond the Comune.
var monitored = func() []vista {
	all := append(slices.Clone(viste), vista{"nazionali", "Nazionali", projections.Filter{Ambito: domain.Nazionale}, 0})
	for i, view := range all {
		if view.filter.ToDownload || view.filter.Status != nil {
			all[i].counted = mostMonitored
		}
	}
	return all
}()

// showMonitoraggio shows a page of the list, newest first.
func (p *Pages) showMonitoraggio(w http.ResponseWriter, r *http.Request) error {
	return p.monitoraggioPage(w, r, form{}, http.StatusOK)
}

// monitoraggioPage shows the list, with what is wrong with the person that was searched for.
func (p *Pages) monitoraggioPage(w http.ResponseWriter, r *http.Request, f form, status int) error {
	v := richieste{frame: frame{Title: "Monitoraggio", Here: "/monitoraggio"}, status: status}
	reach, err := p.begin(r, &v.frame, projections.Elenco{})
	if err != nil {
		return err
	}
	filter, err := v.monitor(p, r, reach)
	if err != nil {
		return err
	}
	v.Errors = f.Errors
	return p.showVisure(w, r, &v, reach, filter, monitored)
}

// monitor is the filter of an address. What is not understood is left out, and said; of an
// Ente that has no act with the Comune there is nothing.
func (v *richieste) monitor(p *Pages, r *http.Request, reach domain.Reach) (f projections.Filter, err error) {
	q := r.URL.Query()
	v.values, v.Clear, v.Monitors = q, "/monitoraggio", &monitoring{}
	parties, err := p.partiesOf(r.Context(), reach)
	if err != nil {
		return f, err
	}
	v.Monitors.Enti = v.choose(r, "ente", "Ente ", parties)
	f.Ente = domain.EnteID(chosenOf(v.Monitors.Enti))
	if named := q.Get("ente"); named != string(f.Ente) {
		return f, edge.NewProblem(string(domain.NotFound), edge.NothingHere)
	}
	v.Monitors.Ambiti = v.choose(r, "ambito", "Ambito ", []option{{Value: string(domain.Comunale), Text: "Comunale"}, {Value: string(domain.Nazionale), Text: "Nazionale"}})
	f.Ambito = domain.Ambito(chosenOf(v.Monitors.Ambiti))
	v.Monitors.Modi = v.choose(r, "conferma", "Conferma: ", []option{{Value: string(domain.Immediata), Text: "Immediata"}, {Value: string(domain.SilenzioAssenso), Text: "Silenzio-assenso"}, {Value: string(domain.Manuale), Text: "Conferma dell’Anagrafe"}})
	f.Conferma = domain.Conferma(chosenOf(v.Monitors.Modi))
	if f.Operatore, err = domain.ParseCodice(q.Get("operatore")); err == nil {
		v.chip(r, "operatore", "Operatore "+f.Operatore)
	}
	if text := q.Get("numero"); text != "" {
		if f.Numero, err = domain.ParseCIUV(text); err == nil {
			v.chip(r, "numero", "Numero "+string(f.Numero))
		}
	}
	v.narrow(p, r, &f, monitored, []string{"stato", "tipo", "dal", "al", "pratica", "persona", "ente", "ambito", "conferma", "operatore", "numero"})
	v.Exports = exports("/monitoraggio/esporta", q)
	return f, nil
}

// partiesOf are the Enti that have an act with the Comune a TOP acts at, by name; nil for who
// acts at an Ente.
func (p *Pages) partiesOf(ctx context.Context, reach domain.Reach) (all []option, err error) {
	if edge.Of(ctx).Caller.Ente != "" {
		return nil, nil
	}
	parties, err := p.Convenzioni.Parties(ctx, reach)
	for _, e := range parties {
		all = append(all, option{Value: string(e.ID), Text: e.Denominazione})
	}
	return all, err
}

// exportMonitoraggio answers with all requests that the filter of the list lets through.
func (p *Pages) exportMonitoraggio(w http.ResponseWriter, r *http.Request) error {
	reach, err := p.Reach(r.Context())
	if err != nil {
		return err
	}
	var v richieste
	filter, err := v.monitor(p, r, reach)
	if err != nil {
		return err
	}
	return p.exportVisure(w, r, "monitoraggio", filter)
}

// searchMonitored narrows the list to a person, who does not stand in its address.
func (p *Pages) searchMonitored(w http.ResponseWriter, r *http.Request) error {
	return p.personOr(w, r, "/monitoraggio", p.monitoraggioPage)
}
