package projections

import (
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

// Genere is what kind of act something is.
type Genere string

// The kinds of acts. What was refused is of the kind of what was asked, and of
// GenereRifiuti too.
const (
	GenereRichieste    Genere = "richieste"
	GenereDecisioni    Genere = "decisioni"
	GenereDocumenti    Genere = "documenti"
	GenereAllarmi      Genere = "allarmi"      // cases, and what is done about them
	GenereLetture      Genere = "letture"      // and searches
	GenereAccessi      Genere = "accessi"      // and what people sign in with
	GenereConcessioni  Genere = "concessioni"  // who may do what: people, Enti, acts, profiles, workstations, software
	GenereImpostazioni Genere = "impostazioni" // of the Comune, and people's own
	GenereRifiuti      Genere = "rifiuti"
)

// Generi are the kinds of acts, in the order in which they are offered.
func Generi() []Genere {
	return []Genere{GenereRichieste, GenereDecisioni, GenereDocumenti, GenereAllarmi, GenereLetture, GenereAccessi, GenereConcessioni, GenereImpostazioni, GenereRifiuti}
}

// atti are the actions that events record, as the journal calls them: what is done and what
// is refused have one name. Of an event that is not here nobody is the author: it is a
// consequence, or the work of the system.
var atti = map[string]string{
	"visura.requested.v1": "request-visura", "visura.withdrawn.v1": "withdraw-visura", "visura.practice-corrected.v1": "correct-practice",
	"visura.confirmation-resumed.v1": "answer-question", "visura.confirmation-suspended.v1": "suspend-confirmation", "visura.confirmation-assigned.v1": "assign-confirmation",
	"visura.approved.v1": "approve-visura", "visura.rejected.v1": "reject-visura", "visura.revoked.v1": "revoke-visura", "visura.downloaded.v1": "download-visura",
	"massiva.requested.v1": "request-massiva", "massiva.resumed.v1": "resume-massiva", "massiva.withdrawn.v1": "withdraw-massiva",
	"utente.registered.v1": "register-utente", "utente.appointed.v1": "appoint-utente", "utente.role-given.v1": "give-role", "utente.role-taken.v1": "take-role",
	"utente.suspended.v1": "suspend-utente", "utente.reinstated.v1": "reinstate-utente", "utente.unblocked.v1": "unblock-utente",
	"utente.absence-declared.v1": "declare-absence", "utente.absence-called-off.v1": "call-off-absence",
	"utente.collection-given.v1": "give-collection", "utente.collection-taken.v1": "take-collection",
	"utente.instructions-accepted.v1": "accept-instructions", "utente.notices-chosen.v1": "choose-notices",
	"utente.profile-assigned.v1": "assign-profile", "utente.profile-withdrawn.v1": "withdraw-assignment",
	"utente.nazionale-granted.v1": "grant-nazionale", "utente.nazionale-revoked.v1": "revoke-nazionale",
	"utente.grant-proposed.v1": "propose-grant", "utente.grant-approved.v1": "approve-grant", "utente.grant-rejected.v1": "reject-grant",
	"ente.registered.v1": "register-ente", "ente.office-named.v1": "name-ufficio", "ente.office-closed.v1": "close-ufficio",
	"convenzione.drafted.v1": "draft-convenzione", "convenzione.activated.v1": "activate-convenzione", "convenzione.suspended.v1": "suspend-convenzione",
	"convenzione.resumed.v1": "resume-convenzione", "convenzione.ended.v1": "end-convenzione", "convenzione.purpose-readmitted.v1": "readmit-purpose",
	"convenzione.annex-attached.v1": "attach-annex", "convenzione.massive-granted.v1": "grant-massive", "convenzione.massive-ended.v1": "end-massive",
	"ricertificazione.opened.v1": "open-ricertificazione", "ricertificazione.user-confirmed.v1": "confirm-utente", "ricertificazione.purpose-confirmed.v1": "confirm-purpose",
	"profile.defined.v1": "define-profile", "profile.withdrawn.v1": "withdraw-profile",
	"postazione.proposed.v1": "propose-postazione", "postazione.approved.v1": "approve-postazione", "postazione.enrolled.v1": "enrol-postazione", "postazione.revoked.v1": "revoke-postazione",
	"applicativo.registered.v1": "register-applicativo", "applicativo.token-issued.v1": "issue-token", "applicativo.token-revoked.v1": "revoke-token",
	"applicativo.suspended.v1": "suspend-applicativo", "applicativo.reinstated.v1": "reinstate-applicativo",
	"comune.registered.v1": "register-comune", "comune.connected.v1": "connect-comune", "comune.connection-tested.v1": "test-connection",
	"comune.contacts-set.v1": "set-contatti", "comune.top-named.v1": "name-top", "comune.top-removed.v1": "remove-top",
	"comune.nazionale-enabled.v1": "enable-nazionale", "comune.nazionale-disabled.v1": "disable-nazionale", "comune.instructions-published.v1": "publish-instructions",
	"comune.alarm-rule-set.v1": "set-regola-allarme", "comune.alarm-rule-lifted.v1": "lift-regola-allarme", "caso.opened.v1": "open-caso", "caso.taken.v1": "take-caso", "caso.closed.v1": "close-caso",
	"comune.rules-set.v1": "set-rules", "comune.calendar-set.v1": "set-calendario", "comune.avviso-published.v1": "publish-avviso", "comune.avviso-withdrawn.v1": "withdraw-avviso",
	"comune.modello-published.v1": "publish-modello", "comune.stemma-kept.v1": "keep-stemma",
}

// recordedOf is the category of the streams whose events record an action.
var recordedOf = func() map[string]string {
	all := map[string]string{"download-visura-with-reason": "visura", "amend-utente": "utente", "amend-ente": "ente", "amend-convenzione": "convenzione"}
	for eventType, action := range atti {
		all[action], _, _ = strings.Cut(eventType, ".")
	}
	return all
}()

// acted is the action an event records, empty where it is no act of a person, or of who
// administers the installation; that a case was opened is one of nobody.
func acted(r domain.Recorded) string {
	_, opened := r.Event.(domain.CasoOpened)
	if !opened && r.Meta.By.Utente == "" && r.Meta.By.Role != domain.RoleInstallazione {
		return ""
	}
	if e, ok := r.Event.(domain.VisuraApproved); ok && e.Conferma != domain.Manuale {
		return "" // as it was asked for
	}
	return atti[r.Event.EventType()]
}

// byGenere are the actions of each kind but those of reading, which is told by the first
// word.
var byGenere = map[Genere]string{
	GenereRichieste: "request-visura request-massiva request-massiva-file withdraw-visura withdraw-massiva resume-massiva correct-practice answer-question",
	GenereDecisioni: "approve-visura reject-visura revoke-visura decide-visure assign-confirmation suspend-confirmation",
	GenereDocumenti: "download-visura download-visura-with-reason download-massiva download-annex",
	GenereAllarmi:   "open-caso take-caso close-caso",
	GenereAccessi: "sign-in sign-out finish-sign-in begin-gateway finish-gateway begin-passkey finish-passkey begin-step-up step-up choose-capacity " +
		"add-passkey begin-passkey-registration remove-passkey begin-totp enrol-totp make-recovery-codes change-password set-password recover-password redeem-invitation revoke-session enrol-postazione",
	GenereConcessioni: "register-utente amend-utente import-utenti invite-utente appoint-utente give-role take-role suspend-utente reinstate-utente unblock-utente declare-absence call-off-absence " +
		"give-collection take-collection assign-profile withdraw-assignment grant-nazionale revoke-nazionale propose-grant propose-reset approve-grant reject-grant name-top remove-top " +
		"register-ente amend-ente name-ufficio close-ufficio draft-convenzione amend-convenzione activate-convenzione suspend-convenzione resume-convenzione end-convenzione readmit-purpose attach-annex " +
		"grant-massive end-massive open-ricertificazione confirm-utente confirm-purpose define-profile withdraw-profile propose-postazione approve-postazione link-postazione revoke-postazione " +
		"register-applicativo suspend-applicativo reinstate-applicativo issue-token revoke-token enable-nazionale disable-nazionale",
	GenereImpostazioni: "register-comune connect-comune test-connection set-contatti set-rules set-regola-allarme lift-regola-allarme set-calendario publish-instructions publish-avviso withdraw-avviso publish-modello keep-stemma " +
		"accept-instructions choose-notices choose-shortcuts send-comment",
}

// readingWords are the first words of what reads.
var readingWords = []string{"list", "read", "show", "search", "lookup", "follow", "preview", "compare", "print", "verify", "status", "home", "nowhere"}

var genereOf = func() map[string]Genere {
	all := map[string]Genere{}
	for genere, actions := range byGenere {
		for _, action := range strings.Fields(actions) {
			all[action] = genere
		}
	}
	return all
}()

// GenereOf is the kind of an action; known is false of one that nobody has classed, which
// counts as a reading.
func GenereOf(action string) (g Genere, known bool) {
	if g, known = genereOf[action]; known {
		return g, true
	}
	verb, _, _ := strings.Cut(action, "-")
	return GenereLetture, slices.Contains(readingWords, verb)
}
