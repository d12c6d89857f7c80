package projections

import (
	"cmp"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/domain"
)

// timeline queues the entry of one event: who did what and when.
func timeline(q *pgx.Batch, id domain.VisuraID, r domain.Recorded) {
	by := r.Meta.By
	var effective *time.Time
	if e, ok := r.Event.(domain.VisuraApproved); ok && !e.Effective.Equal(r.Meta.At) {
		effective = &e.Effective
	}
	q.Queue(`INSERT INTO dettaglio_evento (visura_id, revision, type, at, effective, utente, role, ente, comune, postazione, testo, nota)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (visura_id, revision) DO NOTHING`,
		id, r.Revision, r.Event.EventType(), r.Meta.At, effective, null(by.Utente), by.Role, null(by.Ente), null(by.Comune),
		null(by.Postazione), said(r.Event), null(nota(r.Event)))
}

// nota returns what people wrote in their own words, which is personal data.
func nota(e domain.Event) string {
	switch e := e.(type) {
	case domain.VisuraRejected:
		return e.Testo
	case domain.VisuraWithdrawn:
		return e.Testo
	case domain.VisuraNotIssuable:
		return e.Detail
	}
	return ""
}

// said tells an event in Italian, free of personal data.
func said(e domain.Event) string {
	switch e := e.(type) {
	case domain.VisuraRequested:
		return "Richiesta di visura: " + titolo(e.Tipo)
	case domain.ConfirmationAwaited:
		if e.Due == nil {
			return "In attesa di conferma dell'Anagrafe"
		}
		return "In attesa di conferma dell'Anagrafe; il silenzio vale assenso dal " + momento(*e.Due)
	case domain.VisuraApproved:
		return approvedText(e.Conferma)
	case domain.VisuraRejected:
		return "Rifiutata dall'Anagrafe: " + rejectedText(e.Motivo)
	case domain.VisuraWithdrawn:
		return "Ritirata dal richiedente"
	case domain.QueryStarted:
		return fmt.Sprintf("Interrogazione di ANPR, tentativo %d", e.Attempt)
	case domain.QueryDeferred:
		return deferredText(e)
	case domain.VisuraIssued:
		return "Visura emessa con il numero " + string(e.Numero)
	case domain.VisuraNotIssuable:
		return "Visura non emettibile: " + domain.NotIssuableText(e.Reason)
	case domain.VisuraFailed:
		return failedText(e.Code)
	case domain.VisuraDownloaded:
		return "Documento scaricato"
	case domain.VisuraErased:
		return "Dati della persona cancellati"
	}
	return e.EventType()
}

func titolo(t domain.Tipo) string {
	return cmp.Or(t.Title(), string(t))
}

func approvedText(c domain.Conferma) string {
	switch c {
	case domain.Manuale:
		return "Confermata dall'Anagrafe"
	case domain.SilenzioAssenso:
		return "Confermata per silenzio-assenso"
	}
	return "Accolta senza necessità di conferma"
}

func rejectedText(motivo string) string {
	if testo, ok := domain.MotivoText(motivo); ok {
		return testo
	}
	return motivo
}

func deferredText(e domain.QueryDeferred) string {
	why := "ANPR non è disponibile"
	switch {
	case e.Class == domain.FailureConfiguration && e.Code != "":
		why = "Il collegamento del Comune con ANPR richiede un intervento (" + e.Code + ")"
	case e.Class == domain.FailureConfiguration:
		why = "Il collegamento del Comune con ANPR richiede un intervento"
	case e.Code != "":
		why = "ANPR non può ancora rispondere (" + e.Code + ")"
	}
	return why + "; nuovo tentativo dal " + momento(e.RetryAt)
}

func failedText(code string) string {
	switch code {
	case domain.FailedTooLong:
		return "Richiesta chiusa: ANPR non ha risposto nel tempo massimo"
	case domain.FailedErased:
		return "Richiesta chiusa: i dati della persona sono stati cancellati"
	}
	return "Richiesta chiusa per motivi tecnici"
}

// momento writes an instant as people in Italy read it.
func momento(t time.Time) string { return domain.ItalianTime(t).Format("02/01/2006 alle 15:04") }
