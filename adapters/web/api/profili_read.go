package api

import (
	"context"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// readsProfili routes what shows profiles.
func (a *API) readsProfili() {
	handle(a, getTable[projections.RigaProfilo](a, "list-profili", "/api/v1/profili", profili, "Elenca i profili",
		"Per nome, con quante persone li hanno."), a.listProfili)
	reading(a, profilo, "read-profilo", "Legge un profilo con la sua storia", "Che cosa concede, e quante persone l'hanno.",
		[]engine.Projection{projections.Profili{}, projections.Utenti{}}, func(ctx context.Context, reach domain.Reach, id string) (projections.ProfiloDettaglio, uint64, error) {
			d, err := a.Profili.One(ctx, reach, domain.ProfileID(id))
			edge.Of(ctx).Concerns(d.Comune)
			return d, d.Revision, err
		})
}

type listProfiliInput struct {
	Paged
	Tabled
	Comune   string `query:"comune" doc:"Codice ISTAT del Comune" example:"042002"`
	Ritirati bool   `query:"ritirati" doc:"Anche quelli ritirati"`
}

func (a *API) listProfili(ctx context.Context, in *listProfiliInput) (*tableOutput, error) {
	comune, err := comuneAsked(ctx, in.Comune)
	if err != nil {
		return nil, err
	}
	return showOrTable(ctx, a, register[projections.RigaProfilo]{
		rests: []engine.Projection{projections.Profili{}, projections.Utenti{}},
		id:    func(r projections.RigaProfilo) string { return string(r.ID) },
		page: func(ctx context.Context, reach domain.Reach, cursor string, limit int) (projections.PaginaDi[projections.RigaProfilo], error) {
			return a.Profili.Page(ctx, reach, projections.FiltroProfili{Comune: comune, Ritirati: in.Ritirati, Cursor: cursor, Limit: limit})
		},
	}, in.Paged, in.Tabled, table.Profili)
}
