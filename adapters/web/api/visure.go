package api

import (
	"net/http"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// visura names a request in an address.
var visura = named(visure, "/api/v1/visure/", domain.ParseVisuraID)

// visure routes what is done with requests.
func (a *API) visure() {
	commandThen(a, visura, "request-visura", http.MethodPut, "", commands.RequestVisura{
		Comune: "042002", Tipo: string(domain.Residenza), Soggetto: commands.SoggettoRichiesto{CodiceFiscale: "RSSMRA80A01H501U"}, Finalita: "ISEE", NumeroPratica: "2026/004711",
	}, "Chiede una visura", "L'identificativo è scelto da chi chiede: ripetere la stessa richiesta con lo stesso identificativo non ha altro effetto, "+
		"una richiesta diversa con un identificativo già usato è rifiutata. Con `Prefer: wait=N` la risposta è 200 con la visura se l'esito, "+
		"o l'attesa di conferma, arriva in tempo; altrimenti 202, e la richiesta prosegue.", a.outcome)
	command(a, visura, "approve-visura", http.MethodPost, "/approval", commands.ApproveVisura{},
		"Conferma una richiesta in attesa", "Spetta all'Anagrafe del Comune, mai a chi ha fatto la richiesta. Ripetuta, non ha altro effetto.")
	command(a, visura, "reject-visura", http.MethodPost, "/rejection", commands.RejectVisura{Motivo: "pratica_non_riscontrata"},
		"Rifiuta una richiesta in attesa", "Spetta all'Anagrafe del Comune, con un motivo. Decorso il termine del silenzio-assenso la richiesta è già confermata.")
	command(a, visura, "withdraw-visura", http.MethodPost, "/withdrawal", commands.WithdrawVisura{},
		"Ritira una propria richiesta in attesa", "Spetta a chi ha fatto la richiesta, finché nessuno ha deciso.")
	handle(a, getTable[projections.RigaElenco](a, "list-visure", "/api/v1/visure", visure, "Elenca le visure",
		"Dalla più recente, quelle che chi chiama può vedere: l'operatore le proprie, l'ADMIN quelle dell'Ente ai Comuni che gli hanno dato il ruolo, l'Anagrafe e chi verifica "+
			"quelle del Comune. Le pagine seguono il cursore `next`: ciò che arriva nel frattempo non fa saltare né ripetere nulla."), a.list)
	handle(a, readVisura, a.read)
	handle(a, downloadVisura, a.download)
	handle(a, downloadWithReason, a.downloadWithReason)
}
