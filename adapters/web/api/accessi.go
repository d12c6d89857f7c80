package api

import (
	"context"

	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// accessi routes what shows the journal of accesses.
func (a *API) accessi() {
	handle(a, getTable[projections.RigaAccesso](a, "list-accessi", "/api/v1/accessi", registro, "Elenca gli accessi",
		"Letture, accessi e rifiuti, dal più recente: il Comune e chi amministra vedono quelli che li riguardano, chi chiede visure i propri. "+
			"Ciò che una persona fa senza aver scelto una capacità, come accedere, lo vede chi amministra o verifica dove aveva un ruolo in quel momento."), a.listAccessi)
}

type listAccessiInput struct {
	Paged
	Tabled
	Utente    string `query:"utente" doc:"UUID di chi ha agito"`
	Ente      string `query:"ente" doc:"UUID dell'Ente"`
	Comune    string `query:"comune" doc:"Codice ISTAT del Comune" example:"042002"`
	Azione    string `query:"azione" doc:"Nome dell'operazione" example:"read-visura"`
	Esito     string `query:"esito" doc:"ok, begun per ciò che si stava per cambiare delle credenziali, o il codice del rifiuto" example:"not_found"`
	Rifiutati bool   `query:"rifiutati" doc:"Solo ciò che è stato rifiutato"`
	Oggetto   string `query:"oggetto" doc:"Ciò a cui si è acceduto" example:"visura-5b1f6a4e-7f0c-4a54-9a53-3f2f0a9d2c11"`
	Dal       string `query:"dal" doc:"Dal giorno AAAA-MM-GG, ora italiana" example:"2026-01-31"`
	Al        string `query:"al" doc:"Fino al giorno AAAA-MM-GG compreso, ora italiana" example:"2026-12-31"`
}

func (a *API) listAccessi(ctx context.Context, in *listAccessiInput) (*tableOutput, error) {
	filter, err := in.filter(ctx)
	if err != nil {
		return nil, err
	}
	return showOrTable(ctx, a, register[projections.RigaAccesso]{
		rests: []engine.Projection{projections.Accessi{}},
		id:    func(r projections.RigaAccesso) string { return string(r.Utente) },
		page: func(ctx context.Context, reach domain.Reach, cursor string, limit int) (projections.PaginaDi[projections.RigaAccesso], error) {
			filter.Cursor, filter.Limit = cursor, limit
			return a.Accessi.Page(ctx, reach, filter)
		},
	}, in.Paged, in.Tabled, table.Accessi)
}

func (in *listAccessiInput) filter(ctx context.Context) (f projections.FiltroAccessi, err error) {
	f = projections.FiltroAccessi{Action: in.Azione, Outcome: in.Esito, Refused: in.Rifiutati, Object: in.Oggetto}
	if f.Utente, err = optional("utente", in.Utente, domain.ParseUtenteID); err != nil {
		return f, err
	}
	if f.Ente, err = optional("ente", in.Ente, domain.ParseEnteID); err != nil {
		return f, err
	}
	if f.Comune, err = comuneAsked(ctx, in.Comune); err != nil {
		return f, err
	}
	if f.From, err = day("dal", in.Dal, 0); err != nil {
		return f, err
	}
	f.To, err = day("al", in.Al, 1)
	return f, err
}
