package api

import (
	"context"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// attivita routes what shows who did what and when.
func (a *API) attivita() {
	handle(a, getTable[projections.RigaAttivita](a, "list-attivita", "/api/v1/attivita", registro, "Elenca chi ha fatto che cosa e quando",
		"Richieste, decisioni, documenti, letture e ricerche, accessi, concessioni e ciò che è stato rifiutato, dal più recente, con la postazione da cui è stato fatto: "+
			"a chi amministra, del proprio Comune o della propria coppia di Ente e Comune."), a.listAttivita)
}

type listAttivitaInput struct {
	Paged
	Tabled
	OfPair
	Genere     string `query:"genere" enum:"richieste,decisioni,documenti,letture,accessi,concessioni,impostazioni,rifiuti" doc:"Un genere di atti"`
	Utente     string `query:"utente" doc:"UUID di chi ha agito"`
	Codice     string `query:"codice" doc:"Codice utente di chi ha agito" example:"U-7K3QX-Z02MD"`
	Postazione string `query:"postazione" doc:"UUID della postazione"`
	Azione     string `query:"azione" doc:"Nome dell'operazione" example:"request-visura"`
	Esito      string `query:"esito" doc:"ok, begun per ciò che si stava per cambiare delle credenziali, o il codice del rifiuto" example:"forbidden"`
	Rifiutati  string `query:"rifiutati" enum:"true,false" doc:"Solo ciò che è stato rifiutato, o solo ciò che non lo è stato"`
	Dal        string `query:"dal" doc:"Dal giorno AAAA-MM-GG, ora italiana" example:"2026-01-31"`
	Al         string `query:"al" doc:"Fino al giorno AAAA-MM-GG compreso, ora italiana" example:"2026-12-31"`
}

// listAttivita shows what people did, to who administers them.
func (a *API) listAttivita(ctx context.Context, in *listAttivitaInput) (*tableOutput, error) {
	reach, err := a.Reach(ctx)
	if err == nil && !reach.Appoints {
		err = domain.Errorf(domain.Forbidden, "le attività le vede chi amministra gli utenti")
	}
	if err != nil {
		return nil, err
	}
	filter, err := in.filter(ctx)
	if err != nil {
		return nil, err
	}
	return showOrTable(ctx, a, register[projections.RigaAttivita]{
		rests: []engine.Projection{projections.Attivita{}, projections.Storia{}, projections.Dettaglio{}},
		id:    func(r projections.RigaAttivita) string { return string(r.Utente) },
		page: func(ctx context.Context, reach domain.Reach, cursor string, limit int) (projections.PaginaDi[projections.RigaAttivita], error) {
			filter.Cursor, filter.Limit = cursor, limit
			return a.Attivita.Page(ctx, reach, filter)
		},
	}, in.Paged, in.Tabled, table.Attivita)
}

func (in *listAttivitaInput) filter(ctx context.Context) (f projections.FiltroAttivita, err error) {
	f = projections.FiltroAttivita{
		Genere: projections.Genere(in.Genere), Codice: strings.ToUpper(in.Codice), Action: in.Azione, Outcome: in.Esito, Rifiutati: either(in.Rifiutati),
	}
	if f.Comune, f.Ente, err = in.parse(ctx); err != nil {
		return f, err
	}
	if f.Utente, err = optional("utente", in.Utente, domain.ParseUtenteID); err != nil {
		return f, err
	}
	if f.Postazione, err = optional("postazione", in.Postazione, domain.ParsePostazioneID); err != nil {
		return f, err
	}
	if f.From, err = day("dal", in.Dal, 0); err != nil {
		return f, err
	}
	f.To, err = day("al", in.Al, 1)
	return f, err
}
