package pdf_test

import (
	"fmt"

	"github.com/visure-anagrafiche/visure/domain/documento"
)

// samples are documents as the system makes them, one for each thing a layout
// must bear.
func samples() map[string]documento.Documento {
	return map[string]documento.Documento{
		"residenza":    residenza(),
		"famiglia":     famiglia(12),
		"avvertenze":   avvertenze(),
		"diacritici":   diacritici(),
		"storica":      storica(30),
		"sostituzioni": sostituzioni(),
	}
}

func frame(titolo string) documento.Documento {
	return documento.Documento{
		Numero:      "7K3M-9QXT-0V2B-HD5Z8",
		Titolo:      "Visura anagrafica – " + titolo,
		Comune:      "Comune di San Giovanni in Persiceto",
		Provincia:   "BO",
		Ufficio:     "Ufficio Anagrafe",
		Sottotitolo: "Documento ad uso esclusivo interno della Pubblica Amministrazione e dei gestori di pubblici servizi – non ha valore di certificato",
		Estremi: []documento.Riga{
			{Etichetta: "Numero visura", Valore: "7K3M-9QXT-0V2B-HD5Z8"},
			{Etichetta: "Data e ora di emissione", Valore: "14/03/2025 10:42:07"},
			{Etichetta: "Data di riferimento dei dati", Valore: "14/03/2025"},
			{Etichetta: "Fonte", Valore: "ANPR – Anagrafe Nazionale della Popolazione Residente"},
			{Etichetta: "Id operazione ANPR", Valore: "20250314104206123456"},
			{Etichetta: "Ambito", Valore: "comunale"},
			{Etichetta: "Modalità di conferma", Valore: "immediata"},
		},
		Richiedente: []documento.Riga{
			{Etichetta: "Ente", Valore: "Azienda USL di Bologna – Dipartimento amministrativo"},
			{Etichetta: "Codice IPA", Valore: "asl_bo"},
			{Etichetta: "Codice utente", Valore: "U00042"},
			{Etichetta: "Finalità", Valore: "Verifica d’ufficio dei requisiti per l’esenzione dalla partecipazione alla spesa sanitaria"},
			{Etichetta: "Base giuridica", Valore: "Art. 6, par. 1, lett. e), Regolamento (UE) 2016/679; art. 43, d.P.R. 28 dicembre 2000, n. 445"},
			{Etichetta: "Numero di pratica", Valore: "PG/2025/0031877"},
			{Etichetta: "Convenzione", Valore: "Rep. n. 1184 del 09/01/2025"},
		},
		Piede: []string{
			"Visura erogata ai sensi dell'art. 43, comma 4, del D.P.R. 28/12/2000 n. 445, mediante consultazione telematica di ANPR (art. 62 D.Lgs. 82/2005).",
			"Il presente documento è riproduzione informatica ai sensi dell'art. 2712 c.c.; non è un certificato e non può essere rilasciato all'interessato né a soggetti privati.",
			"I dati possono essere utilizzati esclusivamente per la finalità e la pratica indicate; ogni accesso è tracciato.",
			"Esente da imposta di bollo (art. 16, tab. B, D.P.R. 642/1972).",
			"Situazione alla data e ora di emissione.",
		},
		VerifyURL: "https://visure.comune.sangiovanniinpersiceto.bo.it/verifica/7K3M-9QXT-0V2B-HD5Z8",
		Creato:    "2025-03-14T10:42:07+01:00",
	}
}

func generalita(cognome, nome string) documento.Sezione {
	return documento.Sezione{Titolo: "Generalità", Righe: []documento.Riga{
		{Etichetta: "Cognome", Valore: cognome},
		{Etichetta: "Nome", Valore: nome},
		{Etichetta: "Sesso", Valore: "F"},
		{Etichetta: "Data di nascita", Valore: "03/11/1978"},
		{Etichetta: "Luogo di nascita", Valore: "Bologna (BO)"},
		{Etichetta: "Codice fiscale", Valore: "RSSMRA78S43A944K"},
	}}
}

func residenza() documento.Documento {
	d := frame("Residenza")
	d.Sezioni = []documento.Sezione{generalita("ROSSI", "MARIA"), {
		Titolo: "Residenza",
		Righe: []documento.Riga{
			{Etichetta: "Indirizzo", Valore: "VIA GIUSEPPE GARIBALDI n. 12/A, scala B, piano 3, interno 7"},
			{Etichetta: "CAP", Valore: "40017"},
			{Etichetta: "Frazione", Valore: "Le Budrie"},
			{Etichetta: "Comune", Valore: "San Giovanni in Persiceto (BO)"},
			{Etichetta: "Decorrenza", Valore: "15/06/2009"},
		},
	}}
	return d
}

func famiglia(members int) documento.Documento {
	d := frame("Stato di famiglia con rapporti di parentela")
	t := &documento.Tabella{Colonne: []documento.Colonna{
		{Titolo: "N.", Peso: 0.5}, {Titolo: "Cognome", Peso: 2}, {Titolo: "Nome", Peso: 2}, {Titolo: "Sesso", Peso: 0.7},
		{Titolo: "Luogo di nascita", Peso: 2.4}, {Titolo: "Data di nascita", Peso: 1.3}, {Titolo: "Relazione con l’intestatario", Peso: 2},
	}}
	names := [][]string{
		{"DE ROSSI DELLA TORRE", "GIOVANNI BATTISTA", "M", "San Giovanni in Persiceto (BO)", "01/02/1951", "Intestatario"},
		{"BIANCHI", "ANNA", "F", "Bologna (BO)", "12/09/1955", "Moglie"},
		{"DE ROSSI DELLA TORRE", "MARIA MADDALENA IMMACOLATA", "F", "Reggio nell’Emilia (RE)", "1980 (giorno e mese non noti)", "Figlia"},
		{"RAKOTONDRAINIBEMANANJARASOLOFO", "JEAN-BAPTISTE HERINIAINA", "M", "Antananarivo-Renivohitra (Madagascar)", "30/07/1979", "Genero"},
		{"(senza cognome)", "SRI", "F", "Thiruvananthapuram (India)", "19/10/1990", "Nuora"},
	}
	for i := range members {
		t.Righe = append(t.Righe, append([]string{fmt.Sprint(i + 1)}, names[i%len(names)]...))
	}
	d.Sezioni = []documento.Sezione{
		generalita("DE ROSSI DELLA TORRE", "GIOVANNI BATTISTA"),
		{Titolo: "Indirizzo della famiglia", Righe: []documento.Riga{{Etichetta: "Indirizzo", Valore: "VIA GIUSEPPE GARIBALDI n. 12/A – 40017 San Giovanni in Persiceto (BO)"}}},
		{Titolo: "Componenti della famiglia", Testo: []string{fmt.Sprintf("Famiglia anagrafica composta da %d componenti.", members)}, Tabella: t},
	}
	return d
}

func avvertenze() documento.Documento {
	d := frame("Stato civile")
	d.Sezioni = []documento.Sezione{generalita("VERDI", "LUISA"), {
		Titolo: "Stato civile",
		Testo:  []string{"Dalla consultazione di ANPR la persona sopra indicata risulta:"},
		Righe:  []documento.Riga{{Etichetta: "Stato civile", Valore: "vedova"}, {Etichetta: "Data della vedovanza", Valore: "dato non presente in ANPR"}},
	}}
	d.Avvertenze = []string{
		"È in corso un procedimento amministrativo sulla posizione anagrafica: i dati possono variare alla sua conclusione.",
		"Dati parziali: gli estremi dell’atto di morte del coniuge non sono presenti in ANPR.",
		"Il codice fiscale non è allineato con l’Anagrafe tributaria.",
	}
	return d
}

func diacritici() documento.Documento {
	d := frame("Residenza AIRE")
	d.Comune, d.Provincia = "Comune di Duino Aurisina / Občina Devin Nabrežina", "TS"
	d.Sezioni = []documento.Sezione{generalita("ČEŠNOVAR-ŽIŽEK WEISS GROẞ", "ŁUCJA ŐZE ÑUSTA ȘTEFANIA NGUYỄN"), {
		Titolo: "Residenza all’estero",
		Righe: []documento.Riga{
			{Etichetta: "Indirizzo", Valore: "Große Straße 12 – Ulica Księdza Józefa Poniatowskiego 118/4a, Çağlayan Mahallesi, Şehit Ömer Halisdemir Bulvarı – Þórunnartún, Kőbányai út, Đường Nguyễn Thị Minh Khai"},
			{Etichetta: "Località", Valore: "LlanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogochTaumatawhakatangihangakoauauotamateaturipukakapikimaungahoronukupokaiwhenuakitanatahu"},
			{Etichetta: "Stato", Valore: "Österreich – “Østerrike” – ‘Αustria’ €"},
			{Etichetta: "Consolato", Valore: "Consolato generale d’Italia – Île-de-France, œuvre, naïveté, ÿ Ÿ"},
		},
	}}
	return d
}

func storica(periods int) documento.Documento {
	d := frame("Storica di residenza")
	t := &documento.Tabella{Colonne: []documento.Colonna{{Titolo: "Dal", Peso: 1}, {Titolo: "Al", Peso: 1}, {Titolo: "Indirizzo", Peso: 4}, {Titolo: "Comune o Stato", Peso: 2.5}, {Titolo: "Provenienza o destinazione", Peso: 2}}}
	for i := range periods {
		to := fmt.Sprintf("0%d/05/%d", i%9+1, 1981+i)
		if i == periods-1 {
			to = "–"
		}
		t.Righe = append(t.Righe, []string{fmt.Sprintf("0%d/05/%d", i%9+1, 1980+i), to,
			fmt.Sprintf("VIALE DELLA REPUBBLICA n. %d, scala A, piano %d, interno %d", i*7+1, i%6, i),
			"San Giovanni in Persiceto (BO)", "immigrazione da altro Comune"})
	}
	d.Sezioni = []documento.Sezione{generalita("NERI", "PAOLA"), {Titolo: "Residenze", Testo: []string{"Residenze risultanti in ANPR, dalla più remota alla più recente:"}, Tabella: t}}
	d.Avvertenze = []string{"Per i periodi anteriori al subentro del Comune in ANPR i dati possono essere incompleti."}
	return d
}

func sostituzioni() documento.Documento {
	d := frame("Esistenza in vita")
	d.Sezioni = []documento.Sezione{generalita("王 ЩУКИН", "ALE\u0301"), {Titolo: "Esistenza in vita", Testo: []string{"Risulta in vita alla data e ora di emissione."}}}
	return d
}
