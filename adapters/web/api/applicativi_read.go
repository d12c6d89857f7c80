package api

import (
	"context"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// readsApplicativi routes what shows software.
func (a *API) readsApplicativi() {
	handle(a, getTable[projections.RigaApplicativo](a, "list-applicativi", "/api/v1/applicativi", applicativi, "Elenca gli applicativi",
		"Per nome, con i token non revocati."), a.listApplicativi)
	reading(a, applicativo, "read-applicativo", "Legge un applicativo con la sua storia", "Che cosa può fare, e quando ogni token è stato usato l'ultima volta.",
		[]engine.Projection{projections.Applicativi{}}, a.oneApplicativo)
}

type listApplicativiInput struct {
	Paged
	Tabled
	OfPair
}

func (a *API) listApplicativi(ctx context.Context, in *listApplicativiInput) (*tableOutput, error) {
	var filter projections.FiltroApplicativi
	var err error
	if filter.Comune, filter.Ente, err = in.parse(ctx); err != nil {
		return nil, err
	}
	return showOrTable(ctx, a, register[projections.RigaApplicativo]{
		rests: []engine.Projection{projections.Applicativi{}},
		id:    func(r projections.RigaApplicativo) string { return string(r.ID) },
		page: func(ctx context.Context, reach domain.Reach, cursor string, limit int) (projections.PaginaDi[projections.RigaApplicativo], error) {
			filter.Cursor, filter.Limit = cursor, limit
			return a.Applicativi.Page(ctx, reach, filter)
		},
	}, in.Paged, in.Tabled, table.Applicativi)
}

// Applicativo is one piece of software and the last use of its tokens. Those that
// were never used are not in UsoToken.
type Applicativo struct {
	projections.ApplicativoDettaglio
	UsoToken []TokenUsed `json:"uso_token"`
}

// TokenUsed is when a token was last used, within a minute.
type TokenUsed struct {
	Token string    `json:"token"`
	At    time.Time `json:"at"`
}

func (a *API) oneApplicativo(ctx context.Context, reach domain.Reach, id string) (Applicativo, uint64, error) {
	d, err := a.Applicativi.One(ctx, reach, domain.ApplicativoID(id))
	if err != nil {
		return Applicativo{}, 0, err
	}
	used, err := a.Software.LastUses(ctx, domain.ApplicativoID(id))
	if err != nil {
		return Applicativo{}, 0, err
	}
	edge.Of(ctx).Concerns(d.Comuni...)
	shown := Applicativo{d, []TokenUsed{}}
	for _, token := range d.Tokens {
		if at, ok := used[token.Token]; ok {
			shown.UsoToken = append(shown.UsoToken, TokenUsed{token.Token, at})
		}
	}
	return shown, d.Revision, nil
}
