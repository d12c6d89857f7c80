package domain_test

import "github.com/visure-anagrafiche/visure/domain"

// goldenCasi are those of rules of alarms and of the cases they open.
var goldenCasi = map[string]domain.Event{
	"comune.alarm-rule-set.v1": domain.RegolaAllarmeSet{
		Codice: domain.AllarmeOrario, Versione: 2, Ente: enteID, Attiva: true, Gravita: domain.GravitaBassa,
		Orario: &domain.OrarioSospetto{Dalle: "23:00", Alle: "05:30", FineSettimana: true, Festivi: true},
	},
	"comune.alarm-rule-lifted.v1": domain.RegolaAllarmeLifted{Codice: domain.AllarmeOrario, Ente: enteID},
	"caso.opened.v1": domain.CasoOpened{
		Regola: domain.RegolaAllarme{
			Codice: domain.AllarmeSoggettoUtente, Versione: 3, Attiva: true, Gravita: domain.GravitaAlta,
			Ripetizione: &domain.Ripetizione{Soglia: 2, Giorni: 30, SenzaStessaPratica: true},
		},
		Comune: "039002", Ente: enteID, Utente: utenteID, Giorno: dal,
		Visure: []domain.VisuraDiCaso{{Visura: visuraID, Utente: utenteID}, {Visura: "3f2b0c5e-8f59-4f0a-9a64-6f7f0d1f2a3c", Utente: utenteID}},
		Conto:  2, Pratiche: 1, Dal: mattina, Al: scade, Riservato: true, Entro: scade.AddDate(0, 0, 7),
	},
	"caso.requests-added.v1": domain.CasoRequestsAdded{Visure: []domain.VisuraDiCaso{{Visura: visuraID, Utente: utenteID}}, Riservato: true},
	"caso.taken.v1":          domain.CasoTaken{},
	"caso.closed.v1":         domain.CasoClosed{Esito: domain.EsitoDaSegnalare, Testo: "L'operatore ha chiesto di un proprio conoscente."},
}
