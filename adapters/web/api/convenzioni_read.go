package api

import (
	"context"
	"net/http"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// readsConvenzioni routes what shows acts, and whom they let ask.
func (a *API) readsConvenzioni() {
	handle(a, getTable[projections.RigaConvenzione](a, "list-convenzioni", "/api/v1/convenzioni", convenzioni, "Elenca gli atti",
		"Come stanno oggi, uno per ogni Ente e Comune."), a.listConvenzioni)
	reading(a, convenzione, "read-convenzione", "Legge un atto con la sua storia", "La bozza, gli atti attivati nel tempo, gli allegati.",
		[]engine.Projection{projections.Convenzioni{}}, func(ctx context.Context, reach domain.Reach, id string) (projections.ConvenzioneDettaglio, uint64, error) {
			d, err := a.Convenzioni.One(ctx, reach, domain.ConvenzioneID(id), a.Commands.Now())
			return d, d.Revision, err
		})
	o := getTable[projections.Diritti](a, "list-convenzione-rights", "/api/v1/convenzioni/{id}/rights", convenzioni, "Elenca chi può chiedere che cosa",
		"Le persone dell'Ente per il Comune, ciascuna con i tipi che può chiedere adesso, o perché non può nulla.", http.StatusNotFound)
	o.object = convenzione.object
	handle(a, o, a.rightsOfConvenzione)
}

type listConvenzioniInput struct {
	Paged
	Tabled
	OfPair
	Stato    string `query:"stato" enum:"bozza,attiva,sospesa,scaduta,cessata" doc:"Lo stato di oggi"`
	Scadenza int    `query:"scadenza" minimum:"1" maximum:"3660" doc:"Solo quelli in vigore che terminano entro tanti giorni" example:"60"`
}

func (a *API) listConvenzioni(ctx context.Context, in *listConvenzioniInput) (*tableOutput, error) {
	filter := projections.FiltroConvenzioni{Stato: domain.StatoConvenzione(in.Stato), Scadenza: in.Scadenza}
	var err error
	if filter.Comune, filter.Ente, err = in.parse(); err != nil {
		return nil, err
	}
	now := a.Commands.Now()
	return showOrTable(ctx, a, register[projections.RigaConvenzione]{
		rests: []engine.Projection{projections.Convenzioni{}},
		id:    func(r projections.RigaConvenzione) string { return string(r.ID) },
		page: func(ctx context.Context, reach domain.Reach, cursor string, limit int) (projections.PaginaDi[projections.RigaConvenzione], error) {
			filter.Cursor, filter.Limit = cursor, limit
			return a.Convenzioni.Page(ctx, reach, now, filter)
		},
	}, in.Paged, in.Tabled, convenzioniColumns)
}

var convenzioniColumns = []column[projections.RigaConvenzione]{
	{"Ente", func(r projections.RigaConvenzione) string { return r.EnteDenominazione }},
	{"Comune", func(r projections.RigaConvenzione) string { return r.ComuneNome }},
	{"Atto", func(r projections.RigaConvenzione) string { return r.Titolo }},
	{"Estremi", func(r projections.RigaConvenzione) string { return r.Estremi }},
	{"Stato", func(r projections.RigaConvenzione) string { return string(r.Stato) }},
	{"Dal", func(r projections.RigaConvenzione) string { return r.Dal.String() }},
	{"Al", func(r projections.RigaConvenzione) string { return r.Al.String() }},
	{"Bozza", func(r projections.RigaConvenzione) string { return yes(r.Bozza) }},
}

type rightsOfActInput struct {
	Named
	AtLeast
	Tabled
}

func (a *API) rightsOfConvenzione(ctx context.Context, in *rightsOfActInput) (*tableOutput, error) {
	id, err := domain.ParseConvenzioneID(in.ID)
	if err != nil {
		return nil, edge.At("id", err)
	}
	now := a.Commands.Now()
	r := register[projections.Diritti]{
		rests: rights,
		id:    func(r projections.Diritti) string { return string(r.ID) },
		page: func(ctx context.Context, reach domain.Reach, _ string, _ int) (projections.PaginaDi[projections.Diritti], error) {
			act, err := a.Convenzioni.One(ctx, reach, id, now)
			if err != nil {
				return projections.PaginaDi[projections.Diritti]{}, err
			}
			return whole(a.Diritti.Of(ctx, reach, domain.Pair{Ente: act.Ente, Comune: act.Comune}, "", now))
		},
	}
	return showOrTable(ctx, a, r, Paged{AtLeast: in.AtLeast}, in.Tabled, rightsColumns)
}

var rightsColumns = []column[projections.Diritti]{
	{"Codice", func(r projections.Diritti) string { return r.Codice }},
	{"Persona", func(r projections.Diritti) string { return r.Persona.Testo }},
	{"Codice fiscale", func(r projections.Diritti) string { return string(r.Persona.CodiceFiscale) }},
	{"Tipi", func(r projections.Diritti) string {
		return ways(r, func(f projections.Facolta) bool { return true })
	}},
	{"Tipi nazionali", func(r projections.Diritti) string {
		return ways(r, func(f projections.Facolta) bool { return f.Nazionale != domain.Modo{} })
	}},
	{"Impedimento", func(r projections.Diritti) string {
		if r.Impedimento == nil {
			return ""
		}
		return r.Impedimento.Testo
	}},
}

// ways writes the types of which somebody has a right of some kind, each once.
func ways(r projections.Diritti, of func(projections.Facolta) bool) string {
	var tipi []domain.Tipo
	for _, f := range r.Facolta { // in the order of their types
		if of(f) && (len(tipi) == 0 || tipi[len(tipi)-1] != f.Tipo) {
			tipi = append(tipi, f.Tipo)
		}
	}
	return joined(tipi)
}
