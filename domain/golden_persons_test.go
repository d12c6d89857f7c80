package domain_test

import (
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

const (
	annexID            = "d4e5f6a7-b8c9-4d0e-8f1a-2b3c4d5e6f70"
	ricertificazioneID = "e5f6a7b8-c9d0-4e1f-9a2b-3c4d5e6f7081"
	proposalID         = "e5f6a7b8-c9d0-4e1f-8a2b-3c4d5e6f7081"
)

var (
	dal = domain.Date{Year: 2026, Month: 1, Day: 12}
	al  = domain.Date{Year: 2028, Month: 12, Day: 31}

	mattine  = domain.Orario{{Giorni: []int{1, 2, 3, 4, 5}, Dalle: "08:00", Alle: "14:00"}}
	assigned = domain.ProfileAssigned{
		Ente: enteID, Comune: "039002", Profile: profileID, Dal: dal, Al: al,
		Limiti: domain.Limiti{Tipi: []domain.Tipo{domain.Residenza}, Orario: mattine},
		Motivo: "Passaggio allo sportello prestazioni, ordine di servizio 41/2026.",
	}
	assignment = assigned.Grant()
	nazionale  = domain.NazionaleGranted{
		Ente: enteID, Comune: "039002", Profile: profileID, Motivo: "Accertamenti su contribuenti trasferiti.",
		Tipi: []domain.TipoConcesso{{Tipo: domain.Residenza, Nazionale: domain.Modo{Conferma: domain.SilenzioAssenso, Ore: 36}}},
	}
)

// goldenPersons are those of who may sign in and of what they hold.
var goldenPersons = map[string]domain.Event{
	"utente.registered.v1": domain.UtenteRegistered{
		Codice: utenteID.Codice(), EnteredFor: "039002", CodiceFiscale: "MRTMTT91D08F205J", Cognome: "MORETTI", Nome: "MATTEO", Email: "m.moretti@ente.example",
	},
	"utente.appointed.v1": domain.UtenteAppointed{
		Ente: enteID, Comune: "039002", Ufficio: "tributi", Mansione: "Istruttore tributi", Atto: "Det. 41/2026", Data: dal,
	},
	"utente.role-given.v1": domain.RoleGiven{
		Role: domain.RoleStandard, Ente: enteID, Comune: "039002", Dal: dal, Al: al, Sostituisce: otherUtente,
	},
	"utente.role-taken.v1": domain.RoleTaken{
		Role: domain.RoleStandard, Ente: enteID, Comune: "039002", Sostituisce: otherUtente, Motivo: "Trasferito ad altro ufficio.",
	},
	"utente.suspended.v1": domain.UtenteSuspended{
		Ente: enteID, Comune: "039002", Causa: domain.SuspendedByOrder, Motivo: "Accessi non giustificati.",
	},
	"utente.reinstated.v1": domain.UtenteReinstated{Ente: enteID, Comune: "039002", Motivo: "Accessi chiariti."},
	"utente.blocked.v1": domain.UtenteBlocked{
		Ente: enteID, Comune: "039002", Allarme: domain.AllarmeEsito, Count: 10, Limit: 10, Until: time.Date(2026, 11, 28, 23, 0, 0, 0, time.UTC),
	},
	"utente.unblocked.v1":             domain.UtenteUnblocked{Ente: enteID, Comune: "039002", Motivo: "Elenco verificato."},
	"utente.absence-declared.v1":      domain.AbsenceDeclared{Ente: enteID, Comune: "039002", Dal: dal, Al: al},
	"utente.absence-called-off.v1":    domain.AbsenceCalledOff{Ente: enteID, Comune: "039002", Dal: dal},
	"utente.collection-given.v1":      domain.CollectionGiven{Ente: enteID, Comune: "039002"},
	"utente.collection-taken.v1":      domain.CollectionTaken{Ente: enteID, Comune: "039002"},
	"utente.instructions-accepted.v1": domain.InstructionsAccepted{Comune: "039002", Versione: 3},
	"utente.notices-chosen.v1":        domain.NoticesChosen{Richieste: true, SenzaCoda: true},
	"utente.reset-done.v1":            domain.ResetDone{ID: proposalID},

	"utente.profile-assigned.v1": assigned,
	"utente.profile-withdrawn.v1": domain.AssignmentWithdrawn{
		Ente: enteID, Comune: "039002", Profile: profileID, Motivo: "Cambio di mansione.",
	},
	"utente.nazionale-granted.v1": nazionale,
	"utente.nazionale-revoked.v1": domain.NazionaleRevoked{
		Ente: enteID, Comune: "039002", Profile: profileID, Motivo: "Accertamenti conclusi.",
	},
	"utente.grant-proposed.v1": domain.GrantProposed{
		ID: proposalID, Comune: "039002", Ente: enteID, Assign: &assignment, Motivo: "Accertamenti su contribuenti trasferiti.",
	},
	"utente.grant-approved.v1": domain.GrantApproved{ID: proposalID, Reset: true},
	"utente.grant-rejected.v1": domain.GrantRejected{ID: proposalID, Motivo: "Non serve alla mansione."},
}
