package api

import (
	"context"
	"net/http"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// readsComuni routes what shows the Comuni.
func (a *API) readsComuni() {
	handle(a, get("list-comuni", "/api/v1/comuni", comuni, "Elenca i Comuni",
		"Quelli per cui chi legge opera, per nome, con le istruzioni in vigore. La lettura resta nel registro degli accessi.", http.StatusForbidden), a.listComuni)
	reading(a, comune, "read-comune", "Legge un Comune", "Recapiti, titolo per le visure nazionali, istruzioni in vigore; a chi opera presso il Comune anche le regole, "+
		"i TOP, il collegamento ad ANPR con la scadenza dei certificati, le versioni del modello dei documenti, la storia.",
		[]engine.Projection{projections.Comuni{}}, func(ctx context.Context, reach domain.Reach, id string) (projections.ComuneDettaglio, uint64, error) {
			d, err := a.Comuni.One(ctx, reach, domain.CodiceISTAT(id))
			edge.Of(ctx).Concerns(d.ISTAT)
			return d, d.Revision, err
		})
}

func (a *API) listComuni(ctx context.Context, in *AtLeast) (*bodied[projections.PaginaDi[projections.RigaComune]], error) {
	return show(ctx, a, register[projections.RigaComune]{
		rests: []engine.Projection{projections.Comuni{}},
		id:    func(r projections.RigaComune) string { return string(r.ISTAT) },
		page: func(ctx context.Context, reach domain.Reach, _ string, _ int) (projections.PaginaDi[projections.RigaComune], error) {
			return whole(a.Comuni.All(ctx, reach))
		},
	}, Paged{AtLeast: *in})
}
