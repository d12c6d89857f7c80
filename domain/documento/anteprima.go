package documento

import (
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// anteprima is the number of a preview: no document has it.
var anteprima = domain.NewCIUV([10]byte{})

// Anteprima is a document of a Comune as a model would have it, about somebody who does not
// exist and asked for by nobody. It is composed as every other is, of what no registry
// answered, and bears so across every page. At is the instant that is printed on it.
func Anteprima(comune domain.Comune, modello Modello, at time.Time, verifyURL func(domain.CIUV) string) Documento {
	here := scheda.Localita{Nome: comune.Nome, ISTAT: comune.ISTAT, Provincia: comune.Provincia}
	born := domain.Date{Year: 1980, Month: 1, Day: 1}
	const code = domain.CodiceFiscale("SMPNNA80A41H501F") // its last letter is wrong: it is nobody's
	c := Case{
		Comune: comune, Modello: modello, Day: domain.ItalianDay(at), IssuedAt: domain.ItalianTime(at), VerifyURL: verifyURL(anteprima), Ambiente: domain.Simulatore,
		Visura: domain.Visura{Numero: anteprima, Approval: domain.Immediata, Request: domain.VisuraRequested{
			Comune: comune.ISTAT, Tipo: domain.Residenza, Ambito: domain.Comunale, Soggetto: domain.Soggetto{CodiceFiscale: code},
			Purpose: domain.Purpose{Descrizione: "Anteprima del modello documento", BaseGiuridica: "Nessuna: i dati sono inventati", NumeroPratica: "ANTEPRIMA"},
		}},
		Ente:   domain.Ente{EnteRegistered: domain.EnteRegistered{Denominazione: "Ente inventato"}},
		Utente: domain.Utente{UtenteRegistered: domain.UtenteRegistered{Codice: "U-00000-00000"}},
		Atto:   domain.Atto{ConvenzioneDrafted: domain.ConvenzioneDrafted{Tipo: domain.AttoConvenzione, Estremi: "Nessuna"}},
		Scheda: scheda.Scheda{IDOperazioneANPR: "0", Persone: []scheda.Persona{{
			Generalita: scheda.Generalita{
				CodiceFiscale: code, CodiceFiscaleValido: true, Cognome: "ESEMPIO", Nome: "ANNA", Sesso: "F", Nascita: born,
				LuogoNascita: scheda.Luogo{Comune: scheda.Localita{Nome: "ROMA", ISTAT: "058091", Provincia: "RM"}},
			},
			Certificabile: "2",
			Residenze: []scheda.Residenza{{Tipo: "1", Decorrenza: domain.Date{Year: 2010, Month: 5, Day: 1}, Indirizzo: scheda.Indirizzo{
				Via: "VIA INVENTATA", Civico: "1", CAP: "00000", Comune: here,
			}}},
			Iscrizione: &scheda.Iscrizione{Data: domain.Date{Year: 2010, Month: 5, Day: 1}, Comune: here},
		}}},
	}
	doc, _, _ := Compose(c)
	return doc
}
