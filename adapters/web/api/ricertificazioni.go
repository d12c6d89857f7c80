package api

import (
	"context"
	"net/http"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// ricertificazione names a review of who may act in an address.
var ricertificazione = named(ricertificazioni, "/api/v1/ricertificazioni/", domain.ParseRicertificazioneID)

// ricertificazioni routes what is done with reviews of who may act, and what is read of
// them.
func (a *API) ricertificazioni() {
	command(a, ricertificazione, "open-ricertificazione", http.MethodPut, "", commands.OpenRicertificazione{Ente: someEnte, Comune: somewhere, Entro: date(2026, 12, 31)},
		"Apre la ricertificazione degli utenti di un Ente", "L'identificativo lo sceglie chi chiede. Da confermare è chi ha un ruolo in quel momento: chi alla fine "+
			"dell'ultimo giorno non è confermato è sospeso. Gli amministratori dell'Ente e i TOP sono avvisati all'apertura e sette giorni prima.", stepUp)
	command(a, ricertificazione, "confirm-utente", http.MethodPost, "/confirmations", commands.ConfirmUtente{Utente: someUtente},
		"Conferma un utente", "Gli operatori li conferma l'amministratore dell'Ente o il Comune, gli amministratori il Comune; nessuno conferma sé stesso.")
	handle(a, listRicertificazioni, a.listRicertificazioni)
	handle(a, readRicertificazione, a.readRicertificazione)
}

var listRicertificazioni = get("list-ricertificazioni", "/api/v1/ricertificazioni", ricertificazioni, "Elenca le ricertificazioni",
	"Dalla più recente, quelle che chi chiama può vedere. La lettura resta nel registro degli accessi.")

type listRicertificazioniInput struct {
	Comune  string `query:"comune" doc:"Codice ISTAT del Comune" example:"042002"`
	Ente    string `query:"ente" doc:"UUID dell'Ente"`
	Aperte  bool   `query:"aperte" doc:"Solo quelle non ancora concluse"`
	Cursor  string `query:"cursor" doc:"next della pagina precedente"`
	Limit   int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Ricertificazioni per pagina"`
	AtLeast string `query:"at_least" doc:"Posizione che la lettura deve aver raggiunto; attende per qualche secondo" example:"48211-48211"`
}

func (a *API) listRicertificazioni(ctx context.Context, in *listRicertificazioniInput) (*bodied[projections.PaginaDi[projections.RigaRicertificazione]], error) {
	filter := projections.FiltroRicertificazioni{Open: in.Aperte, Cursor: in.Cursor, Limit: in.Limit}
	var err error
	if in.Comune != "" {
		if filter.Comune, err = domain.ParseCodiceISTAT(in.Comune); err != nil {
			return nil, err
		}
	}
	if in.Ente != "" {
		if filter.Ente, err = domain.ParseEnteID(in.Ente); err != nil {
			return nil, edge.At("ente", err)
		}
	}
	reach, err := a.Reach(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.Await(ctx, projections.Ricertificazioni{}.Name(), in.AtLeast); err != nil {
		return nil, err
	}
	page, err := a.Ricertificazioni.Page(ctx, reach, filter)
	if err != nil {
		return nil, edge.At("cursor", err)
	}
	shown := make([]string, len(page.Items))
	for i, row := range page.Items {
		shown[i] = string(row.ID)
	}
	if err := a.JournalRead(ctx, shown...); err != nil {
		return nil, err
	}
	return answer(page), nil
}

var readRicertificazione = func() operation {
	o := get("read-ricertificazione", "/api/v1/ricertificazioni/{id}", ricertificazioni, "Legge una ricertificazione",
		"Con chi è confermato, da chi, e chi manca. La lettura resta nel registro degli accessi.", http.StatusNotFound)
	o.object = ricertificazione.object
	return o
}()

type readRicertificazioneInput struct {
	Named
	AtLeast string `query:"at_least" doc:"Posizione che la lettura deve aver raggiunto; attende per qualche secondo" example:"48211-48211"`
}

func (a *API) readRicertificazione(ctx context.Context, in *readRicertificazioneInput) (*bodied[projections.RicertificazioneDettaglio], error) {
	if _, err := ricertificazione.stream(in.ID); err != nil {
		return nil, err
	}
	reach, err := a.Reach(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.Await(ctx, projections.Ricertificazioni{}.Name(), in.AtLeast); err != nil {
		return nil, err
	}
	review, err := a.Ricertificazioni.One(ctx, reach, domain.RicertificazioneID(in.ID))
	if err != nil {
		return nil, err
	}
	if err := a.JournalRead(ctx); err != nil {
		return nil, err
	}
	return answer(review), nil
}
