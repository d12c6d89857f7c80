package anpr

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// card parses a SOAP 1.2 envelope, with prefixes and qualified children nobody
// announced, around the blocks of one subject.
func card(t *testing.T, blocks string) scheda.Persona {
	t.Helper()
	answer, err := parse([]byte(`<?xml version="1.0"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header><x:New xmlns:x="urn:x"/></s:Header><s:Body>` +
		`<ns2:Risposta3002 xmlns:ns2="http://sogei.it/ANPR/3000consultazione"><ns2:Risposta3002_OK><ns2:testataRisposta/><novita>1</novita>` +
		`<listaSoggetti><datiSoggetto>` + blocks + `</datiSoggetto></listaSoggetti></ns2:Risposta3002_OK></ns2:Risposta3002></s:Body></s:Envelope>`))
	if err != nil {
		t.Fatal(err)
	}
	return answer.R3002.OK.scheda().Persone[0]
}

var (
	ravenna = `<nomeComune>RAVENNA</nomeComune><codiceIstat>039014</codiceIstat><siglaProvinciaIstat>RA</siglaProvinciaIstat>`
	ravenno = scheda.Localita{Nome: "RAVENNA", ISTAT: "039014", Provincia: "RA"}
)

func acts(year string) (element string, act *scheda.Atto) {
	return `<comuneRegistrazione>` + ravenna + `</comuneRegistrazione><ufficioMunicipio>1</ufficioMunicipio><anno>` + year + `</anno><parte>2</parte><serie>A</serie>` +
			`<numeroAtto>45</numeroAtto><volume>I</volume><dataFormazioneAtto>` + year + `-06-16+02:00</dataFormazioneAtto><trascritto>1</trascritto>`,
		&scheda.Atto{Comune: ravenno, Ufficio: "1", Anno: year, Parte: "2", Serie: "A", Numero: "45", Volume: "I", Formazione: domain.Date{Year: atoi(year), Month: 6, Day: 16}, Trascritto: true}
}

func atoi(s string) (n int) {
	for _, c := range s {
		n = n*10 + int(c-'0')
	}
	return n
}

func TestEachBlockIsMapped(t *testing.T) {
	t.Parallel()
	old, oldAct := acts("1950")
	newer, newerAct := acts("2008")
	ansc := `<idANSC>A-1</idANSC><comuneRegistrazione>` + ravenna + `</comuneRegistrazione><anno>2025</anno><numeroComunale>77</numeroComunale>`
	anscAct := &scheda.Atto{Comune: ravenno, Anno: "2025", Numero: "77", ANSC: "A-1"}
	day := func(y, m, d int) domain.Date { return domain.Date{Year: y, Month: m, Day: d} }
	for name, c := range map[string]struct {
		blocks string
		want   scheda.Persona
	}{
		"nothing":     {},
		"national id": {`<identificativi><idANPR> VR10001LU </idANPR></identificativi>`, scheda.Persona{IDANPR: "VR10001LU"}},
		"particulars": {
			`<generalita><codiceFiscale><codFiscale>vrdlcu78c14a547o</codFiscale><validitaCF>9</validitaCF></codiceFiscale><senzaCognome>1</senzaCognome><nome>LUCÀ</nome><sesso>m</sesso>` +
				`<dataNascita>1978-01-01Z</dataNascita><senzaGiornoMese>1</senzaGiornoMese><luogoNascita><luogoEccezionale>NAVE REX</luogoEccezionale><localita><descrizioneLocalita>TIRANA</descrizioneLocalita>` +
				`<descrizioneStato>ALBANIA</descrizioneStato><codiceStato>201</codiceStato><provinciaContea>TR</provinciaContea></localita></luogoNascita><soggettoAIRE>S</soggettoAIRE><annoEspatrio>2012</annoEspatrio></generalita>`,
			scheda.Persona{Generalita: scheda.Generalita{CodiceFiscale: "VRDLCU78C14A547O", SenzaCognome: true, Nome: "LUCÀ", Sesso: "M", Nascita: domain.Date{Year: 1978},
				LuogoNascita: scheda.Luogo{Eccezionale: "NAVE REX", Estero: scheda.Localita{Nome: "TIRANA", Stato: "ALBANIA", CodiceStato: "201", Provincia: "TR"}}, AIRE: true, AnnoEspatrio: "2012"}},
		},
		"attributes": {
			`<statoCivile><statoCivile>2</statoCivile></statoCivile><attributiSoggetto><senzaFissaDimora>S</senzaFissaDimora><soggettoCertificabile>1</soggettoCertificabile></attributiSoggetto>`,
			scheda.Persona{StatoCivile: "2", SenzaFissaDimora: true, Certificabile: "1"},
		},
		"a status that is not documented": {
			`<statoCivile><statoCivile>1</statoCivile><noteStatoCivile> A VOCE </noteStatoCivile><statoCivileND>S</statoCivileND></statoCivile>`,
			scheda.Persona{StatoCivile: "1", NonDocumentato: true, NoteStatoCivile: "A VOCE"},
		},
		"the newer record of birth first":   {`<attoNascita>` + old + `</attoNascita><attoNascitaANPR><atto>` + newer + `</atto></attoNascitaANPR>`, scheda.Persona{AttoNascita: newerAct}},
		"a digital record before any":       {`<attoNascitaANPR><attoANSC>` + ansc + `</attoANSC></attoNascitaANPR><attoNascita>` + old + `</attoNascita>`, scheda.Persona{AttoNascita: anscAct}},
		"the older record when it is alone": {`<attoNascita>` + old + `</attoNascita><attoNascitaANPR/>`, scheda.Persona{AttoNascita: oldAct}},
		"citizenships in their order": {
			`<cittadinanza><descrizioneStato>ITALIA</descrizioneStato><codiceStato>100</codiceStato><dataValidita>2015-03-03+01:00</dataValidita></cittadinanza>` +
				`<cittadinanza><descrizioneStato>ALBANIA</descrizioneStato><codiceStato>201</codiceStato><noteStato>N</noteStato></cittadinanza>`,
			scheda.Persona{Cittadinanze: []scheda.Cittadinanza{{Stato: "ITALIA", CodiceStato: "100", Dal: day(2015, 3, 3)}, {Stato: "ALBANIA", CodiceStato: "201", Note: "N"}}},
		},
		"two residences": {
			`<residenza><tipoIndirizzo>1</tipoIndirizzo><noteIndirizzo>N</noteIndirizzo><indirizzo><cap>48100</cap><comune>` + ravenna + `</comune><frazione>MEZZANO</frazione><toponimo><codSpecie>125</codSpecie>` +
				`<denominazioneToponimo>DEL POPOLO</denominazioneToponimo></toponimo><numeroCivico><numero>7</numero></numeroCivico></indirizzo><presso>ROSSI</presso></residenza>` +
				`<residenza><tipoIndirizzo>4</tipoIndirizzo><localitaEstera><indirizzoEstero><cap>1000</cap><localita><descrizioneLocalita>BRUXELLES</descrizioneLocalita><codiceStato>206</codiceStato></localita>` +
				`<toponimo><denominazione>RUE X</denominazione><numeroCivico>12</numeroCivico></toponimo></indirizzoEstero><consolato><codiceConsolato>2230100</codiceConsolato><descrizioneConsolato>BRUXELLES</descrizioneConsolato></consolato></localitaEstera>` +
				`<dataDecorrenzaResidenza>2012-04-01</dataDecorrenzaResidenza></residenza>`,
			scheda.Persona{Residenze: []scheda.Residenza{
				{Tipo: "1", Note: "N", Indirizzo: scheda.Indirizzo{Via: "PIAZZA DEL POPOLO", Civico: "7", CAP: "48100", Frazione: "MEZZANO", Comune: ravenno}, Presso: "ROSSI"},
				{Tipo: "4", Estero: &scheda.Estero{Indirizzo: "RUE X 12", CAP: "1000", Localita: scheda.Localita{Nome: "BRUXELLES", CodiceStato: "206"}, Consolato: "BRUXELLES"}, Decorrenza: day(2012, 4, 1)},
			}},
		},
		"marriage": {
			`<matrimonio><coniuge><cognome>ROSSI</cognome><nome>ELENA</nome></coniuge><datiMatrimonio><dataEvento>2008-06-01</dataEvento><senzaGiorno>1</senzaGiorno><luogoEvento><comune>` + ravenna +
				`</comune></luogoEvento><attoEvento>` + old + `</attoEvento><attoEventoANPR><atto>` + newer + `</atto></attoEventoANPR></datiMatrimonio><ordineMatrimonio>2</ordineMatrimonio></matrimonio>`,
			scheda.Persona{Matrimonio: &scheda.Unione{Altro: &scheda.Generalita{Cognome: "ROSSI", Nome: "ELENA"}, Ordine: "2",
				Evento: &scheda.Evento{Data: domain.Date{Year: 2008, Month: 6}, Luogo: scheda.Luogo{Comune: ravenno}, Atto: newerAct}}},
		},
		"widowhood": {
			`<vedovanza><datiMorteconiuge><dataEvento>2020-02-03</dataEvento></datiMorteconiuge><ordineMatrimonioPrecedente>2</ordineMatrimonioPrecedente></vedovanza>`,
			scheda.Persona{Vedovanza: &scheda.Evento{Data: day(2020, 2, 3)}, OrdineVedovanza: "2"},
		},
		"divorce by ruling": {
			`<annullamentoMatrimonio><tipoCessazione>3</tipoCessazione><sentenza><data>2019-01-02</data><numero>12/2019</numero><autorita>TRIBUNALE</autorita><dataValidita>2019-04-05+02:00</dataValidita></sentenza></annullamentoMatrimonio>`,
			scheda.Persona{Cessazione: &scheda.Cessazione{Tipo: "3", Dal: day(2019, 4, 5), Pronuncia: day(2019, 1, 2), Sentenza: "12/2019", Autorita: "TRIBUNALE"}},
		},
		"divorce by record": {
			`<annullamentoMatrimonio><tipoCessazione>7</tipoCessazione><attoAnnullamentoMatrimonio>` + old + `</attoAnnullamentoMatrimonio></annullamentoMatrimonio>`,
			scheda.Persona{Cessazione: &scheda.Cessazione{Tipo: "7", Atto: oldAct}},
		},
		"civil union": {
			`<unioneCivile><unitoCivilmente><cognome>ROSSI</cognome><nome>ELENA</nome></unitoCivilmente><attoUnione><dataEvento>2018-05-05</dataEvento></attoUnione><ordineUnione>1</ordineUnione></unioneCivile>`,
			scheda.Persona{UnioneCivile: &scheda.Unione{Altro: &scheda.Generalita{Cognome: "ROSSI", Nome: "ELENA"}, Evento: &scheda.Evento{Data: day(2018, 5, 5)}, Ordine: "1"}},
		},
		"a dissolved union beside a marriage's end": {
			`<statoCivile><statoCivile>8</statoCivile></statoCivile><annullamentoMatrimonio><tipoCessazione>3</tipoCessazione></annullamentoMatrimonio>` +
				`<unioneCivile><scioglimentoUnione><motivoScioglimento>1</motivoScioglimento><datiEvento><dataEvento>2021-07-08</dataEvento></datiEvento></scioglimentoUnione></unioneCivile>`,
			scheda.Persona{StatoCivile: "8", UnioneCivile: &scheda.Unione{}, Cessazione: &scheda.Cessazione{Tipo: "3"},
				Scioglimento: &scheda.Cessazione{Tipo: "1", Unione: true, Dal: day(2021, 7, 8)}},
		},
		"a union dissolved by ruling": {
			`<unioneCivile><scioglimentoUnione><motivoScioglimento>3</motivoScioglimento><sentenza><data>2021-02-03</data><autorita>TRIBUNALE</autorita><dataValidita>2021-06-07</dataValidita></sentenza>` +
				`<datiEvento><dataEvento>2021-02-03</dataEvento></datiEvento></scioglimentoUnione></unioneCivile>`,
			scheda.Persona{UnioneCivile: &scheda.Unione{},
				Scioglimento: &scheda.Cessazione{Tipo: "3", Unione: true, Dal: day(2021, 6, 7), Pronuncia: day(2021, 2, 3), Autorita: "TRIBUNALE"}},
		},
		"tie without its kind": {
			`<legameSoggetto><dataDecorrenza>2008-06-15</dataDecorrenza><codiceLegame>2</codiceLegame><progressivoComponente>003</progressivoComponente></legameSoggetto>`,
			scheda.Persona{Legame: &scheda.Legame{Tipo: "3", Codice: "2", Progressivo: 3, Decorrenza: day(2008, 6, 15)}},
		},
		"family": {
			`<famigliaConvivenza><idFamigliaConvivenzaComune><idFamigliaConvivenza>4321</idFamigliaConvivenza></idFamigliaConvivenzaComune><famigliaAire>S</famigliaAire>` +
				`<dataOrigineFamigliaConvivenza>2008-06-15</dataOrigineFamigliaConvivenza><denominazioneConvivenza>ISTITUTO</denominazioneConvivenza><tipoScheda>4</tipoScheda></famigliaConvivenza>`,
			scheda.Persona{Famiglia: &scheda.Famiglia{ID: "4321", AIRE: true, Origine: day(2008, 6, 15), Denominazione: "ISTITUTO", TipoScheda: "4"}},
		},
		"enrolment abroad": {
			`<datiIscrizione><datiIscrizioneComune><dataIscrizione>2012-04-01</dataIscrizione><comune>` + ravenna + `</comune></datiIscrizioneComune><tipoIscrizioneAIRE><motivoIscrizione>C01</motivoIscrizione></tipoIscrizioneAIRE></datiIscrizione>`,
			scheda.Persona{Iscrizione: &scheda.Iscrizione{Data: day(2012, 4, 1), Comune: ravenno, Codice: "C01"}},
		},
		"death and cancellation": {
			`<datiCancellazione><motivoCancellazione>1</motivoCancellazione><notecancellazione>N</notecancellazione><dataDecorrenzaCancellazione>2023-02-11</dataDecorrenzaCancellazione></datiCancellazione>` +
				`<datiDecesso><dataEvento>2023-01-01</dataEvento><senzaGiornoMese>1</senzaGiornoMese></datiDecesso>` +
				`<erroriAnomalie><codiceErroreAnomalia>S01</codiceErroreAnomalia><testoErroreAnomalia>T</testoErroreAnomalia></erroriAnomalie>`,
			scheda.Persona{Cancellazione: &scheda.Cancellazione{Codice: "1", Note: "N", Decorrenza: day(2023, 2, 11)}, Decesso: &scheda.Evento{Data: domain.Date{Year: 2023}},
				Anomalie: []scheda.Anomalia{{Codice: "S01", Testo: "T"}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, card(t, c.blocks)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// FuzzAnswer reads anything as an answer: it may be refused, it may not panic,
// and a refusal quotes nothing of it.
func FuzzAnswer(f *testing.F) {
	files, _ := filepath.Glob(filepath.Join("..", "..", "..", "shared", "anpr", "examples", "*"))
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add("text/xml", content)
	}
	f.Add(`multipart/related; boundary="b"; start="<r>"`, []byte("--b\r\nContent-ID: <x>\r\n\r\nno\r\n--b\r\nContent-ID: <r>\r\n\r\n<Envelope><Body/></Envelope>\r\n--b--"))
	f.Add(`multipart/related; boundary=b`, []byte("--b\r\n\r\n<Envelope><Body><Fault><faultcode>x</faultcode></Fault></Body></Envelope>"))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		r := &reply{status: 200, contentType: contentType, body: body}
		answer, err := r.answer()
		if err != nil {
			if len(body) > 40 && strings.Contains(err.Error(), string(body)) {
				t.Error("the error quotes the answer")
			}
			return
		}
		if answer.Fault != nil {
			answer.Fault.failure(false)
		}
		if ok, err := answer.consulted("1", false); err == nil {
			scheda := ok.scheda()
			onePerson(ok.Soggetti)
			_ = scheda
		}
		if ok, err := answer.certified("1", true); err == nil {
			ok.history(scheda.Scheda{})
		}
	})
}
