package api

import (
	"context"
	"net/http"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// rifiuto is the decision that refuses; the other one confirms.
const rifiuto = "rifiuto"

var decideVisure = func() operation {
	o := post("decide-visure", "/api/v1/visure/decisions", visure, "Decide su più richieste in attesa",
		"Spetta all'Anagrafe del Comune. La stessa decisione, con lo stesso motivo, su 100 visure al più: ciascuna è decisa per sé, alla revisione che si è letta, "+
			"e quella su cui non si può decidere non ferma le altre; la risposta dice di ciascuna, nell'ordine, che cosa ne è stato. Ripetuta, non ha altro effetto.")
	o.problems = []int{http.StatusForbidden}
	o.example = decisione{Decisione: rifiuto, Motivo: "pratica_non_riscontrata", Visure: []edge.Chosen{{ID: "5b1f6a4e-7f0c-4a54-9a53-3f2f0a9d2c11", Revision: 4}}}
	return o
}()

// decisione is one decision on several requests.
type decisione struct {
	Decisione string        `json:"decisione" enum:"conferma,rifiuto" doc:"Che cosa si decide"`
	Motivo    string        `json:"motivo,omitempty" doc:"Codice del motivo, di un rifiuto" example:"pratica_non_riscontrata"`
	Testo     string        `json:"testo,omitempty" maxLength:"1000" doc:"Motivazione per i richiedenti, di un rifiuto"`
	Visure    []edge.Chosen `json:"visure" minItems:"1" maxItems:"100" doc:"Le visure su cui si decide, da 1 a 100"`
}

type decisioneInput struct{ Body decisione }

// Decisioni is what became of each of several decisions.
type Decisioni struct {
	Items    []edge.Decided `json:"items"`
	Position string         `json:"position,omitempty"` // of the last event written; empty: none was
}

// decide carries out one decision on several requests.
func (a *API) decide(ctx context.Context, in *decisioneInput) (*bodied[Decisioni], error) {
	if _, err := a.confirming(ctx); err != nil {
		return nil, err
	}
	for _, one := range in.Body.Visure {
		if _, err := domain.ParseVisuraID(string(one.ID)); err != nil {
			return nil, edge.At("visure", err)
		}
	}
	var cmd commands.Command[domain.Visura] = commands.ApproveVisura{}
	if in.Body.Decisione == rifiuto {
		cmd = commands.RejectVisura{Motivo: in.Body.Motivo, Testo: in.Body.Testo}
	}
	all, last, err := a.Decide(ctx, in.Body.Visure, cmd)
	if err != nil {
		return nil, err
	}
	out := Decisioni{Items: all}
	if last != (domain.Position{}) {
		out.Position = last.String()
	}
	return answer(out), nil
}

// confirming is what an officer may know of; it refuses who is none.
func (a *API) confirming(ctx context.Context) (domain.Reach, error) {
	reach, err := a.Reach(ctx)
	if err == nil && !reach.Confirms {
		err = domain.Errorf(domain.Forbidden, "la conferma spetta all'Anagrafe del Comune")
	}
	return reach, err
}

type queueInput struct {
	Paged
	Tabled
}

// queue shows what awaits an officer, by deadline.
func (a *API) queue(ctx context.Context, in *queueInput) (*tableOutput, error) {
	if _, err := a.confirming(ctx); err != nil {
		return nil, err
	}
	return showOrTable(ctx, a, register[projections.RigaElenco]{
		rests: []engine.Projection{projections.Elenco{}},
		id:    func(r projections.RigaElenco) string { return string(r.ID) },
		page: func(ctx context.Context, reach domain.Reach, cursor string, limit int) (projections.PaginaDi[projections.RigaElenco], error) {
			return a.Elenco.Waiting(ctx, reach, projections.FiltroCoda{Cursor: cursor, Limit: limit})
		},
	}, in.Paged, in.Tabled, table.Visure)
}
