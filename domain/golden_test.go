package domain_test

import (
	"maps"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// golden is one value of every wire name ever stored, as today's types hold it.
// A name stays here for ever, and so does its file.
var golden = merged(goldenVisura, goldenPersons, goldenParties, goldenMassive, goldenCasi)

// merged is several tables as one.
func merged(tables ...map[string]domain.Event) map[string]domain.Event {
	all := map[string]domain.Event{}
	for _, table := range tables {
		maps.Copy(all, table)
	}
	return all
}

// goldenVisura are those of visure and of the journal of accesses.
var goldenVisura = map[string]domain.Event{
	"visura.requested.v1": domain.VisuraRequested{
		Comune: "039002", Ente: enteID, Convenzione: convenzioneID, Atto: 2, Profile: profileID, Ufficio: "tributi",
		Tipo: domain.Residenza, Ambito: domain.Nazionale, Conferma: domain.SilenzioAssenso, OreSilenzio: 12,
		Purpose: domain.Purpose{
			Finalita: "accertamenti-tributari", Descrizione: "Accertamenti in materia di tributi locali",
			BaseGiuridica: "art. 1, comma 179, L. 296/2006", NumeroPratica: "PG-2026/0441",
		},
		Soggetto:     domain.Soggetto{CodiceFiscale: "RSSMRA85T10A562S"},
		SubjectToken: "k1:5a9d0c",
		Quote: []domain.QuotaContata{
			{Quota: domain.Quota{Di: domain.DiUtente, Misura: domain.Richieste, Per: domain.AlGiorno, Limite: 50}, Conto: 12},
			{Quota: domain.Quota{Di: domain.DiComune, Misura: domain.Soggetti, Per: domain.AlGiorno, Limite: 900}, Conto: 341},
		},
		Massiva: &domain.RigaMassiva{Massiva: "1f0b6f4d-2c2b-4c51-8a3e-5d0b7a7c9e10", Riga: 7},
	},
	"visura.confirmation-awaited.v1":   domain.ConfirmationAwaited{Due: &scade, Scade: &scade, Calendario: 2},
	"visura.confirmation-suspended.v1": domain.ConfirmationSuspended{Domanda: "Qual è il legame della persona con la pratica?", Resta: 7*time.Hour + 30*time.Minute, Scade: &scade, Calendario: 2},
	"visura.confirmation-resumed.v1":   domain.ConfirmationResumed{Risposta: "È il coniuge di chi chiede la prestazione.", Due: &scade, Scade: &scade, Calendario: 2},
	"visura.confirmation-assigned.v1":  domain.ConfirmationAssigned{Utente: utenteID},
	"visura.approved.v1":               domain.VisuraApproved{Conferma: domain.SilenzioAssenso, Effective: scade},
	"visura.rejected.v1":               domain.VisuraRejected{Motivo: "pratica_non_riscontrata", Testo: "Il protocollo indicato è di altro ufficio."},
	"visura.withdrawn.v1":              domain.VisuraWithdrawn{Testo: "Chiesta per errore."},
	"visura.resident-sought.v1":        domain.ResidentSought{Attempt: 1, IDOperazioneComune: "0MIC5Q2800A1B2C3D4E5F6G7H", Ambito: domain.Comunale, Numero: numero},
	"visura.not-resident.v1":           domain.NotResident{Attempt: 1, ANPR: "4711"},
	"visura.lapsed.v1":                 domain.VisuraLapsed{Item: domain.LapsedProfile},
	"visura.expired.v1":                domain.VisuraExpired{Effective: scade, Domanda: true},
	"visura.query-started.v1":          domain.QueryStarted{Attempt: 1, IDOperazioneComune: "0MIC5Q2800A1B2C3D4E5F6G7H", Numero: numero},
	"visura.query-deferred.v1":         domain.QueryDeferred{Attempt: 1, Class: domain.FailureRetry, Code: "999", RetryAt: scade},
	"visura.issued.v1": domain.VisuraIssued{
		Numero: numero, SHA256: strings.Repeat("0a1b2c3d", 8), Size: 28411, Pages: 1,
		IDOperazioneANPR: "3000000000101", IDOperazioneComune: "0MIC5Q2800A1B2C3D4E5F6G7H",
		IssuedAt: mattina, Template: "visura-v3", Warnings: []string{"decorrenza_mancante"}, SubjectToken: "k1:5a9d0c",
	},
	"visura.not-issuable.v1": domain.VisuraNotIssuable{
		Reason: domain.ReasonSeveralSubjects, Warnings: []string{"EN131"}, ANPR: "3000000000102", Detail: "Piu' soggetti trovati", SubjectToken: "k1:5a9d0c",
	},
	"visura.failed.v1":               domain.VisuraFailed{Code: domain.FailedTooLong},
	"visura.downloaded.v1":           domain.VisuraDownloaded{SHA256: strings.Repeat("0a1b2c3d", 8), Motivo: "Controllo della qualità delle visure."},
	"visura.requester-told.v1":       domain.RequesterTold{Fatto: domain.FattoDomanda},
	"visura.practice-corrected.v1":   domain.PracticeCorrected{Precedente: "PG-2026/0441", NumeroPratica: "PG-2026/0414"},
	"visura.revoked.v1":              domain.VisuraRevoked{Motivo: "dati_errati", Testo: "L'indirizzo è quello di un omonimo."},
	"visura.revocation-announced.v1": domain.RevocationAnnounced{Utenti: []domain.UtenteID{utenteID}},
	"visura.erased.v1":               domain.VisuraErased{Basis: "conservazione-scaduta"},
	"accesso.recorded.v1": domain.AccessRecorded{
		Action: "request-visura", Route: "PUT /api/v1/visure/{id}", Object: string(visuraID.Stream()), Outcome: "forbidden", Field: "tipo",
		Asked:   domain.Asked{Tipo: domain.Morte, Ambito: domain.Nazionale, Comune: "039002"},
		Filters: []string{"stato=issued", "persona"}, Shown: []string{string(visuraID)}, Count: 12, Span: domain.Span{From: mattina, To: scade},
		Address: "192.0.2.7", Purpose: "monitoraggio",
	},
}
