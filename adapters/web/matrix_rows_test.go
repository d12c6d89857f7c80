package web_test

import "strings"

// answers are what a cell of the matrix may be. What is admitted may still be refused
// for what was sent, where a row sends what is incomplete so that nothing changes.
var answers = map[byte]string{
	'+': "admitted", 'o': "admitted, and shown nothing of it", 'i': "admitted, and told what is wrong with what it sent (422)",
	'x': "admitted, and told that the state does not allow it (409)", '1': "401", '3': "403", '4': "404", '>': "sent to sign in", '?': "something else",
}

// row is one line of the matrix: what is sent, and what each class of caller is
// answered.
type row struct {
	route   string // id of the operation; of what is none, method and path
	of      string // in Italian, what sets the row apart from others of the same route
	id      string // of the path, and after a question mark its query
	with    string // the body; of a reading, what is shown to who may see it
	answers string // one character a class, in the order of classes; blanks do not count
}

func (r row) expected() string { return strings.ReplaceAll(r.answers, " ", "") }

func (r row) name() string {
	if r.of == "" {
		return r.route
	}
	return r.route + " (" + r.of + ")"
}

// classes are those who call. All but the foreign ones are of the Ente and the Comune
// of whatever the rows are about; the requester asked for its visure.
//
//	own              T top, A anagrafe, D admin, S the requester, C a colleague, V auditor of the Comune, W auditor of the Ente, P software
//	another Ente     d admin, s standard, w auditor of the Ente, p software
//	another Comune   t top, a anagrafe, d admin, s standard, v auditor of the Comune, p software
//	both others      d admin, s standard, of another Ente for another Comune
//	role just taken  T A D S V W, P software whose token was revoked, Q software whose person's role was taken
//	and              n nobody, c a session without a capacity, k a token of a TOP, f a TOP without a second factor
var classes = [...]string{
	"TOP", "ANAGRAFE", "ADMIN", "requester", "colleague", "AUDITOR of the Comune", "AUDITOR of the Ente", "software",
	"ADMIN of another Ente", "STANDARD of another Ente", "AUDITOR of another Ente", "software of another Ente",
	"TOP of another Comune", "ANAGRAFE of another Comune", "ADMIN for another Comune", "STANDARD for another Comune", "AUDITOR of another Comune", "software for another Comune",
	"ADMIN of another Ente for another Comune", "STANDARD of another Ente for another Comune",
	"TOP no more", "ANAGRAFE no more", "ADMIN no more", "STANDARD no more", "AUDITOR of the Comune no more", "AUDITOR of the Ente no more", "software with a revoked token", "software for a person who is STANDARD no more",
	"nobody", "a session without a capacity", "a token of a TOP", "a TOP without a second factor",
}

// groups is where the blanks in a row stand.
var groups = []int{8, 12, 18, 20, 28}

func spaced(answers string) string {
	var b strings.Builder
	for i := range len(answers) {
		for _, g := range groups {
			if i == g {
				b.WriteByte(' ')
			}
		}
		b.WriteByte(answers[i])
	}
	return b.String()
}

const (
	pair    = `"ente":"{ente}","comune":"{comune}"`
	granted = `{` + pair + `,"profile":"{profile}","motivo":"Serve"}`
)

// matrix says who may what. What a caller may not see answers 404; what their role
// never does, on whatever, answers 403.
var matrix = []row{
	// own TADSCVWP, another Ente dswp, another Comune tadsvp, both others ds, role taken TADSVWPQ, and nckf
	{"request-visura", "", "{new}", `{"comune":"{comune}","tipo":"residenza","soggetto":{"codice_fiscale":"{subject}"},"finalita":"ISEE","numero_pratica":"2026/1"}`, "33+++33+ 3333 334434 44 33333313 1333"},
	{"approve-visura", "", "{awaiting}", "", "++334333 4444 444444 44 44444414 13++"},
	{"reject-visura", "", "{awaiting}", `{"motivo":"pratica_non_riscontrata"}`, "++334333 4444 444444 44 44444414 13++"},
	{"suspend-confirmation", "", "{awaiting}", `{"domanda":"Perché?"}`, "++334333 4444 444444 44 44444414 13++"},
	{"assign-confirmation", "to a stranger", "{awaiting}", `{"utente":"8d1f2c3e-5a7b-4c9d-8e0f-1a2b3c4d5e6f"}`, "ii334333 4444 444444 44 44444414 13ii"},
	{"answer-question", "", "{awaiting}", `{"risposta":"sì"}`, "333x433x 4444 444444 44 44444414 1333"},
	{"withdraw-visura", "", "{awaiting}", "", "333+433+ 4444 444444 44 44444414 1333"},
	{"correct-practice", "con un numero che non è un riferimento", "{visura}", `{"numero_pratica":"xxx"}`, "343i433i 4444 444444 44 44444414 1333"},
	{"revoke-visura", "che non ha atteso la conferma", "{visura}", `{"motivo":"altro"}`, "i4334333 4444 444444 44 44444414 13ii"},
	{"revoke-visura", "con il numero, senza spiegazione", "{visura}", `{"motivo":"altro","numero":"{codice}"}`, "ii334333 4444 444444 44 44444414 13ii"},
	{"list-visure", "", "", "{awaiting}", "++++o+++ oooo oooooo oo 33333313 13++"},
	{"list-visure", "che non hanno atteso la conferma", "", "{visura}", "+o++o+++ oooo oooooo oo 33333313 13++"},
	{"list-visure", "con il numero", "?numero={codice}", "{visura}", "++++o+++ oooo oooooo oo 33333313 13++"},
	{"follow-visure", "", "", "", "++++++++ ++++ ++++++ ++ 33333313 13++"},
	{"read-visura", "", "{awaiting}", "", "++++4+++ 4444 444444 44 33333313 13++"},
	{"read-visura", "che non ha atteso la conferma", "{visura}", "", "+4++4+++ 4444 444444 44 33333313 13++"},
	{"read-visura", "con il numero", "{visura}?numero={codice}", "", "++++4+++ 4444 444444 44 33333313 13++"},
	{"download-visura", "", "{visura}", "", "i4i+433+ 4444 444444 44 44444414 13ii"},
	{"download-visura-with-reason", "", "{visura}", `{"motivo":"Verifica"}`, "+4++433+ 4444 444444 44 44444414 13++"},

	{"register-utente", "", "", `{"codice_fiscale":"{codice_fiscale}","cognome":"Bianchi","nome":"Mario"}`, "+3+33333 +333 +3+333 +3 33333313 13++"},
	{"amend-utente", "", "{utente}", `{"cognome":"Bianchi","nome":"Anna"}`, "33+33333 4333 434333 43 33333313 1333"},
	{"appoint-utente", "", "{utente}", `{` + pair + `,"mansione":"Sportello"}`, "+3+33333 4333 434333 43 33333313 13++"},
	{"print-appointment", "", "{appointed}?ente={ente}", "", "+3+44334 4444 444444 44 33333313 13++"},
	{"give-role", "STANDARD", "{utente}", `{"role":"standard",` + pair + `,"al":"{tomorrow}"}`, "+3+33333 4333 434333 43 33333313 1333"},
	{"give-role", "ADMIN", "{utente}", `{"role":"admin",` + pair + `}`, "+3333333 3333 433333 33 33333313 1333"},
	{"give-role", "ANAGRAFE", "{utente}", `{"role":"anagrafe","comune":"{comune}"}`, "+3333333 3333 433333 33 33333313 1333"},
	{"give-role", "AUDITOR", "{utente}", `{"role":"auditor","comune":"{comune}"}`, "33333333 3333 333333 33 33333313 1333"},
	{"take-role", "STANDARD", "{utente}", `{"role":"standard",` + pair + `}`, "+3+33333 4333 434333 43 33333313 13++"},
	{"take-role", "ADMIN", "{admin}", `{"role":"admin",` + pair + `}`, "+3333333 3333 433333 33 33333313 13++"},
	{"suspend-utente", "", "{utente}", `{` + pair + `,"motivo":"Aspettativa"}`, "+3+33333 4333 434333 43 33333313 13++"},
	{"unblock-utente", "chi non è bloccato", "{utente}", `{` + pair + `,"motivo":"Verificato"}`, "+3+33333 4333 434333 43 33333313 1333"},
	{"reinstate-utente", "", "{utente}", `{` + pair + `}`, "+3+33333 4333 434333 43 33333313 1333"},
	{"declare-absence", "", "{utente}", `{` + pair + `,"dal":"{today}","al":"{tomorrow}"}`, "+3+33333 4333 434333 43 33333313 13++"},
	{"call-off-absence", "", "{utente}", `{` + pair + `,"dal":"{today}"}`, "+3+33333 4333 434333 43 33333313 13++"},
	{"give-collection", "", "{utente}", `{` + pair + `}`, "+3+33333 4333 434333 43 33333313 1333"},
	{"take-collection", "", "{utente}", `{` + pair + `}`, "+3+33333 4333 434333 43 33333313 13++"},
	{"assign-profile", "", "{utente}", `{` + pair + `,"profile":"{profile}"}`, "+3+33333 4333 434333 43 33333313 1333"},
	{"withdraw-assignment", "assegnato da un ADMIN", "{holder}", `{` + pair + `,"profile":"{profile}"}`, "+3+33333 4333 434333 43 33333313 13++"},
	{"withdraw-assignment", "assegnato da un TOP", "{protected}", `{` + pair + `,"profile":"{profile}"}`, "+3333333 4333 434333 43 33333313 13++"},
	{"grant-nazionale", "", "{holder}", granted, "+3333333 3333 433333 33 33333313 1333"},
	{"revoke-nazionale", "", "{holder}", granted, "+3333333 3333 433333 33 33333313 13++"},
	{"propose-reset", "", "{utente}", `{` + pair + `,"motivo":"Telefono smarrito"}`, "+3+33333 4333 434333 43 33333313 1333"},
	{"approve-grant", "secondo fattore", "{utente}", `{"id":"{proposal}"}`, "+3+33333 4333 434333 43 33333313 1333"},
	{"reject-grant", "secondo fattore", "{utente}", `{"id":"{proposal}"}`, "+3+33333 4333 434333 43 33333313 13++"},
	{"reject-grant", "già decisa", "{utente}", `{"id":"{new}"}`, "+3+33333 4333 434333 43 33333313 13++"},
	{"accept-instructions", "le proprie", "{self}", `{"comune":"{comune}","versione":{istruzioni}}`, "+++++++3 +++3 444443 44 44444413 13++"},
	{"choose-notices", "i propri", "{self}", `{"richieste":true}`, "+++++++3 +++3 +++++3 ++ ++++++13 13++"},
	{"choose-notices", "per un altro", "{utente}", `{"richieste":true}`, "33333333 3333 333333 33 33333313 1333"},
	{"accept-instructions", "per un altro", "{utente}", `{"comune":"{comune}","versione":{istruzioni}}`, "33333333 3333 333333 33 33333313 1333"},
	{"import-utenti", "", "?preview=false", "codice_fiscale;cognome;nome;ente;comune;ruolo\n{codice_fiscale};Neri;Ugo;{ente};{comune};standard\n", "+3+33333 i333 i3i333 i3 33333313 1333"},
	{"invite-utente", "", "{utente}", `{"consegna":true}`, "+3+33333 4333 434333 43 33333313 1333"},
	{"list-utenti", "", "?ente={ente}&limit=200", "{requester}", "++++o+++ oooo oooooo oo 33333313 13++"},
	{"read-utente", "", "{requester}", "", "++++4+++ 4444 444444 44 33333313 13++"},
	{"read-utente-rights", "", "{requester}?ente={ente}&comune={comune}", "", "++++4+++ 4444 444444 44 33333313 13++"},
	{"list-accessi", "", "", "", "++++++++ ++++ ++++++ ++ 33333313 13++"},
	{"list-attivita", "", "?utente={requester}&azione=request-visura&esito=ok&limit=200", "{visura}", "+3+33333 o333 o3o333 o3 33333313 13++"},

	{"register-ente", "", "", `{"denominazione":"Ente","codice_fiscale":"{codice_ente}"}`, "+3333333 3333 +33333 33 33333313 13++"},
	{"amend-ente", "", "{ente}", `{"denominazione":"Ente di prova"}`, "+3333333 3333 333333 33 33333313 13++"},
	{"amend-ente", "senza un atto con il Comune", "{strange}", `{"denominazione":"Ente di prova"}`, "43333333 3333 +33333 33 33333313 1344"},
	{"name-ufficio", "", "{ente}", `{"comune":"{comune}","codice":"ISEE","nome":"Prestazioni"}`, "+3+33333 4333 434333 43 33333313 13++"},
	{"name-ufficio", "senza un atto con il Comune", "{strange}", `{"comune":"{comune}","codice":"ISEE","nome":"Prestazioni"}`, "43433333 4333 434333 43 33333313 1344"},
	{"close-ufficio", "", "{ente}", `{"comune":"{comune}","codice":"ISEE"}`, "+3+33333 4333 434333 43 33333313 13++"},
	{"list-enti", "", "", "{ente}", "++++++++ oooo ++++++ oo 33333313 13++"},
	{"lookup-ente", "", "?codice=99999999990", "", "++++++++ ++++ ++++++ ++ 33333313 13++"},
	{"read-ente", "", "{ente}", "", "++++++++ 4444 ++++++ 44 33333313 13++"},

	{"draft-convenzione", "", "", "{draft}", "+3333333 3333 433333 33 33333313 1333"},
	{"amend-convenzione", "", "{atto}", "{draft}", "+3333333 3333 433333 33 33333313 1333"},
	{"activate-convenzione", "", "{atto}", "", "+3333333 3333 433333 33 33333313 1333"},
	{"suspend-convenzione", "", "{atto}", `{"motivo":"Verifica"}`, "+3333333 3333 433333 33 33333313 13++"},
	{"resume-convenzione", "", "{atto}", "", "+3333333 3333 433333 33 33333313 1333"},
	{"readmit-purpose", "", "{atto}", `{"finalita":"ISEE","motivo":"Serve"}`, "+3333333 3333 433333 33 33333313 1333"},
	{"end-convenzione", "", "{atto}", `{"motivo":"Recesso"}`, "+3333333 3333 433333 33 33333313 1333"},
	{"attach-annex", "", "{atto}", "%PDF-1.4 signed", "+3333333 3333 433333 33 33333313 1333"},
	{"download-annex", "", "{atto}", "", "+++44++4 4444 444444 44 33333313 13++"},
	{"list-convenzioni", "", "", "{atto}", "++++++++ oooo oooooo oo 33333313 13++"},
	{"read-convenzione", "", "{atto}", "", "++++++++ 4444 444444 44 33333313 13++"},
	{"list-convenzione-rights", "", "{atto}", "", "+++44++4 4444 444444 44 33333313 13++"},
	{"preview-convenzione", "", "", "{draft}", "+3333333 3333 433333 33 33333313 13++"},

	{"define-profile", "", "{new}", `{"comune":"{comune}","nome":"Sportello","tipi":[{"tipo":"residenza"}]}`, "+3333333 3333 433333 33 33333313 1333"},
	{"withdraw-profile", "", "{spare}", "", "+3333333 3333 433333 33 33333313 13++"},
	{"list-profili", "", "", "{profile}", "++++++o+ ++o+ oooooo oo 33333313 13++"},
	{"read-profilo", "", "{profile}", "", "++++++4+ ++4+ 444444 44 33333313 13++"},
	{"preview-profile", "", "{profile}", `{"comune":"{comune}","nome":"Sportello","tipi":[{"tipo":"residenza"}]}`, "+3333333 3333 433333 33 33333313 13++"},
	{"preview-withdraw-profile", "", "{profile}", "", "+3333333 3333 433333 33 33333313 13++"},

	{"propose-postazione", "", "{new}", `{` + pair + `,"nome":"Sportello 3"}`, "+3+33333 4333 434333 43 33333313 13++"},
	{"approve-postazione", "", "{proposed}", `{"comune":"{comune}"}`, "+3333333 3333 433333 33 33333313 1333"},
	{"revoke-postazione", "", "{proposed}", `{"comune":"{comune}"}`, "+3+33333 4333 434333 43 33333313 13++"},
	{"link-postazione", "", "{postazione}", "", "+3+33333 4333 434333 43 33333313 1333"},
	{"list-postazioni", "", "", "{postazione}", "++++++++ oooo oooooo oo 33333313 13++"},
	{"read-postazione", "", "{postazione}", "", "++++++++ 4444 444444 44 33333313 13++"},

	{"register-applicativo", "", "{new}", `{"ente":"{ente}","comuni":["{comune}"],"nome":"Gestionale","owner":"{requester}","scopes":["read"],"reti":["198.18.0.0/16"]}`, "+3333333 3333 433333 33 33333313 1333"},
	{"suspend-applicativo", "", "{applicativo}", `{"comune":"{comune}"}`, "+3+33333 4333 434333 43 33333313 13++"},
	{"reinstate-applicativo", "", "{applicativo}", `{"comune":"{comune}"}`, "+3333333 4333 434333 43 33333313 1333"},
	{"issue-token", "", "{applicativo}", `{"scade":"{tomorrow}T12:00:00Z"}`, "+3333333 4333 434333 43 33333313 1333"},
	{"revoke-token", "", "{applicativo}", `{"token":"9f86d081884c7d65"}`, "+3+33333 4333 434333 43 33333313 13++"},
	{"list-applicativi", "", "", "{applicativo}", "+++oo++o oooo oooooo oo 33333313 13++"},
	{"read-applicativo", "", "{applicativo}", "", "+++44++4 4444 444444 44 33333313 13++"},

	{"name-top", "", "{comune}", `{"utente":"{recorded}"}`, "+3333333 3333 433333 33 33333313 1333"},
	{"remove-top", "", "{comune}", `{"utente":"{top}"}`, "+3333333 3333 433333 33 33333313 1333"},
	{"enable-nazionale", "", "{comune}", `{"testo":"controlli","atto":"D.G.C. n. 3","data":"2026-01-15"}`, "+3333333 3333 433333 33 33333313 1333"},
	{"disable-nazionale", "", "{comune}", "", "+3333333 3333 433333 33 33333313 1333"},
	{"set-rules", "", "{comune}", `{"scarico_amministratori":true}`, "+3333333 3333 433333 33 33333313 1333"},
	{"set-contatti", "", "{comune}", `{"referente":"Ufficio Anagrafe","pec":"anagrafe@pec.example","dpo":"dpo@comune.example","assistenza":"URP, tel. 0544 000000"}`, "+3333333 3333 433333 33 33333313 1333"},
	{"publish-instructions", "", "{comune}", `{"testo":""}`, "i3333333 3333 433333 33 33333313 1333"},
	{"list-comuni", "", "", "{comune}", "++++++o+ ++o+ oooooo oo 33333313 13++"},
	{"read-comune", "", "{comune}", "", "++++++4+ ++4+ 444444 44 33333313 13++"},
	{"connect-comune", "", "{comune}", "{}", "x3333333 3333 433333 33 33333313 1333"},
	{"test-connection", "", "{comune}", "", "+3333333 3333 433333 33 33333313 13++"},

	{"read-session", "", "", "", "+++++++3 +++3 +++++3 ++ ++++++13 1+3+"},
	{"choose-capacity", "", "", "{}", "iiiiiii3 iii3 iiiii3 ii iiiiii13 1i3i"},
	{"step-up", "", "", `{"totp":0}`, "iiiiiii3 iii3 iiiii3 ii iiiiii13 1i3i"},
	{"begin-step-up", "senza una passkey", "", "", "xxxxxxx3 xxx3 xxxxx3 xx xxxxxx13 1x3x"},
	{"sign-out", "", "", "", "+++++++3 +++3 +++++3 ++ ++++++13 1+3+"},
	{"read-account", "", "", "", "+++++++3 +++3 +++++3 ++ ++++++13 1+3+"},
	{"change-password", "", "", "{}", "iiiiiii3 iii3 iiiii3 ii iiiiii13 1i3i"},
	{"begin-totp", "", "", "", "+++++++3 +++3 +++++3 ++ ++++++13 1+3+"},
	{"enrol-totp", "", "", "{}", "iiiiiii3 iii3 iiiii3 ii iiiiii13 1i3i"},
	{"begin-passkey-registration", "", "", "", "+++++++3 +++3 +++++3 ++ ++++++13 1+3+"},
	{"add-passkey", "", "", "{}", "iiiiiii3 iii3 iiiii3 ii iiiiii13 1i3i"},
	{"remove-passkey", "", "", `{"passkey":"AAAA"}`, "+++++++3 +++3 +++++3 ++ ++++++13 1+33"},
	{"make-recovery-codes", "", "", "", "+++++++3 +++3 +++++3 ++ ++++++13 1+33"},
	{"revoke-session", "", "", `{"sessione":"nessuna"}`, "+++++++3 +++3 +++++3 ++ ++++++13 1+3+"},

	{"sign-in", "", "", "{}", "iiiiiiii iiii iiiiii ii iiiiiiii iiii"},
	{"finish-sign-in", "", "", "{}", "iiiiiiii iiii iiiiii ii iiiiiiii iiii"},
	{"begin-passkey", "", "", "", "++++++++ ++++ ++++++ ++ ++++++++ ++++"},
	{"finish-passkey", "", "", "{}", "iiiiiiii iiii iiiiii ii iiiiiiii iiii"},
	{"redeem-invitation", "", "", "{}", "iiiiiiii iiii iiiiii ii iiiiiiii iiii"},
	{"status", "", "", "", "++++++++ ++++ ++++++ ++ ++++++++ ++++"},

	{"open-ricertificazione", "", "{new}", `{` + pair + `,"entro":"{nextmonth}"}`, "+3333333 3333 433333 33 33333313 1333"},
	{"confirm-utente", "", "{review}", `{"utente":"{confirmed}"}`, "+3+44334 4444 444444 44 44444414 13++"},
	{"confirm-purpose", "", "{review}", `{"finalita":"ISEE"}`, "+3+44334 4444 444444 44 44444414 13++"},
	{"list-ricertificazioni", "", "", "{review}", "+++oo++o oooo oooooo oo 33333313 13++"},
	{"read-ricertificazione", "", "{review}", "", "+++44++4 4444 444444 44 33333313 13++"},

	{"GET /accedi", "", "", "", "++++++++ ++++ ++++++ ++ ++++++++ ++++"},
	{"POST /accedi", "", "", "nessun modulo", "iiiiiiii iiii iiiiii ii iiiiiiii iiii"},
	{"POST /accedi/codice", "", "", "nessun modulo", "iiiiiiii iiii iiiiii ii iiiiiiii iiii"},
	{"GET /accedi/spid", "senza un gateway", "", "", "44444444 4444 444444 44 44444444 4444"},
	{"GET /accedi/spid/ritorno", "senza un gateway", "", "", "44444444 4444 444444 44 44444444 4444"},
	{"GET /invito/{secret}", "con un collegamento che non vale", "", "", "44444444 4444 444444 44 44444444 4444"},
	{"POST /invito/{secret}", "", "", "nessun modulo", "iiiiiiii iiii iiiiii ii iiiiiiii iiii"},
	{"GET /postazione/{link}", "con un collegamento che non vale", "", "", "44444444 4444 444444 44 44444444 4444"},
	{"POST /postazione/{link}", "", "", "nessun modulo", "iiiiiiii iiii iiiiii ii iiiiiiii iiii"},
	{"GET /ruolo", "", "", "", "+++++++> +++> +++++> ++ ++++++1> >+>+"},
	{"POST /ruolo", "", "", "nessun modulo", "iiiiiii1 iii1 iiiii1 ii iiiiii11 1i1i"},
	{"GET /istruzioni", "", "", "", "+++++++> +++> +++++> ++ 3333331> >+>+"},
	{"POST /istruzioni", "", "", "modulo={modulo}&comune={comune}&versione={istruzioni}", "+++++++1 +++1 444441 44 44444411 141+"},
	{"POST /esci", "", "", "modulo={modulo}", ">>>>>>>1 >>>1 >>>>>1 >> >>>>>>11 1>1>"},
	{"GET /", "", "", "", "++++++++ ++++ ++++++ ++ ++++++++ ++++"},
	{"GET /verifica", "", "", "", "++++++++ ++++ ++++++ ++ ++++++++ ++++"},
	{"GET /verifica/{codice}", "", "", "", "++++++++ ++++ ++++++ ++ ++++++++ ++++"},
	{"GET /docs", "", "", "", "++++++++ ++++ ++++++ ++ ++++++++ ++++"},
	{"GET /docs/{file}", "", "", "", "++++++++ ++++ ++++++ ++ ++++++++ ++++"},
	{"GET /docs/problemi", "", "", "", "++++++++ ++++ ++++++ ++ ++++++++ ++++"},
	{"GET /assets/{name}", "", "", "", "++++++++ ++++ ++++++ ++ ++++++++ ++++"},
	{"GET /api/v1/openapi.json", "", "", "", "++++++++ ++++ ++++++ ++ ++++++++ ++++"},
}
