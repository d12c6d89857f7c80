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
	command(a, visura, "suspend-confirmation", http.MethodPost, "/question", commands.SuspendConfirmation{Domanda: "Qual è il legame della persona con la pratica?"},
		"Chiedi qualcosa al richiedente", "Spetta all'Anagrafe del Comune, su una richiesta in attesa: il termine del silenzio-assenso si ferma fino alla risposta. Una domanda alla volta.")
	command(a, visura, "answer-question", http.MethodPost, "/answer", commands.AnswerQuestion{Risposta: "È il coniuge del richiedente la prestazione."},
		"Rispondi alla domanda dell'Anagrafe", "Spetta a chi ha fatto la richiesta: il termine riprende con le ore d'ufficio che restavano.")
	command(a, visura, "assign-confirmation", http.MethodPost, "/assignment", commands.AssignConfirmation{Utente: "8d1f2c3e-5a7b-4c9d-8e0f-1a2b3c4d5e6f"},
		"Prendi in carico una richiesta, o passala ad altri", "Spetta all'Anagrafe del Comune. Chi se ne occupa si vede nella coda; decidere possono anche gli altri.")
	command(a, visura, "withdraw-visura", http.MethodPost, "/withdrawal", commands.WithdrawVisura{},
		"Ritira una propria richiesta", "Spetta a chi ha fatto la richiesta, finché la visura non è emessa.")
	command(a, visura, "correct-practice", http.MethodPost, "/practice-correction", commands.CorrectPractice{NumeroPratica: "2026/004712"},
		"Corregge il numero di pratica di una propria richiesta", "Spetta a chi ha fatto la richiesta, in qualunque stato, finché i dati non sono cancellati. Il numero vale le stesse regole della richiesta; "+
			"quello di prima resta nella storia e la si trova con entrambi. Il documento resta com'è stampato. Ripetuta, non ha altro effetto.")
	command(a, visura, "revoke-visura", http.MethodPost, "/revocation", commands.RevokeVisura{Motivo: "dati_rettificati"},
		"Revoca una visura emessa", "Spetta all'Anagrafe del Comune, con un motivo. Da allora il documento non si scarica più, la pagina di verifica lo dice revocato e chi l'aveva scaricato "+
			"è avvisato. Ripetuta da chi l'ha revocata per lo stesso motivo, non ha altro effetto; chi viene dopo riceve 409, con chi e quando.")
	handle(a, getTable[projections.RigaElenco](a, "list-visure", "/api/v1/visure", visure, "Elenca le visure",
		"Dalla più recente, quelle che chi chiama può vedere: l'operatore le proprie, l'ADMIN quelle dell'Ente ai Comuni che gli hanno dato il ruolo, l'Anagrafe e chi verifica "+
			"quelle del Comune. Le pagine seguono il cursore `next`: ciò che arriva nel frattempo non fa saltare né ripetere nulla."), a.list)
	handle(a, getTable[projections.RigaElenco](a, "list-coda", "/api/v1/coda", visure, "Elenca le richieste in attesa di conferma",
		"Spetta all'Anagrafe del Comune: per scadenza del silenzio-assenso, poi quelle che non ne hanno, dalla più vecchia. `sospesa_dal` è di quelle su cui una domanda attende risposta, "+
			"`incaricato` di quelle di cui qualcuno si occupa. Le pagine seguono il cursore `next`."), a.queue)
	handle(a, decideVisure, a.decide)
	handle(a, a.followVisure(), a.follow)
	handle(a, readVisura, a.read)
	handle(a, downloadVisura, a.download)
	handle(a, downloadWithReason, a.downloadWithReason)
}
