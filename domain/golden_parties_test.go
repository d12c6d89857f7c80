package domain_test

import (
	"net/netip"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

const otherProfile = domain.ProfileID("c2c3d4e5-f6a7-4b8c-9d0e-1f2a3b4c5d6e")

var recapiti = domain.Contatti{
	Referente: "Responsabile Ufficio Tributi", PEC: "pec@ente.example", DPO: "dpo@ente.example", Assistenza: "0545 000000", Email: "tributi@ente.example",
}

// goldenParties are those of who gives access and of what it rests on.
var goldenParties = map[string]domain.Event{
	"ente.registered.v1": domain.EnteRegistered{
		Denominazione: "Azienda Casa della Romagna", CodiceFiscale: "00080700396", CodiceIPA: "acr_ra", Tipo: domain.EnteGestore,
	},
	"ente.office-named.v1":  domain.UfficioNamed{Comune: "039002", Codice: "tributi", Nome: "Ufficio Tributi"},
	"ente.office-closed.v1": domain.UfficioClosed{Comune: "039002", Codice: "tributi"},

	"convenzione.drafted.v1": domain.ConvenzioneDrafted{
		Ente: enteID, Comune: "039002", Tipo: domain.AttoConvenzione, Estremi: "Rep. 118 del 12/01/2026", Data: dal,
		Firmatari: []string{"Responsabile Servizi Demografici", "Direttore dell'Azienda"}, Dal: dal, Al: al,
		Finalita: []domain.Finalita{{
			Codice: "accertamenti-tributari", Descrizione: "Accertamenti in materia di tributi locali", BaseGiuridica: "art. 1, comma 179, L. 296/2006",
			Conservazione: 60, Valutazione: "Analisi del rischio prot. 77/2026",
			Tipi: []domain.Tipo{domain.Residenza},
		}},
		Massimo: domain.Massimo{
			Tipi: []domain.Tipo{domain.Residenza, domain.StatoFamiglia}, Nazionale: domain.Modo{Conferma: domain.SilenzioAssenso, Ore: 24},
			Orario: mattine, Postazione: domain.Autorizzata, Pratica: `PG-[0-9]{4}/[0-9]{4}`, Quote: []domain.Quota{
				{Di: domain.DiUtente, Misura: domain.Richieste, Per: domain.AlGiorno, Limite: 50}, {Di: domain.DiEnte, Misura: domain.SoggettiPratica, Per: domain.AlMese, Limite: 20},
			},
		},
		SecondoFattore: true, Contatti: recapiti,
	},
	"convenzione.activated.v1":          domain.ConvenzioneActivated{Numero: 2, Al: al},
	"convenzione.suspended.v1":          domain.ConvenzioneSuspended{Motivo: "Verifiche in corso."},
	"convenzione.resumed.v1":            domain.ConvenzioneResumed{},
	"convenzione.ended.v1":              domain.ConvenzioneEnded{Motivo: "Recesso dell'Ente."},
	"convenzione.purposes-inhibited.v1": domain.PurposesInhibited{Ricertificazione: ricertificazioneID, Atto: 2, Finalita: []string{"ISEE"}},
	"convenzione.purpose-readmitted.v1": domain.PurposeReadmitted{Finalita: "ISEE", Motivo: "Il servizio prosegue."},
	"convenzione.annex-attached.v1":     domain.AnnexAttached{ID: annexID, Nome: "convenzione.pdf.p7m", SHA256: strings.Repeat("0a1b2c3d", 8), Size: 184320},
	"convenzione.expiry-announced.v1":   domain.ExpiryAnnounced{Giorni: 30, Al: al},

	"ricertificazione.opened.v1":                domain.RicertificazioneOpened{Ente: enteID, Comune: "039002", Entro: al},
	"ricertificazione.users-listed.v1":          domain.UsersListed{Utenti: []domain.UtenteID{utenteID}, Entro: al},
	"ricertificazione.purposes-listed.v1":       domain.PurposesListed{Atto: 2, Finalita: []string{"ISEE", "TARI"}},
	"ricertificazione.purpose-confirmed.v1":     domain.PurposeConfirmed{Finalita: "TARI"},
	"ricertificazione.user-confirmed.v1":        domain.UserConfirmed{Utente: utenteID},
	"ricertificazione.confirmation-reminded.v1": domain.ConfirmationReminded{Entro: al},
	"ricertificazione.closed.v1":                domain.RicertificazioneClosed{Sospesi: 2, Inibite: 1},

	"profile.defined.v1": domain.ProfileDefined{
		Comune: "039002", Nome: "Tributi", Mansione: "Istruttore tributi",
		Tipi: []domain.TipoConcesso{
			{Tipo: domain.Residenza, Nazionale: domain.Modo{Conferma: domain.SilenzioAssenso, Ore: 36}}, {Tipo: domain.StatoFamiglia},
		},
		Orario: mattine, Postazione: domain.Libera,
	},
	"profile.withdrawn.v1": domain.ProfileWithdrawn{Motivo: "Sostituito da un altro profilo."},

	"postazione.proposed.v1": domain.PostazioneProposed{
		Ente: enteID, Comune: "039002", Nome: "Sportello 2", Reti: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")},
		Certificato: strings.Repeat("0a1b2c3d", 8),
	},
	"postazione.approved.v1": domain.PostazioneApproved{Comune: "039002"},
	"postazione.enrolled.v1": domain.PostazioneEnrolled{},
	"postazione.unproven.v1": domain.PostazioneUnproven{},
	"postazione.revoked.v1":  domain.PostazioneRevoked{Comune: "039002", Motivo: "Dismessa."},

	"applicativo.registered.v1": domain.ApplicativoRegistered{
		Ente: enteID, Comuni: []domain.CodiceISTAT{"039002", "039010"}, Nome: "Gestionale tributi", Owner: utenteID,
		Scopes: []domain.Scope{domain.ScopeRequest, domain.ScopeRead, domain.ScopeDownload},
		Reti:   []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}, Certificato: strings.Repeat("0a1b2c3d", 8),
	},
	"applicativo.token-issued.v1":  domain.TokenIssued{Token: "5a9d0c4be2f7", Comuni: []domain.CodiceISTAT{"039002"}, Expires: scade},
	"applicativo.token-revoked.v1": domain.TokenRevoked{Token: "5a9d0c4be2f7"},
	"applicativo.suspended.v1":     domain.ApplicativoSuspended{Comune: "039002", Motivo: "Aggiornamento in corso."},
	"applicativo.reinstated.v1":    domain.ApplicativoReinstated{Comune: "039002"},

	"comune.registered.v1": domain.ComuneRegistered{
		ISTAT: "039002", Nome: "Bagnacavallo", Provincia: "RA", PEC: "anagrafe@comune.example",
		Ufficio: "Ufficio Anagrafe", OreSilenzio: 24, SantoPatrono: "09-29",
	},
	"comune.connected.v1": domain.ComuneConnected{
		Version: 2, TipoInvio: "TEST", Keystore: "039002-1f0c9a7e5b3d4c2a8e6f0d1b2c3a4e5f", KeystorePostazione: "039002-2a1d8b6f4c3e4d5b9f7a1e2c3d4b5f60",
		Operatore: "MRTMTT91D08F205J", Supplente: "PRTGLI75P58A547F", Storico: domain.Storico6001,
		Machine:    domain.Certificate{Subject: "039002-CO-9998", Serial: "6f1c22", SHA256: strings.Repeat("0a1b2c3d", 8), NotAfter: scade},
		Postazione: domain.Certificate{Subject: "039002-PC-0001", Serial: "6f1c23", SHA256: strings.Repeat("4e5f6a7b", 8), NotAfter: scade},
	},
	"comune.connection-tested.v1": domain.ConnectionTested{
		Version: 2, Outcome: domain.HeaderRefused, Class: domain.FailureConfiguration, Code: "XXXX",
		IDOperazioneComune: "T1f0c9a7e5b3d4c2a8e6f0d1b2c3a4", IDOperazioneANPR: "3000000000103",
	},
	"comune.operator-stood-in.v1":            domain.OperatorStoodIn{Version: 2},
	"comune.certificate-expiry-announced.v1": domain.CertificateExpiryAnnounced{Version: 2, Days: 30, NotAfter: scade},
	"installazione.initialised.v1":           domain.InstallazioneInitialised{ID: "1b7e5d0c-3f7a-4c55-9a53-3f2f0a9d2c11"},
	"installazione.administrator-named.v1":   domain.AdministratorNamed{Account: "visure"},
	"installazione.administrator-removed.v1": domain.AdministratorRemoved{Account: "root"},
	"comune.contacts-set.v1":                 domain.ContattiSet{Contatti: recapiti},
	"comune.top-named.v1":                    domain.TopNamed{Utente: utenteID},
	"comune.top-removed.v1":                  domain.TopRemoved{Utente: utenteID, Motivo: "Collocato a riposo."},
	"comune.nazionale-enabled.v1": domain.NazionaleEnabled{
		Testo: "Accordo di fruizione con il Ministero dell'interno", Atto: "Delibera G.C. 12/2026", Data: dal,
	},
	"comune.nazionale-disabled.v1":     domain.NazionaleDisabled{Motivo: "Accordo scaduto."},
	"comune.instructions-published.v1": domain.InstructionsPublished{Versione: 3, Testo: "Si chiedono visure solo per la pratica indicata."},
	"comune.rules-set.v1": domain.RulesSet{
		QuattroOcchi: []domain.QuattroOcchi{domain.OcchiNazionale, domain.OcchiStoriche, domain.OcchiParentela}, ScaricoAmministratori: true,
		Quote: []domain.Quota{{Di: domain.DiComune, Misura: domain.Richieste, Per: domain.AlMinuto, Limite: 120}},
	},
	"coda.announced.v1": domain.CodaAnnounced{Attese: 12, Termini: 3, Ultima: mattina, Fino: scade},
	"comune.calendar-set.v1": domain.CalendarioSet{
		Versione: 2, OreSilenzio: 18, GiorniAttesa: 45, Aperture: []domain.Fascia{{Giorni: []int{1, 2, 3, 4, 5}, Dalle: "08:30", Alle: "12:30"}, {Giorni: []int{2, 4}, Dalle: "15:00", Alle: "17:30"}},
		SantoPatrono: "09-29", Chiusure: []domain.Chiusura{{Dal: domain.Date{Year: 2026, Month: 12, Day: 24}, Al: domain.Date{Year: 2027, Month: 1, Day: 2}, Motivo: "Chiusura di fine anno"}},
	},
	"comune.avviso-published.v1": domain.AvvisoPublished{
		Numero: 4, Testo: "ANPR è ferma per manutenzione sabato mattina.", Dal: mattina, Al: scade, Ruoli: []domain.Role{domain.RoleAdmin, domain.RoleStandard}, Ente: enteID,
	},
	"comune.avviso-withdrawn.v1": domain.AvvisoWithdrawn{Numero: 4},
	"comune.modello-published.v1": domain.ModelloPublished{
		Versione: 2, Intestazione: []string{"Ufficio Anagrafe", "Piazza della Libertà 12, 48012 Bagnacavallo (RA)"},
		Stemma: strings.Repeat("0a1b2c3d", 8), Descrizione: "Stemma del Comune di Bagnacavallo", Piede: []string{"Responsabile del procedimento: il dirigente dei Servizi demografici."},
	},
	"comune.stemma-kept.v1": domain.StemmaKept{SHA256: strings.Repeat("0a1b2c3d", 8), Larghezza: 307, Altezza: 384, PNG: []byte("\x89PNG\r\n\x1a\n")},
}
