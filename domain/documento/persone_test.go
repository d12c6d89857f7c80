package documento_test

import (
	"fmt"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// The people of the tests: one of every kind that registers hold. All are
// invented; tax codes have the right check character.

var (
	bagnacavallo = scheda.Localita{Nome: "BAGNACAVALLO", ISTAT: "039002", Provincia: "RA"}
	cesena       = scheda.Localita{Nome: "CESENA", ISTAT: "040007", Provincia: "FC"}
	bruxelles    = scheda.Localita{Nome: "BRUXELLES", Stato: "BELGIO", CodiceStato: "206"}
	kabul        = scheda.Localita{Nome: "KABUL", Stato: "AFGHANISTAN", CodiceStato: "301"}
)

func data(s string) domain.Date {
	d, err := domain.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func in(l scheda.Localita) scheda.Luogo {
	if l.Stato != "" {
		return scheda.Luogo{Estero: l}
	}
	return scheda.Luogo{Comune: l}
}

func via(comune scheda.Localita, nome, civico, dal string) scheda.Residenza {
	return scheda.Residenza{
		Tipo: "1", Decorrenza: data(dal),
		Indirizzo: scheda.Indirizzo{Via: nome, Civico: civico, CAP: "48012", Comune: comune},
	}
}

func atto(anno, parte, serie, numero string) *scheda.Atto {
	return &scheda.Atto{Comune: bagnacavallo, Ufficio: "1", Anno: anno, Parte: parte, Serie: serie, Numero: numero}
}

// luca is a resident, married, the head of a family of three.
func luca() scheda.Persona {
	sara := scheda.Generalita{
		CodiceFiscale: "BNCSRA80H52D458T", CodiceFiscaleValido: true, Cognome: "BIANCOSPINO", Nome: "SARA", Sesso: "F",
		Nascita: data("1980-06-12"), LuogoNascita: scheda.Luogo{Comune: scheda.Localita{Nome: "FAENZA", ISTAT: "039010", Provincia: "RA"}},
	}
	casa := via(bagnacavallo, "VIA DELLE ROSE", "7/A", "2015-09-01")
	casa.Indirizzo.Interno, casa.Indirizzo.Frazione, casa.Presso = "scala A, interno 3", "VILLANOVA", "FAM. ROSSI"
	return scheda.Persona{
		IDANPR: "VR10001LU",
		Generalita: scheda.Generalita{
			CodiceFiscale: "VRDLCU78C14A547O", CodiceFiscaleValido: true, Cognome: "VERDEMARE", Nome: "LUCA", Sesso: "M",
			Nascita: data("1978-03-14"), LuogoNascita: in(bagnacavallo),
		},
		StatoCivile: "2", Certificabile: "2",
		AttoNascita:  atto("1978", "1", "A", "41"),
		Cittadinanze: []scheda.Cittadinanza{{Stato: "ITALIA", CodiceStato: "100", Dal: data("1978-03-14")}},
		Residenze:    []scheda.Residenza{casa},
		Matrimonio: &scheda.Unione{
			Altro:  &sara,
			Evento: &scheda.Evento{Data: data("2008-06-15"), Luogo: in(bagnacavallo), Atto: atto("2008", "2", "A", "12")},
			Ordine: "1",
		},
		Legame:     &scheda.Legame{Tipo: "3", Codice: "1", Progressivo: 1, Decorrenza: data("2008-06-15")},
		Famiglia:   &scheda.Famiglia{ID: "700000012345", TipoScheda: "3", Origine: data("2008-06-15")},
		Iscrizione: &scheda.Iscrizione{Data: data("1978-03-14"), Comune: bagnacavallo, Codice: "1"},
	}
}

// sara is luca's wife, agata their daughter of a name beyond Latin-1.
func sara() scheda.Persona {
	s := luca()
	s.IDANPR, s.Generalita = "BN10002SA", *luca().Matrimonio.Altro
	s.Legame = &scheda.Legame{Tipo: "3", Codice: "2", Progressivo: 2}
	return s
}

func agata() scheda.Persona {
	s := celibe()
	s.IDANPR = "VR10003AG"
	s.Generalita = scheda.Generalita{
		CodiceFiscale: "VRDGTA10E48D458Y", CodiceFiscaleValido: true, Cognome: "VERDEMARE ŠČEKIĆ", Nome: "ÁGATA-ŽOFIE", Sesso: "F",
		Nascita: data("2010-05-08"), LuogoNascita: in(bagnacavallo),
	}
	s.Legame = &scheda.Legame{Tipo: "3", Codice: "3", Progressivo: 3}
	return s
}

// celibe never married.
func celibe() scheda.Persona {
	s := luca()
	s.StatoCivile, s.Matrimonio = "1", nil
	return s
}

// The codes of those who stand for luca in an answer about them.
const (
	codiceDonna     domain.CodiceFiscale = "VRDLCU78C54A547S"
	codiceAnziana   domain.CodiceFiscale = "VRDLCU31A41A547N"
	codiceStraniera domain.CodiceFiscale = "XXXMKY78C54Z200E"
)

// donna makes a woman of luca, with the code of one.
func donna(s *scheda.Persona) { s.Generalita.Sesso, s.Generalita.CodiceFiscale = "F", codiceDonna }

// anziana knows the year of her birth only; she is luca's great-aunt.
func anziana() scheda.Persona {
	s := celibe()
	s.Generalita.Sesso, s.Generalita.Nascita, s.Generalita.CodiceFiscale, s.Generalita.CodiceFiscaleValido = "F", data("1931"), codiceAnziana, false
	return s
}

// straniera holds two citizenships, one name only, and an address of no date.
func straniera() scheda.Persona {
	s := celibe()
	s.Generalita = scheda.Generalita{
		CodiceFiscale: codiceStraniera, CodiceFiscaleValido: true, SenzaCognome: true, Nome: "MÜLKİYE ÑANDÚ GROẞ", Sesso: "F",
		Nascita: data("1978-03"), LuogoNascita: in(kabul),
	}
	s.Cittadinanze = []scheda.Cittadinanza{
		{Stato: "AFGHANISTAN", CodiceStato: "301", Dal: data("1978")},
		{Stato: "ALBANIA", CodiceStato: "201", Note: "per matrimonio"},
	}
	s.Residenze[0].Decorrenza = domain.Date{}
	return s
}

// warnIfHomeless has no fixed address and was born at sea.
func warnIfHomeless() scheda.Persona {
	s := celibe()
	s.SenzaFissaDimora, s.Residenze = true, []scheda.Residenza{{
		Tipo: "3", Indirizzo: scheda.Indirizzo{Via: "VIA DELLA CASA COMUNALE", Civico: "SNC", Comune: bagnacavallo}, Decorrenza: data("2020-01-01"),
	}}
	s.Generalita.LuogoNascita = scheda.Luogo{Eccezionale: "A BORDO DELLA MOTONAVE AURORA"}
	return s
}

// vedova's husband died; unita is in a civil union; divorziato was married.
func vedova() scheda.Persona {
	s := with(luca(), donna)
	s.StatoCivile = "3"
	s.Vedovanza = &scheda.Evento{Data: data("2019-02-02"), Luogo: in(cesena), Atto: atto("2019", "2", "B", "7")}
	return s
}

func unita() scheda.Persona {
	s := with(celibe(), donna)
	s.StatoCivile = "6"
	s.UnioneCivile = &scheda.Unione{
		Altro:  luca().Matrimonio.Altro,
		Evento: &scheda.Evento{Data: data("2018-09-30"), Luogo: in(bagnacavallo), Atto: atto("2018", "1", "", "3")},
		Ordine: "1",
	}
	return s
}

func divorziato() scheda.Persona {
	s := luca()
	s.StatoCivile = "4"
	s.Cessazione = &scheda.Cessazione{
		Tipo: "1", Dal: data("2022-01-10"), Pronuncia: data("2021-11-05"), Sentenza: "1204/2021", Autorita: "TRIBUNALE DI RAVENNA", Atto: atto("2021", "2", "C", "3"),
	}
	return s
}

// liberaDaUnione was in a civil union that was dissolved.
func liberaDaUnione() scheda.Persona {
	s := unita()
	s.StatoCivile = "8"
	s.Scioglimento = &scheda.Cessazione{Tipo: "1", Unione: true, Dal: data("2024-03-01"), Autorita: "UFFICIALE DELLO STATO CIVILE DI BAGNACAVALLO"}
	return s
}

// defunto died.
func defunto() scheda.Persona {
	s := celibe()
	s.Cancellazione = &scheda.Cancellazione{Codice: "1", Decorrenza: data("2026-02-03")}
	s.Decesso = &scheda.Evento{Data: data("2026-02-03"), Luogo: in(cesena), Atto: atto("2026", "1", "", "18")}
	return s
}

// cancellato left the register for a reason of table 15.
func cancellato(motivo string) scheda.Persona {
	s := celibe()
	s.Cancellazione = &scheda.Cancellazione{Codice: motivo, Decorrenza: data("2024-07-01")}
	return s
}

// presunto was declared dead by a court.
func presunto() scheda.Persona {
	s := cancellato("2")
	s.Cancellazione.Sentenza = &scheda.Sentenza{Autorita: "TRIBUNALE DI RAVENNA", Numero: "88/2024", Data: data("2024-03-11"), Decorrenza: data("2024-05-02")}
	return s
}

// ospite lives in a convivenza.
func ospite() scheda.Persona {
	s := celibe()
	s.Legame = &scheda.Legame{Tipo: "4", Codice: "2"}
	s.Famiglia = &scheda.Famiglia{ID: "700000099999", TipoScheda: "4", Denominazione: "CASA DI RIPOSO SAN FRANCESCO"}
	return s
}

// espatriata is an Italian abroad, married after she left.
func espatriata() scheda.Persona {
	s := with(luca(), donna)
	s.Generalita.AIRE, s.Generalita.AnnoEspatrio = true, "2012"
	s.Matrimonio.Evento.Data = data("2008-06-15")
	s.Residenze = []scheda.Residenza{{
		Tipo: "4", Decorrenza: data("2012-04-01"),
		Estero: &scheda.Estero{Indirizzo: "CHAUSSÉE DE L'INVENTION TRÈS LONGUE ET IMAGINAIRE, BÂTIMENT C, 1234 BIS", CAP: "1000", Localita: bruxelles, Consolato: "BRUXELLES"},
	}}
	s.Legame = &scheda.Legame{Tipo: "5", Codice: "1", Progressivo: 1}
	s.Famiglia = &scheda.Famiglia{ID: "700000054321", TipoScheda: "5", AIRE: true}
	s.Iscrizione = &scheda.Iscrizione{Data: data("2012-04-01"), Comune: bagnacavallo, Codice: "C01"}
	return s
}

// persona is an answer about one person.
func persona(cards ...scheda.Persona) scheda.Scheda {
	return scheda.Scheda{IDOperazioneANPR: "3000000000101", Persone: cards}
}

// famiglia is an answer about a family at the first member's address.
func famiglia(members ...scheda.Persona) scheda.Scheda {
	s := persona(members...)
	f := scheda.Famiglia{}
	if members[0].Famiglia != nil {
		f = *members[0].Famiglia
	}
	if len(members[0].Residenze) > 0 {
		f.Residenza = &members[0].Residenze[0]
	}
	s.Famiglia = &f
	return s
}

// dodici is a family of twelve, in no order, with relations old and new.
func dodici() scheda.Scheda {
	codes := []string{"3", "14", "15", "19", "80", "81", "99", "28", "17", "23", "1", "2"}
	var members []scheda.Persona
	for i, code := range codes {
		m := agata()
		m.Generalita.Nome, m.Generalita.CodiceFiscale = fmt.Sprintf("COMPONENTE-%c", 'A'+i), ""
		m.Legame = &scheda.Legame{Tipo: "3", Codice: code, Progressivo: i + 1}
		if code == "1" {
			m = luca()
		}
		members = append(members, m)
	}
	s := famiglia(members...)
	s.Famiglia.Residenza = &luca().Residenze[0]
	return s
}

// traslochi is a history of residences, the latest first, as 6001 answers.
func traslochi(p scheda.Persona) scheda.Scheda {
	s := persona(p)
	s.Residenze = []scheda.Residenza{
		via(bagnacavallo, "VIA DELLE ROSE", "7", "2015-09-01"),
		{Tipo: "4", Decorrenza: data("2012-01-15"), Estero: &scheda.Estero{Indirizzo: "RUE IMAGINAIRE 12", CAP: "1000", Localita: bruxelles}},
		{Tipo: "10", Decorrenza: data("2009-02-01"), Indirizzo: scheda.Indirizzo{Via: "VIA DEL MULINO", Civico: "21", Comune: bagnacavallo}},
		via(cesena, "VIA DEI PINI", "4", "1999-06-30"),
	}
	return s
}

// naturalizzato is a history of citizenships that ends with the Italian one.
func naturalizzato(p scheda.Persona) scheda.Scheda {
	s := persona(p)
	s.Cittadinanze = []scheda.Cittadinanza{
		{Stato: "ITALIA", CodiceStato: "100", Dal: data("2011-10-20")},
		{Stato: "ALBANIA", CodiceStato: "201", Dal: data("1978-03-14")},
	}
	return s
}

// jugoslavo is a history of citizenships that begins with States of no table: one
// that ceased, and one that nobody can tell.
func jugoslavo(p scheda.Persona) scheda.Scheda {
	s := persona(p)
	s.Cittadinanze = []scheda.Cittadinanza{
		{Stato: "JUGOSLAVIA", CodiceStato: "998", Note: "STATO CESSATO", Dal: data("1978-03-14")},
		{Stato: "NON ATTRIBUIBILE", CodiceStato: "998", Dal: data("1992-05-01")},
		{Stato: "ITALIA", CodiceStato: "100", Dal: data("2001-03-03")},
	}
	return s
}

// undocumented marks a status as entered without a record.
func undocumented(s *scheda.Persona) {
	s.NonDocumentato, s.NoteStatoCivile = true, "DICHIARATO DALL'INTERESSATO"
}
