package projections

import "cmp"

// AzioneText is an action of the journal as people know it. One for which there are no
// words is shown by its name.
func AzioneText(action string) string { return cmp.Or(azioni[action], action) }

// azioni are the actions of the journal as people know them.
var azioni = map[string]string{
	"accept-instructions": "Istruzioni accettate", "activate-convenzione": "Atto attivato", "add-passkey": "Passkey registrata",
	"amend-convenzione": "Bozza di un atto riscritta", "amend-ente": "Dati di un Ente cambiati", "amend-utente": "Dati di un utente cambiati",
	"appoint-utente": "Nomina scritta", "approve-grant": "Proposta approvata", "approve-postazione": "Postazione autorizzata", "approve-visura": "Richiesta confermata", "answer-question": "Risposta all’Anagrafe", "assign-confirmation": "Richiesta presa in carico o passata",
	"assign-profile": "Profilo assegnato", "attach-annex": "File allegato a un atto", "begin-passkey-registration": "Registrazione di una passkey",
	"begin-step-up": "Secondo fattore", "begin-totp": "Registrazione dei codici a tempo", "call-off-absence": "Assenza ritirata",
	"change-password": "Password cambiata", "choose-capacity": "Ruolo scelto", "choose-notices": "Avvisi per posta elettronica scelti", "choose-shortcuts": "Scorciatoie da tastiera", "close-ufficio": "Ufficio chiuso", "compare-modello": "Modello documento confrontato",
	"confirm-purpose": "Finalità confermata", "confirm-utente": "Utente confermato", "connect-comune": "Collegamento ad ANPR sostituito", "declare-absence": "Assenza dichiarata", "decide-visure": "Decisione su più richieste",
	"correct-practice": "Numero di pratica corretto", "define-profile": "Profilo definito", "disable-nazionale": "Visure nazionali non più ammesse", "download-annex": "Allegato scaricato", "download-massiva": "Documenti di una richiesta massiva scaricati",
	"download-visura": "Documento scaricato", "download-visura-with-reason": "Documento scaricato, con motivo", "draft-convenzione": "Bozza di un atto",
	"enable-nazionale": "Visure nazionali ammesse", "end-convenzione": "Atto cessato", "enrol-totp": "Codici a tempo registrati",
	"finish-passkey": "Accesso con passkey", "finish-sign-in": "Accesso, secondo fattore", "give-collection": "Incarico del ritiro dato", "give-role": "Ruolo attribuito",
	"grant-massive": "Richieste massive ammesse", "end-massive": "Richieste massive non più ammesse", "grant-nazionale": "Abilitazione nazionale", "import-utenti": "Utenti importati", "invite-utente": "Invito", "keep-stemma": "Stemma caricato", "issue-token": "Token dato a un applicativo",
	"link-postazione": "Collegamento per una postazione", "list-accessi": "Registro degli accessi consultato", "list-attivita": "Elenco delle attività", "list-applicativi": "Elenco degli applicativi",
	"list-avvisi": "Elenco degli avvisi", "list-coda": "Coda di conferma", "list-comuni": "Elenco dei Comuni", "list-convenzione-rights": "Diritti di un Ente consultati", "list-convenzioni": "Elenco degli atti", "list-enti": "Elenco degli Enti", "list-casi": "Elenco dei casi di allarme",
	"list-massive": "Elenco delle richieste massive", "list-postazioni": "Elenco delle postazioni", "list-profili": "Elenco dei profili", "list-ricertificazioni": "Elenco delle ricertificazioni",
	"list-utenti": "Elenco degli utenti", "list-visure": "Elenco delle visure", "follow-visure": "Cambiamenti delle visure seguiti", "make-recovery-codes": "Codici di recupero fatti",
	"name-top": "TOP nominato", "name-ufficio": "Ufficio nominato", "nowhere": "Indirizzo inesistente", "open-ricertificazione": "Ricertificazione aperta", "preview-calendario": "Anteprima di un calendario", "preview-convenzione": "Anteprima di un atto",
	"preview-modello": "Anteprima di un modello documento", "preview-profile": "Anteprima di un profilo", "preview-withdraw-profile": "Anteprima del ritiro di un profilo", "print-appointment": "Lettera di nomina stampata",
	"propose-grant": "Concessione proposta", "propose-postazione": "Postazione proposta", "propose-reset": "Reimpostazione proposta", "publish-avviso": "Avviso pubblicato", "publish-instructions": "Istruzioni pubblicate", "publish-modello": "Modello documento pubblicato",
	"read-account": "Profilo consultato", "read-applicativo": "Applicativo consultato", "read-calendario": "Calendario dell’ufficio consultato", "read-coda": "Richiesta in attesa consultata", "read-comune": "Comune consultato", "read-convenzione": "Atto consultato", "read-caso": "Caso di allarme consultato", "read-regole-allarme": "Regole di allarme consultate",
	"read-ente": "Ente consultato", "read-massiva": "Richiesta massiva consultata", "read-instructions": "Istruzioni lette", "read-postazione": "Postazione consultata", "read-profilo": "Profilo di abilitazione consultato",
	"read-ricertificazione": "Ricertificazione consultata", "read-session": "Sessione", "read-stemma": "Stemma mostrato", "read-utente": "Utente consultato", "read-utente-rights": "Diritti di un utente consultati",
	"read-visura": "Visura consultata", "readmit-purpose": "Finalità riammessa", "recover-password": "Altra password chiesta", "register-applicativo": "Applicativo registrato", "register-ente": "Ente registrato",
	"register-comune": "Comune registrato", "register-utente": "Utente registrato", "reinstate-applicativo": "Applicativo riabilitato", "reinstate-utente": "Utente riabilitato", "reject-grant": "Proposta respinta", "read-statistiche": "Statistiche consultate",
	"reject-visura": "Richiesta rifiutata", "remove-passkey": "Passkey tolta", "remove-top": "TOP tolto", "request-massiva": "Richiesta massiva", "request-massiva-file": "Richiesta massiva, da un file", "request-visura": "Visura chiesta", "resume-massiva": "Richiesta massiva fatta proseguire", "resume-convenzione": "Atto ripreso",
	"revoke-visura": "Visura revocata", "revoke-nazionale": "Abilitazione nazionale revocata", "revoke-postazione": "Postazione revocata", "revoke-session": "Sessione chiusa", "revoke-token": "Token revocato",
	"search": "Ricerca", "search-person": "Ricerca di una persona", "set-regola-allarme": "Regola di allarme indicata", "lift-regola-allarme": "Regola di allarme propria di un Ente tolta", "open-caso": "Caso di allarme aperto", "take-caso": "Caso di allarme preso in carico", "close-caso": "Caso di allarme chiuso", "set-calendario": "Calendario dell’ufficio indicato", "set-contatti": "Recapiti del Comune indicati", "set-password": "Password impostata",
	"set-rules": "Regole del Comune indicate", "sign-in": "Accesso", "sign-out": "Uscita", "step-up": "Secondo fattore usato", "suspend-applicativo": "Applicativo sospeso",
	"suspend-convenzione": "Atto sospeso", "suspend-utente": "Utente sospeso", "unblock-utente": "Utente sbloccato", "take-collection": "Incarico del ritiro tolto", "take-role": "Ruolo tolto",
	"suspend-confirmation": "Domanda al richiedente", "test-connection": "Collegamento ad ANPR provato", "withdraw-assignment": "Profilo ritirato", "withdraw-massiva": "Richiesta massiva ritirata", "withdraw-avviso": "Avviso ritirato", "withdraw-profile": "Profilo di abilitazione ritirato", "withdraw-visura": "Richiesta ritirata",
	"begin-gateway": "Accesso con SPID o CIE, inizio", "begin-passkey": "Accesso con passkey, inizio", "enrol-postazione": "Postazione collegata", "finish-gateway": "Accesso con SPID o CIE",
	"home": "Pagina iniziale", "lookup-ente": "Ricerca di un Ente", "read-declaration": "Dichiarazione di accessibilità", "read-guide": "Guida",
	"read-privacy": "Informativa", "read-problems": "Elenco dei rifiuti", "redeem-invitation": "Invito usato", "search-utenti": "Ricerca di un utente",
	"send-comment": "Segnalazione inviata", "show-assign-profile": "Modulo per assegnare un profilo", "show-define-profile": "Modulo di un profilo", "show-draft-convenzione": "Modulo di un atto",
	"show-import-utenti": "Modulo per importare utenti", "show-open-ricertificazione": "Modulo di una ricertificazione", "show-propose-postazione": "Modulo di una postazione", "show-register-ente": "Modulo di un Ente",
	"show-register-utente": "Modulo di un utente", "show-request-massiva": "Modulo di una richiesta massiva", "show-request": "Modulo di una richiesta", "show-search": "Pagina di ricerca", "verify": "Verifica di un documento",
}
