package api

import (
	"net/http"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// utente names a person in an address.
var utente = named(utenti, "/api/v1/utenti/", domain.ParseUtenteID)

// Of the examples.
const (
	someEnte    = "7a0a6f0e-3f3a-8c1e-9d55-0e6d2c1b4a77"
	someProfile = "1d9b2f64-55c0-4b1f-8a7e-90c2f6a3b811"
	someUtente  = "c4ad9f10-8a61-8f2b-b1b0-6f0d0a7c9e25"
	somewhere   = "042002"
)

// utenti routes what is done with persons.
func (a *API) utenti() {
	entering(a, utente, "register-utente", commands.RegisterUtente{CodiceFiscale: "RSSMRA80A01H501U", Cognome: "Rossi", Nome: "Mario"},
		"Registra una persona", "L'identificativo segue dal codice fiscale. Se la persona è già registrata nulla cambia, e la risposta è la stessa.", a.idOfUtente)
	command(a, utente, "amend-utente", http.MethodPut, "", commands.AmendUtente{Cognome: "Rossi", Nome: "Mario", Email: "mario.rossi@ente.example"},
		"Cambia i dati di una persona", "Spetta a chi amministra dove la persona è stata inserita. Il codice fiscale non cambia.")
	command(a, utente, "appoint-utente", http.MethodPost, "/appointments", commands.AppointUtente{Ente: someEnte, Comune: somewhere, Mansione: "Sportello ISEE"},
		"Scrive la nomina di una persona", "Ufficio, mansione e atto, presso l'Ente per il Comune. Se cambia la mansione i profili vanno assegnati di nuovo.")
	handle(a, printAppointment, a.appointment)
	command(a, utente, "give-role", http.MethodPost, "/roles", commands.GiveRole{Role: domain.RoleStandard, Ente: someEnte, Comune: somewhere},
		"Attribuisce un ruolo", "STANDARD chi amministra l'Ente per il Comune, ADMIN e ANAGRAFE il Comune. A termine può essere in sostituzione di un altro. Mai a sé stessi.", stepUp)
	command(a, utente, "take-role", http.MethodPost, "/roles/removal", commands.TakeRole{Role: domain.RoleStandard, Ente: someEnte, Comune: somewhere},
		"Toglie un ruolo", "Spetta a chi potrebbe attribuirlo; quello dato dal Comune lo toglie il Comune. Vale dalla richiesta successiva.")
	command(a, utente, "suspend-utente", http.MethodPost, "/suspensions", commands.SuspendUtente{Ente: someEnte, Comune: somewhere, Motivo: "Aspettativa"},
		"Sospende una persona", "Presso l'Ente per il Comune, o presso il Comune: ruoli e profili restano, ma non si usano.")
	command(a, utente, "reinstate-utente", http.MethodPost, "/reinstatement", commands.ReinstateUtente{Ente: someEnte, Comune: somewhere},
		"Riabilita una persona sospesa", "Mai sé stessi.", stepUp)
	command(a, utente, "unblock-utente", http.MethodPost, "/unblocking", commands.UnblockUtente{Ente: someEnte, Comune: somewhere, Motivo: "Elenco di persone trasferite, verificato"},
		"Sblocca una persona bloccata per la giornata", "Prima della mezzanotte in cui il blocco finisce da sé. Con un motivo, e mai sé stessi.", stepUp)
	command(a, utente, "declare-absence", http.MethodPost, "/absences", commands.DeclareAbsence{Ente: someEnte, Comune: somewhere, Dal: date(2026, 8, 1), Al: date(2026, 8, 31)},
		"Dichiara un'assenza", "Finché dura la persona non può chiedere visure né, presso il Comune, decidere sulle richieste. Con lo stesso primo giorno ne cambia l'ultimo.")
	command(a, utente, "call-off-absence", http.MethodPost, "/absences/removal", commands.CallOffAbsence{Ente: someEnte, Comune: somewhere, Dal: date(2026, 8, 1)},
		"Ritira un'assenza", "Indicata con il suo primo giorno.")
	command(a, utente, "give-collection", http.MethodPost, "/collections", commands.GiveCollection{Ente: someEnte, Comune: somewhere},
		"Incarica del ritiro", "La persona può ottenere i documenti chiesti da altri del suo Ente.", stepUp)
	command(a, utente, "take-collection", http.MethodPost, "/collections/removal", commands.TakeCollection{Ente: someEnte, Comune: somewhere},
		"Toglie l'incarico del ritiro", "Vale dalla richiesta successiva.")
	command(a, utente, "assign-profile", http.MethodPost, "/profiles", commands.AssignProfile{Ente: someEnte, Comune: somewhere, Profile: someProfile},
		"Assegna un profilo", "Entro la convenzione e i limiti propri della persona. Dove il Comune vuole una seconda persona resta una proposta.", stepUp)
	command(a, utente, "withdraw-assignment", http.MethodPost, "/profiles/withdrawal", commands.WithdrawAssignment{Ente: someEnte, Comune: somewhere, Profile: someProfile},
		"Ritira un profilo", "Quello assegnato dal Comune lo ritira il Comune.")
	command(a, utente, "grant-nazionale", http.MethodPost, "/nazionale", commands.GrantNazionale{Ente: someEnte, Comune: somewhere, Profile: someProfile, Motivo: "Istruttorie su non residenti"},
		"Abilita alle visure nazionali", "Spetta al TOP del Comune, persona per persona e profilo per profilo, e vale per quanto il profilo concede in quel momento: se poi il profilo concede di più, si abilita di nuovo.", stepUp)
	command(a, utente, "revoke-nazionale", http.MethodPost, "/nazionale/revocation", commands.RevokeNazionale{Ente: someEnte, Comune: somewhere, Profile: someProfile},
		"Revoca l'abilitazione nazionale", "Vale dalla richiesta successiva.")
	command(a, utente, "propose-reset", http.MethodPost, "/resets", commands.ProposeReset{Ente: someEnte, Comune: somewhere, Motivo: "Telefono smarrito"},
		"Propone di reimpostare il secondo fattore", "Vuole sempre l'approvazione di una seconda persona. Un ADMIN lo può solo per chi non ha ruoli oltre a quelli di operatore del suo Ente.", stepUp)
	command(a, utente, "approve-grant", http.MethodPost, "/proposals/approval", commands.ApproveGrant{ID: someProfile},
		"Approva una proposta", "Spetta a una persona diversa da chi l'ha fatta e da chi ne trae il diritto.", stepUp)
	command(a, utente, "reject-grant", http.MethodPost, "/proposals/rejection", commands.RejectGrant{ID: someProfile},
		"Respinge una proposta", "Anche chi l'ha fatta può ritirarla.")
	command(a, utente, "accept-instructions", http.MethodPost, "/instructions", commands.AcceptInstructions{Comune: somewhere, Versione: 1},
		"Accetta le istruzioni del Comune", "Ciascuno per sé, al primo accesso e una volta l'anno: prima non si chiedono visure.")
	command(a, utente, "choose-notices", http.MethodPost, "/notices", commands.ChooseNotices{Richieste: true},
		"Sceglie di che cosa essere avvisato", "Ciascuno per sé. Per posta elettronica, senza dati della persona; chi non sceglie non è avvisato sulle proprie richieste, e se conferma è avvisato su ciò che attende.")
	handle(a, importUtenti, a.imports)
	a.readsUtenti()
}

// idOfUtente is the id of the person with a codice fiscale.
func (a *API) idOfUtente(c commands.RegisterUtente) (string, error) {
	if c.CodiceFiscale == "" {
		return "", domain.FieldErrorf(domain.Invalid, "codice_fiscale", "il codice fiscale è obbligatorio")
	}
	return string(a.Commands.Secrets.UtenteID(c.CodiceFiscale)), nil
}

// date is one of the examples.
func date(year, month, day int) domain.Date { return domain.Date{Year: year, Month: month, Day: day} }
