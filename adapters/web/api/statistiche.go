package api

import (
	"context"

	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// statistiche routes what counts requests.
func (a *API) statistiche() {
	handle(a, getOrTable[projections.QuadroStatistico](a, "read-statistiche", "/api/v1/statistiche", statistiche, "Conta le richieste di un periodo",
		"Quante richieste, che esito hanno ora e in quanto tempo è venuto il documento: il TOP conta quelle rivolte al Comune, l'ADMIN quelle del suo Ente ai Comuni per cui opera; nessun altro conta. "+
			"Un giorno è quello della richiesta, ora italiana."), a.readStatistiche)
}

type statisticheInput struct {
	AtLeast
	Tabled
	OfPair
	Dal string `query:"dal" doc:"Dal giorno AAAA-MM-GG, ora italiana; assente: trenta giorni in tutto" example:"2026-01-31"`
	Al  string `query:"al" doc:"Fino al giorno AAAA-MM-GG compreso, ora italiana; assente: oggi" example:"2026-12-31"`
	Per string `query:"per" doc:"Come si raggruppa; la conferma è quella avvenuta, il motivo quello per cui non c'è un documento" enum:"giorno,settimana,mese,tipo,ente,utente,ambito,conferma,esito,motivo" default:"giorno"`
}

func (a *API) readStatistiche(ctx context.Context, in *statisticheInput) (*tableOutput, error) {
	filter, err := a.counted(ctx, in)
	if err != nil {
		return nil, err
	}
	reach, err := a.reached(ctx, in.AtLeast, projections.Statistiche{})
	if err != nil {
		return nil, err
	}
	found, err := a.Statistiche.Of(ctx, reach, filter)
	if err != nil {
		return nil, err
	}
	if err := a.JournalRead(ctx); err != nil {
		return nil, err
	}
	format, ok := in.wanted()
	if !ok {
		return untabled(a, found)
	}
	written := table.New(format, table.Statistiche)
	written.Add(found.Righe...)
	file, err := written.Bytes()
	if err != nil {
		return nil, err
	}
	return fileOf(format, "statistiche", file), nil
}

// counted is what the parameters say is to be counted.
func (a *API) counted(ctx context.Context, in *statisticheInput) (f projections.FiltroStatistiche, err error) {
	f.Per = projections.Raggruppamento(in.Per)
	if f.Comune, f.Ente, err = in.parse(ctx); err != nil {
		return f, err
	}
	if f.Dal, err = givenDay("dal", in.Dal); err != nil {
		return f, err
	}
	if f.Al, err = givenDay("al", in.Al); err != nil {
		return f, err
	}
	return f, f.Check(domain.ItalianDay(a.Commands.Now()))
}
