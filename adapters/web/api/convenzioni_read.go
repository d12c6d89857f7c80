package api

import (
	"context"
	"net/http"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
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
			edge.Of(ctx).Concerns(d.Comune)
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
	if filter.Comune, filter.Ente, err = in.parse(ctx); err != nil {
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
	}, in.Paged, in.Tabled, table.Convenzioni)
}

type rightsOfActInput struct {
	Named
	Paged
	Tabled
	Tipo    string `query:"tipo" doc:"Solo chi può chiedere questo tipo di visura" example:"residenza"`
	Ambito  string `query:"ambito" enum:"comunale,nazionale" doc:"nazionale: solo chi può chiedere oltre il Comune, quel tipo o qualunque tipo"`
	Ufficio string `query:"ufficio" doc:"Codice dell'ufficio dell'Ente"`
}

func (a *API) rightsOfConvenzione(ctx context.Context, in *rightsOfActInput) (*tableOutput, error) {
	id, err := domain.ParseConvenzioneID(in.ID)
	if err != nil {
		return nil, edge.At("id", err)
	}
	filter := projections.FiltroDiritti{Tipo: domain.Tipo(in.Tipo), Nazionale: domain.Ambito(in.Ambito) == domain.Nazionale, Ufficio: in.Ufficio}
	if in.Tipo != "" && !documento.Offered(filter.Tipo) {
		return nil, errTipo
	}
	now := a.Commands.Now()
	r := register[projections.Diritti]{
		rests: rights,
		id:    func(r projections.Diritti) string { return string(r.ID) },
		page: func(ctx context.Context, reach domain.Reach, cursor string, limit int) (projections.PaginaDi[projections.Diritti], error) {
			act, err := a.Convenzioni.One(ctx, reach, id, now)
			if err != nil {
				return projections.PaginaDi[projections.Diritti]{}, err
			}
			edge.Of(ctx).Concerns(act.Comune)
			filter.Pair, filter.Cursor, filter.Limit = domain.Pair{Ente: act.Ente, Comune: act.Comune}, cursor, limit
			return a.Diritti.Page(ctx, reach, filter, now)
		},
	}
	return showOrTable(ctx, a, r, in.Paged, in.Tabled, table.Diritti)
}
