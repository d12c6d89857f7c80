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

// ricertificazione names a review of who may act in an address.
var ricertificazione = named(ricertificazioni, "/api/v1/ricertificazioni/", domain.ParseRicertificazioneID)

// ricertificazioni routes what is done with reviews of who may act, and what is read of
// them.
func (a *API) ricertificazioni() {
	command(a, ricertificazione, "open-ricertificazione", http.MethodPut, "", commands.OpenRicertificazione{Ente: someEnte, Comune: somewhere, Entro: date(2026, 12, 31)},
		"Apre la ricertificazione degli utenti e delle finalità di un Ente", "L'identificativo lo sceglie chi chiede. Da confermare è chi ha un ruolo in quel momento, e ogni finalità dell'atto: chi alla fine "+
			"dell'ultimo giorno non è confermato è sospeso, e una finalità non confermata è inibita. Gli amministratori dell'Ente e i TOP sono avvisati all'apertura e sette giorni prima.", stepUp)
	command(a, ricertificazione, "confirm-utente", http.MethodPost, "/confirmations", commands.ConfirmUtente{Utente: someUtente},
		"Conferma un utente", "Gli operatori li conferma l'amministratore dell'Ente o il Comune, gli amministratori il Comune; nessuno conferma sé stesso.")
	command(a, ricertificazione, "confirm-purpose", http.MethodPost, "/purpose-confirmations", commands.ConfirmPurpose{Finalita: "ISEE"},
		"Conferma una finalità", "Dice che è ancora attuale: lo può dire l'amministratore dell'Ente o il Comune. Non aggiunge nulla a ciò che l'atto ammette.")
	handle(a, getTable[projections.RigaRicertificazione](a, "list-ricertificazioni", "/api/v1/ricertificazioni", ricertificazioni, "Elenca le ricertificazioni",
		"Dalla più recente, quelle che chi chiama può vedere."), a.listRicertificazioni)
	handle(a, readRicertificazione, a.readRicertificazione)
}

type listRicertificazioniInput struct {
	Paged
	Tabled
	OfPair
	Aperte bool `query:"aperte" doc:"Solo quelle non ancora concluse"`
}

func (a *API) listRicertificazioni(ctx context.Context, in *listRicertificazioniInput) (*tableOutput, error) {
	filter := projections.FiltroRicertificazioni{Open: in.Aperte}
	var err error
	if filter.Comune, filter.Ente, err = in.parse(ctx); err != nil {
		return nil, err
	}
	return showOrTable(ctx, a, register[projections.RigaRicertificazione]{
		rests: []engine.Projection{projections.Ricertificazioni{}},
		id:    func(r projections.RigaRicertificazione) string { return string(r.ID) },
		page: func(ctx context.Context, reach domain.Reach, cursor string, limit int) (projections.PaginaDi[projections.RigaRicertificazione], error) {
			filter.Cursor, filter.Limit = cursor, limit
			return a.Ricertificazioni.Page(ctx, reach, filter)
		},
	}, in.Paged, in.Tabled, table.Ricertificazioni)
}

var readRicertificazione = func() operation {
	o := get("read-ricertificazione", "/api/v1/ricertificazioni/{id}", ricertificazioni, "Legge una ricertificazione",
		"Con chi e quali finalità sono confermati, da chi, e chi manca; di ogni finalità, quante richieste l'hanno indicata. La lettura resta nel registro degli accessi.", http.StatusNotFound)
	o.object = ricertificazione.object
	return o
}()

type readRicertificazioneInput struct {
	Named
	AtLeast
}

func (a *API) readRicertificazione(ctx context.Context, in *readRicertificazioneInput) (*bodied[projections.RicertificazioneDettaglio], error) {
	if _, err := ricertificazione.stream(in.ID); err != nil {
		return nil, err
	}
	reach, err := a.reached(ctx, in.AtLeast, projections.Ricertificazioni{})
	if err != nil {
		return nil, err
	}
	review, err := a.Ricertificazioni.One(ctx, reach, domain.RicertificazioneID(in.ID))
	if err != nil {
		return nil, err
	}
	edge.Of(ctx).Concerns(review.Comune)
	if err := a.JournalRead(ctx); err != nil {
		return nil, err
	}
	return answer(review), nil
}
