package projections

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// timeline adds the entries of events, and removes the notes of visure that are
// erased by one of them.
func timeline(w *engine.Writer, events []domain.Recorded) error {
	var erased []string
	for _, r := range events {
		if _, ok := r.Event.(domain.VisuraErased); ok {
			id, _ := domain.VisuraOf(r.Stream)
			erased = append(erased, string(id))
		}
	}
	entries := &rows{table: "dettaglio_evento", key: visuraKey}
	for _, r := range events {
		if id, ok := domain.VisuraOf(r.Stream); ok {
			enter(entries, r, slices.Contains(erased, string(id)))
		}
	}
	if len(erased) > 0 {
		w.Queue(`UPDATE dettaglio_evento SET nota = NULL WHERE visura_id = ANY($1::uuid[]) AND nota IS NOT NULL`, erased)
	}
	return entries.write(w)
}

// enter adds the entry of one event of a visura: who did what and when.
func enter(entries *rows, r domain.Recorded, erased bool) {
	by := r.Meta.By
	var effective *time.Time
	if e, ok := r.Event.(domain.VisuraApproved); ok && !e.Effective.Equal(r.Meta.At) {
		effective = &e.Effective
	}
	var nota domain.Sealed
	if !erased {
		nota = note(r)
	}
	entries.enter(r,
		text("type", r.Event.EventType()), instant("at", r.Meta.At), instantOrNone("effective", effective),
		uuid("utente", by.Utente), text("role", by.Role), uuid("ente", by.Ente), textOrNone("comune", by.Comune),
		textOrNone("postazione", by.Postazione), text("testo", said(r.Event)), sealed("nota", nota),
		number("commit_position", r.Position.Commit), number("prepare_position", r.Position.Prepare))
}

// note returns the free text of an event, which is personal data, as it is
// sealed; zero when it has none.
func note(r domain.Recorded) domain.Sealed {
	switch r.Event.(type) {
	case domain.VisuraRejected, domain.VisuraWithdrawn, domain.ConfirmationSuspended, domain.ConfirmationResumed, domain.VisuraNotIssuable, domain.VisuraDownloaded, domain.VisuraRevoked:
		return r.Sealed
	}
	return domain.Sealed{}
}

// spoken is the part of a visura's sealed data that is shown.
type spoken struct {
	Soggetto domain.Soggetto `json:"soggetto"` // of VisuraRequested
	Testo    string          `json:"testo"`    // of VisuraRejected, VisuraWithdrawn and VisuraRevoked
	Detail   string          `json:"detail"`   // of VisuraNotIssuable: ANPR's own words
	Domanda  string          `json:"domanda"`  // of ConfirmationSuspended
	Risposta string          `json:"risposta"` // of ConfirmationResumed
	Motivo   string          `json:"motivo"`   // of VisuraDownloaded, by who administers
}

// said describes an event in Italian, without personal data.
func said(e domain.Event) string {
	switch e := e.(type) {
	case domain.VisuraRequested:
		return "Richiesta di visura: " + title(e.Tipo)
	case domain.ConfirmationAwaited:
		if e.Due == nil {
			return "In attesa di conferma dell'Anagrafe" + expiryText("senza decisione", e.Scade) + versionText(", calendario", e.Calendario)
		}
		return "In attesa di conferma dell'Anagrafe; il silenzio vale assenso dal " + domain.ItalianMoment(*e.Due) + versionText(", calendario", e.Calendario)
	case domain.ConfirmationSuspended:
		return "L'Anagrafe chiede al richiedente; il termine è sospeso" + expiryText("senza risposta", e.Scade)
	case domain.ConfirmationResumed:
		if e.Due == nil {
			return "Risposta del richiedente" + expiryText("senza decisione", e.Scade)
		}
		return "Risposta del richiedente; il silenzio vale assenso dal " + domain.ItalianMoment(*e.Due)
	case domain.ConfirmationAssigned:
		return "Affidata a " + e.Utente.Codice()
	case domain.VisuraApproved:
		return approvedText(e.Conferma)
	case domain.VisuraRejected:
		return "Rifiutata dall'Anagrafe: " + rejectedText(e.Motivo)
	case domain.VisuraWithdrawn:
		return "Ritirata dal richiedente"
	case domain.VisuraLapsed:
		return "Decaduta: " + domain.LapsedText(e.Item)
	case domain.VisuraExpired:
		return "Scaduta dal " + domain.ItalianMoment(e.Effective) + ": " + domain.ExpiredText(e.Domanda)
	case domain.ResidentSought:
		return queryText(domain.QueryStarted(e))
	case domain.NotResident:
		return "La persona non è tra gli iscritti del Comune"
	case domain.QueryStarted:
		return queryText(e)
	case domain.QueryDeferred:
		return deferredText(e)
	case domain.VisuraIssued:
		return "Visura emessa con il numero " + string(e.Numero) + versionText(", modello documento", e.Modello)
	case domain.VisuraNotIssuable:
		return "Visura non emettibile: " + domain.NotIssuableText(e.Reason)
	case domain.VisuraFailed:
		return failedText(e.Code)
	case domain.VisuraDownloaded:
		return "Documento scaricato"
	case domain.RequesterTold:
		return "Chi ha chiesto è avvisato per posta elettronica"
	case domain.PracticeCorrected:
		return "Numero di pratica corretto: da " + e.Precedente + " a " + e.NumeroPratica
	case domain.VisuraRevoked:
		return "Revocata dall'Anagrafe: " + revokedText(e.Motivo)
	case domain.RevocationAnnounced:
		return announcedText(len(e.Utenti))
	case domain.VisuraErased:
		return "Dati della persona cancellati"
	}
	return e.EventType()
}

// expiryText says when a request expires without something, if it does.
func expiryText(without string, scade *time.Time) string {
	if scade == nil {
		return ""
	}
	return "; " + without + " scade il " + domain.ItalianMoment(*scade)
}

// queryText says which attempt to ask ANPR an intent is, and how far it asks where that
// was kept.
func queryText(e domain.QueryStarted) string {
	where := map[domain.Ambito]string{domain.Comunale: " fra gli iscritti del Comune", domain.Nazionale: " in tutti i Comuni"}
	return fmt.Sprintf("Interrogazione di ANPR%s, tentativo %d", where[e.Ambito], e.Attempt)
}

// versionText names a version of what is the Comune's, if there is one.
func versionText(of string, versione int) string {
	if versione == 0 {
		return ""
	}
	return fmt.Sprintf("%s versione %d", of, versione)
}

func title(t domain.Tipo) string {
	return cmp.Or(documento.Title(t), string(t))
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

func revokedText(motivo string) string {
	if testo, ok := domain.MotivoRevocaText(motivo); ok {
		return testo
	}
	return motivo
}

func announcedText(people int) string {
	switch people {
	case 0:
		return "Revoca: nessuno da avvisare per posta elettronica"
	case 1:
		return "Revoca: avvisata per posta elettronica 1 persona"
	}
	return fmt.Sprintf("Revoca: avvisate per posta elettronica %d persone", people)
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
	return why + "; nuovo tentativo dal " + domain.ItalianMoment(e.RetryAt)
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
