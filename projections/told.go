package projections

import (
	"fmt"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

// told describes in Italian what was done to a party or a person, without personal
// data; empty for events of other things.
func told(e domain.Event) string {
	for _, tell := range []func(domain.Event) string{toldOfUtente, toldOfGrant, toldOfComune, toldOfConvenzione, toldOfOthers} {
		if text := tell(e); text != "" {
			return text
		}
	}
	return ""
}

func toldOfUtente(e domain.Event) string {
	switch e := e.(type) {
	case domain.UtenteRegistered:
		return "Dati della persona inseriti o aggiornati"
	case domain.UtenteAppointed:
		return "Nomina: " + e.Mansione + in(", ufficio ", e.Ufficio) + in(", ", e.Atto)
	case domain.RoleGiven:
		text := "Ruolo attribuito: " + roleName(e.Role)
		if e.Sostituisce != "" {
			text += ", in sostituzione di " + e.Sostituisce.Codice()
		}
		return text + days(e.Dal, e.Al)
	case domain.RoleTaken:
		return "Ruolo tolto: " + roleName(e.Role)
	case domain.UtenteSuspended:
		return "Utente sospeso" + asAuditor(e.Role) + ": " + map[domain.Suspension]string{
			domain.SuspendedByOrder: "disposta da chi amministra", domain.SuspendedUnused: "utenza non usata da 180 giorni",
			domain.SuspendedUncertain: "non confermata alla ricertificazione",
		}[e.Causa]
	case domain.UtenteReinstated:
		return "Utente riattivato" + asAuditor(e.Role)
	case domain.UtenteBlocked:
		return fmt.Sprintf("Utenza bloccata fino al %s: %s (%d)", domain.ItalianMoment(e.Until), e.Allarme.Text(), e.Count)
	case domain.UtenteUnblocked:
		return "Utenza sbloccata"
	case domain.AbsenceDeclared:
		return "Assenza dichiarata" + days(e.Dal, e.Al)
	case domain.AbsenceCalledOff:
		return "Assenza annullata" + days(e.Dal, domain.Date{})
	case domain.CollectionGiven:
		return "Può scaricare le visure chieste da altri dell'Ente"
	case domain.CollectionTaken:
		return "Non può più scaricare le visure chieste da altri dell'Ente"
	case domain.InstructionsAccepted:
		return fmt.Sprintf("Istruzioni del Comune accettate, versione %d", e.Versione)
	case domain.NoticesChosen:
		return "Avvisi per posta scelti: sulle sue richieste " + yes(e.Richieste) + ", sulla coda di conferma " + yes(!e.SenzaCoda)
	case domain.ResetDone:
		return "Secondo fattore azzerato"
	}
	return ""
}

// yes says whether something is so.
func yes(so bool) string {
	if so {
		return "sì"
	}
	return "no"
}

// asAuditor says as what, if not as everything else.
func asAuditor(role domain.Role) string {
	if role == "" {
		return ""
	}
	return " come " + roleName(role)
}

func toldOfGrant(e domain.Event) string {
	switch e := e.(type) {
	case domain.ProfileAssigned:
		return "Profilo assegnato" + days(e.Dal, e.Al)
	case domain.AssignmentWithdrawn:
		return "Profilo ritirato all'utente"
	case domain.NazionaleGranted:
		return "Visure nazionali autorizzate" + types(e.Tipi)
	case domain.NazionaleRevoked:
		return "Autorizzazione alle visure nazionali revocata"
	case domain.GrantProposed:
		switch {
		case e.Assign != nil:
			return "Proposta: assegnazione di un profilo"
		case e.Nazionale != "":
			return "Proposta: autorizzazione alle visure nazionali" + types(e.Tipi)
		}
		return "Proposta: azzeramento del secondo fattore"
	case domain.GrantApproved:
		return "Proposta approvata" + types(e.Tipi)
	case domain.GrantRejected:
		return "Proposta respinta"
	}
	return ""
}

// types says of how many types; nothing where it is not said.
func types(tipi []domain.TipoConcesso) string {
	switch len(tipi) {
	case 0:
		return ""
	case 1:
		return ", 1 tipo"
	}
	return fmt.Sprintf(", %d tipi", len(tipi))
}

func toldOfComune(e domain.Event) string {
	switch e := e.(type) {
	case domain.ComuneRegistered:
		return "Dati del Comune inseriti o aggiornati"
	case domain.ComuneConnected:
		return "Collegamento ad ANPR impostato (" + e.TipoInvio + ")"
	case domain.ConnectionTested:
		return fmt.Sprintf("Collegamento ad ANPR provato, versione %d: %s", e.Version, e.Outcome) + in(", ", e.Code)
	case domain.OperatorStoodIn:
		return fmt.Sprintf("ANPR ha rifiutato l'operatore della versione %d: risponde il supplente", e.Version)
	case domain.CertificateExpiryAnnounced:
		return fmt.Sprintf("Scadenza dei certificati annunciata, %d giorni prima", e.Days)
	case domain.ContattiSet:
		return "Recapiti aggiornati"
	case domain.TopNamed:
		return "TOP nominato: " + e.Utente.Codice()
	case domain.TopRemoved:
		return "TOP rimosso: " + e.Utente.Codice() + in(", ", e.Motivo)
	case domain.NazionaleEnabled:
		return "Visure nazionali ammesse: " + e.Testo + " (" + e.Atto + ")"
	case domain.NazionaleDisabled:
		return "Visure nazionali non più ammesse" + in(": ", e.Motivo)
	case domain.InstructionsPublished:
		return fmt.Sprintf("Istruzioni pubblicate, versione %d", e.Versione)
	case domain.RulesSet:
		return "Regole aggiornate"
	case domain.AvvisoPublished:
		text := fmt.Sprintf("Avviso n. %d pubblicato", e.Numero)
		if !e.Dal.IsZero() {
			text += ", dal " + domain.ItalianMoment(e.Dal)
		}
		return text + ", fino al " + domain.ItalianMoment(e.Al) + ": " + e.Testo
	case domain.AvvisoWithdrawn:
		return fmt.Sprintf("Avviso n. %d ritirato", e.Numero)
	case domain.ModelloPublished:
		return fmt.Sprintf("Modello documento pubblicato, versione %d", e.Versione)
	case domain.CalendarioSet:
		return fmt.Sprintf("Calendario dell'ufficio indicato, versione %d: silenzio dopo %d ore d'ufficio, attesa di %d giorni", e.Versione, e.OreSilenzio, e.Attesa())
	case domain.RegolaAllarmeSet:
		return toldOfRegola(domain.RegolaAllarme(e))
	case domain.RegolaAllarmeLifted:
		return fmt.Sprintf("Regola %s propria di un Ente tolta: vale quella del Comune", e.Codice)
	case domain.StemmaKept:
		return fmt.Sprintf("Stemma caricato, %d × %d punti", e.Larghezza, e.Altezza)
	}
	return ""
}

// toldOfRegola tells of a version of a rule of alarms.
func toldOfRegola(r domain.RegolaAllarme) string {
	text := fmt.Sprintf("Regola %s, versione %d", r.Codice, r.Versione)
	if r.Ente != "" {
		text += ", per un solo Ente"
	}
	if !r.Attiva {
		return text + ": spenta"
	}
	return text + ": " + r.Text() + ", gravità " + string(r.Gravita)
}

func toldOfConvenzione(e domain.Event) string {
	switch e := e.(type) {
	case domain.ConvenzioneDrafted:
		return "Bozza scritta: " + e.Tipo.Title() + in(", ", e.Estremi) + days(e.Dal, e.Al)
	case domain.ConvenzioneActivated:
		return fmt.Sprintf("Atto n. %d attivato", e.Numero)
	case domain.ConvenzioneSuspended:
		return "Sospesa: " + e.Motivo
	case domain.ConvenzioneResumed:
		return "Ripresa"
	case domain.ConvenzioneEnded:
		return "Cessata: " + e.Motivo
	case domain.PurposesInhibited:
		return "Finalità inibite, non confermate alla ricertificazione: " + strings.Join(e.Finalita, ", ")
	case domain.MassiveGranted:
		return fmt.Sprintf("Richieste massive ammesse per l'atto %d, fino a %d righe: %s", e.Atto, e.Tetto, e.BaseGiuridica)
	case domain.MassiveEnded:
		return fmt.Sprintf("Richieste massive non più ammesse per l'atto %d: %s", e.Atto, e.Motivo)
	case domain.PurposeReadmitted:
		return "Finalità riammessa: " + e.Finalita + in(", ", e.Motivo)
	case domain.AnnexAttached:
		return "Allegato: " + e.Nome
	case domain.ExpiryAnnounced:
		return fmt.Sprintf("Scadenza annunciata, %d giorni prima", e.Giorni)
	}
	return ""
}

func toldOfOthers(e domain.Event) string {
	switch e := e.(type) {
	case domain.EnteRegistered:
		return "Dati dell'Ente inseriti o aggiornati: " + e.Denominazione
	case domain.UfficioNamed:
		return "Ufficio " + e.Codice + ": " + e.Nome
	case domain.UfficioClosed:
		return "Ufficio " + e.Codice + " chiuso"
	case domain.ProfileDefined:
		return "Profilo definito: " + e.Nome + ", " + fmt.Sprint(len(e.Tipi)) + " tipi"
	case domain.ProfileWithdrawn:
		return "Profilo ritirato" + in(": ", e.Motivo)
	case domain.PostazioneProposed:
		return "Postazione proposta: " + e.Nome
	case domain.PostazioneApproved:
		return "Postazione autorizzata"
	case domain.PostazioneEnrolled:
		return "Postazione registrata"
	case domain.PostazioneUnproven:
		return "Senza prova: il certificato è già di un'altra postazione"
	case domain.PostazioneRevoked:
		return "Postazione revocata" + in(": ", e.Motivo)
	case domain.ApplicativoRegistered:
		return "Dati dell'applicativo inseriti o aggiornati: " + e.Nome
	case domain.TokenIssued:
		return "Token " + e.Token + " rilasciato, scade il " + domain.ItalianMoment(e.Expires)
	case domain.TokenRevoked:
		return "Token " + e.Token + " revocato"
	case domain.ApplicativoSuspended:
		return "Applicativo sospeso" + in(": ", e.Motivo)
	case domain.ApplicativoReinstated:
		return "Applicativo riattivato"
	}
	return ""
}

// in puts a text after what leads to it; nothing for no text.
func in(lead, text string) string {
	if text == "" {
		return ""
	}
	return lead + text
}

// days says from when to when.
func days(dal, al domain.Date) string {
	var text string
	if !dal.IsZero() {
		text = " dal " + dal.Italian()
	}
	if !al.IsZero() {
		text += " al " + al.Italian()
	}
	return text
}

// roleName is a role as people call it.
func roleName(r domain.Role) string { return strings.ToUpper(string(r)) }
