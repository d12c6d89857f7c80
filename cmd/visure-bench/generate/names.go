package generate

import (
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

var provinces = strings.Fields("RA FC BO MO FI BA TN AO TO MI GE VE TS AN PG RM AQ CB NA PZ CZ PA CA")

var (
	places = strings.Fields("Borgo Castel Monte Rocca Villa Torre Ponte Serra Pieve Campo Colle Fonte Isola Piano Porto Riva Sasso Selva Valle Vico")
	ofWhat = strings.Fields("Alto Basso Nuovo Vecchio Fiorito Sereno Marino Montano Lungo Corto Chiaro Antico Reale Verde Bianco Rosso Grande Minore Superiore Inferiore")
	saints = strings.Fields("Anna Bruno Carlo Donato Elia Felice Giorgio Ilario Lucia Marco Nicola Olga Pietro Quirico Rita Siro Tecla Ugo Vito Zeno")
	kinds  = strings.Fields("Azienda Agenzia Istituto Consorzio Tribunale Procura Questura Prefettura Università Ente")
)

// placeName is a name for the nth of up to 8,000 Comuni.
func placeName(n int) string {
	return places[n%20] + " " + ofWhat[n/20%20] + " San " + saints[n/400%20]
}

// bodyName is a name for the nth Ente.
func bodyName(n int) string {
	return kinds[n%10] + " di " + placeName(n/10)
}

// assessed is the analysis of risk that admitted the purposes.
const assessed = "Analisi del rischio, scheda n. 1"

// purposes are what agreements admit, at least the first two of them.
var purposes = []domain.Finalita{
	{Codice: "ISEE", Descrizione: "Controllo delle dichiarazioni sostitutive per prestazioni agevolate", BaseGiuridica: "art. 71 D.P.R. 445/2000; art. 11 D.P.C.M. 159/2013", Conservazione: 60, Valutazione: assessed},
	{Codice: "ASSISTITI", Descrizione: "Aggiornamento dell'anagrafe degli assistiti", BaseGiuridica: "art. 62-ter D.Lgs. 82/2005", Conservazione: 60, Valutazione: assessed},
	{Codice: "NOTIFICA", Descrizione: "Ricerca dell'indirizzo per la notificazione di atti", BaseGiuridica: "art. 43 c. 4 D.P.R. 445/2000", Conservazione: 60, Valutazione: assessed},
	{Codice: "TRIBUTI", Descrizione: "Accertamento dei tributi locali", BaseGiuridica: "art. 1 c. 179 L. 296/2006", Conservazione: 60, Valutazione: assessed},
}
