package domain_test

import "github.com/visure-anagrafiche/visure/domain"

// goldenMassive are those of requests about many people at once.
var goldenMassive = map[string]domain.Event{
	"convenzione.massive-granted.v1": domain.MassiveGranted{Atto: 2, Tetto: 500, BaseGiuridica: "art. 1, comma 179, L. 296/2006"},
	"convenzione.massive-ended.v1":   domain.MassiveEnded{Atto: 2, Motivo: "La campagna è conclusa."},
	"massiva.requested.v1": domain.MassivaRequested{
		Comune: "039002", Ente: enteID, Convenzione: convenzioneID, Atto: 2, Ufficio: "tributi", Tipo: domain.Residenza, Ambito: domain.Comunale,
		Purpose: domain.Purpose{
			Finalita: "accertamenti-tributari", Descrizione: "Accertamenti in materia di tributi locali",
			BaseGiuridica: "art. 1, comma 179, L. 296/2006", NumeroPratica: "PG-2026/0441",
		},
		Tetto: 500, BaseGiuridica: "art. 1, comma 179, L. 296/2006", Righe: 2,
		Soggetti: []domain.Soggetto{{CodiceFiscale: "RSSMRA85T10A562S"}, {Cognome: "BIANCHI", Nome: "ADA", Sesso: "F", DataNascita: domain.Date{Year: 1960, Month: 2}}},
	},
	"massiva.rows-asked.v1":       domain.RowsAsked{To: 20},
	"massiva.delayed.v1":          domain.MassivaDelayed{Quota: "utente-giorno", Until: scade},
	"massiva.stopped.v1":          domain.MassivaStopped{Item: "orario", Testo: "la convenzione non ammette richieste a quest'ora"},
	"massiva.resumed.v1":          domain.MassivaResumed{},
	"massiva.withdrawn.v1":        domain.MassivaWithdrawn{},
	"massiva.people-destroyed.v1": domain.PeopleDestroyed{},
	"massiva.requester-told.v1":   domain.MassivaRequesterTold{Fatto: domain.FattoFerma},
}
