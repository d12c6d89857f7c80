package api

import (
	"context"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// readsPostazioni routes what shows workstations.
func (a *API) readsPostazioni() {
	handle(a, getTable[projections.RigaPostazione](a, "list-postazioni", "/api/v1/postazioni", postazioni, "Elenca le postazioni",
		"Ciascuna una volta per ogni Comune, dall'ultima proposta."), a.listPostazioni)
	reading(a, postazione, "read-postazione", "Legge una postazione con la sua storia", "La sua condizione presso ogni Comune di chi legge.",
		[]engine.Projection{projections.Postazioni{}}, func(ctx context.Context, reach domain.Reach, id string) (projections.PostazioneDettaglio, uint64, error) {
			d, err := a.Postazioni.One(ctx, reach, domain.PostazioneID(id))
			if err != nil {
				return d, 0, err
			}
			edge.Of(ctx).Concerns(d.Places()...)
			return d, d.Comuni[0].Revision, nil
		})
}

type listPostazioniInput struct {
	Paged
	Tabled
	OfPair
	Condizione string `query:"condizione" enum:"proposta,approvata,attiva,senza_prova,revocata" doc:"A che punto è"`
}

func (a *API) listPostazioni(ctx context.Context, in *listPostazioniInput) (*tableOutput, error) {
	filter := projections.FiltroPostazioni{Condizione: projections.Condizione(in.Condizione)}
	var err error
	if filter.Comune, filter.Ente, err = in.parse(ctx); err != nil {
		return nil, err
	}
	return showOrTable(ctx, a, register[projections.RigaPostazione]{
		rests: []engine.Projection{projections.Postazioni{}},
		id:    func(r projections.RigaPostazione) string { return string(r.ID) },
		page: func(ctx context.Context, reach domain.Reach, cursor string, limit int) (projections.PaginaDi[projections.RigaPostazione], error) {
			filter.Cursor, filter.Limit = cursor, limit
			return a.Postazioni.Page(ctx, reach, filter)
		},
	}, in.Paged, in.Tabled, table.Postazioni)
}
