package api

import (
	"context"
	"net/http"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// readsEnti routes what shows bodies.
func (a *API) readsEnti() {
	handle(a, getTable[projections.RigaEnte](a, "list-enti", "/api/v1/enti", enti, "Elenca gli Enti",
		"Per denominazione: quelli con cui c'è un atto, e quelli inseriti dal Comune di chi legge."), a.listEnti)
	handle(a, get("lookup-ente", "/api/v1/enti/lookup", enti, "Cerca un Ente per codice",
		"Con l'esatto codice fiscale o codice IPA, chiunque l'abbia inserito: per chi amministra un Comune. La lettura resta nel registro degli accessi.", http.StatusForbidden), a.lookupEnte)
	reading(a, ente, "read-ente", "Legge un Ente con la sua storia", "Dati, uffici e Comuni, per quanto riguarda chi legge.",
		[]engine.Projection{projections.Enti{}, projections.Convenzioni{}}, func(ctx context.Context, reach domain.Reach, id string) (projections.EnteDettaglio, uint64, error) {
			d, err := a.Enti.One(ctx, reach, domain.EnteID(id))
			edge.Of(ctx).Concerns(d.Comuni...)
			return d, d.Revision, err
		})
}

type listEntiInput struct {
	Paged
	Tabled
	Testo string `query:"testo" doc:"Parte della denominazione, oppure un codice fiscale o codice IPA intero"`
	Tipo  string `query:"tipo" enum:"convenzionato,gestore,ufficio" doc:"Tipo di Ente"`
}

func (a *API) listEnti(ctx context.Context, in *listEntiInput) (*tableOutput, error) {
	filter := projections.FiltroEnti{Testo: in.Testo, Tipo: domain.TipoEnte(in.Tipo)}
	return showOrTable(ctx, a, bodies(func(ctx context.Context, reach domain.Reach, cursor string, limit int) (projections.PaginaDi[projections.RigaEnte], error) {
		filter.Cursor, filter.Limit = cursor, limit
		return a.Enti.Page(ctx, reach, filter)
	}), in.Paged, in.Tabled, table.Enti)
}

// bodies is a list of them.
func bodies(page func(context.Context, domain.Reach, string, int) (projections.PaginaDi[projections.RigaEnte], error)) register[projections.RigaEnte] {
	return register[projections.RigaEnte]{
		rests: []engine.Projection{projections.Enti{}, projections.Convenzioni{}},
		id:    func(r projections.RigaEnte) string { return string(r.ID) },
		page:  page,
	}
}

type lookupInput struct {
	AtLeast
	Codice string `query:"codice" required:"true" doc:"Codice fiscale o codice IPA, per intero" example:"90003710390"`
}

func (a *API) lookupEnte(ctx context.Context, in *lookupInput) (*bodied[projections.PaginaDi[projections.RigaEnte]], error) {
	return show(ctx, a, bodies(func(ctx context.Context, reach domain.Reach, _ string, _ int) (projections.PaginaDi[projections.RigaEnte], error) {
		return whole(a.Enti.Find(ctx, reach, in.Codice))
	}), Paged{AtLeast: in.AtLeast})
}
