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
		"prova":        prova(),
		"bilingue":     bilingue(),
		"modello":      modello(),
	}
}

func frame(titolo string) documento.Documento {
	return documento.Documento{
		Numero:    "7K3M-9QXT-0V2B-HD5Z8",
		Title:     titolo,
		Comune:    "Comune di San Giovanni in Persiceto",
		Provincia: "BO",
		Ufficio:   "Ufficio Anagrafe",
		Subtitle:  "Documento ad uso esclusivo interno della Pubblica Amministrazione e dei gestori di pubblici servizi – non ha valore di certificato",
		Estremi: []documento.Row{
			{Label: "Numero visura", Value: "7K3M-9QXT-0V2B-HD5Z8"},
			{Label: "Data e ora di emissione", Value: "14/03/2025 10:42:07"},
			{Label: "Data di riferimento dei dati", Value: "14/03/2025"},
			{Label: "Fonte", Value: "ANPR – Anagrafe Nazionale della Popolazione Residente"},
			{Label: "Id operazione ANPR", Value: "20250314104206123456"},
			{Label: "Ambito", Value: "comunale"},
			{Label: "Modalità di conferma", Value: "immediata"},
		},
		Richiedente: []documento.Row{
			{Label: "Ente", Value: "Azienda USL di Bologna – Dipartimento amministrativo"},
			{Label: "Codice IPA", Value: "asl_bo"},
			{Label: "Codice utente", Value: "U00042"},
			{Label: "Finalità", Value: "Verifica d’ufficio dei requisiti per l’esenzione dalla partecipazione alla spesa sanitaria"},
			{Label: "Base giuridica", Value: "Art. 6, par. 1, lett. e), Regolamento (UE) 2016/679; art. 43, d.P.R. 28 dicembre 2000, n. 445"},
			{Label: "Numero di pratica", Value: "PG/2025/0031877"},
			{Label: "Convenzione", Value: "Rep. n. 1184 del 09/01/2025"},
		},
		Foot: []string{
			"Visura erogata ai sensi dell'art. 43, comma 4, del D.P.R. 28/12/2000 n. 445, mediante consultazione telematica di ANPR, archivio anagrafico nazionale certificante (art. 62 D.Lgs. 82/2005).",
			"Il presente documento è riproduzione informatica avente la forza probatoria di cui all'art. 2712 c.c.; non è un certificato e non può essere rilasciato all'interessato né a soggetti privati.",
			"I dati possono essere utilizzati esclusivamente per la finalità e la pratica indicate; ogni accesso è tracciato.",
			"Esente da imposta di bollo (art. 16, tab. B, D.P.R. 642/1972).",
			"Situazione alla data e ora di emissione.",
		},
		VerifyURL: "https://visure.comune.sangiovanniinpersiceto.bo.it/verifica/7K3M-9QXT-0V2B-HD5Z8",
		Created:   "2025-03-14T10:42:07+01:00",
	}
}

func generalita(cognome, nome string) documento.Section {
	return documento.Section{Title: "Generalità", Rows: []documento.Row{
		{Label: "Cognome", Value: cognome},
		{Label: "Nome", Value: nome},
		{Label: "Sesso", Value: "F"},
		{Label: "Data di nascita", Value: "03/11/1978"},
		{Label: "Luogo di nascita", Value: "Bologna (BO)"},
		{Label: "Codice fiscale", Value: "RSSMRA78S43A944K"},
	}}
}

func residenza() documento.Documento {
	d := frame("Visura di residenza")
	d.Sections = []documento.Section{generalita("ROSSI", "MARIA"), {
		Title: "Residenza",
		Rows: []documento.Row{
			{Label: "Indirizzo", Value: "VIA GIUSEPPE GARIBALDI n. 12/A, scala B, piano 3, interno 7"},
			{Label: "CAP", Value: "40017"},
			{Label: "Frazione", Value: "Le Budrie"},
			{Label: "Comune", Value: "San Giovanni in Persiceto (BO)"},
			{Label: "Decorrenza", Value: "15/06/2009"},
		},
	}}
	return d
}

func famiglia(members int) documento.Documento {
	d := frame("Visura di stato di famiglia con rapporti di parentela")
	t := &documento.Table{Columns: []documento.Column{
		{Title: "N.", Weight: 0.5}, {Title: "Cognome", Weight: 2}, {Title: "Nome", Weight: 2}, {Title: "Sesso", Weight: 0.7},
		{Title: "Luogo di nascita", Weight: 2.4}, {Title: "Data di nascita", Weight: 1.3}, {Title: "Relazione con l’intestatario", Weight: 2},
	}}
	names := [][]string{
		{"DE ROSSI DELLA TORRE", "GIOVANNI BATTISTA", "M", "San Giovanni in Persiceto (BO)", "01/02/1951", "Intestatario"},
		{"BIANCHI", "ANNA", "F", "Bologna (BO)", "12/09/1955", "Moglie"},
		{"DE ROSSI DELLA TORRE", "MARIA MADDALENA IMMACOLATA", "F", "Reggio nell’Emilia (RE)", "1980 (giorno e mese non noti)", "Figlia"},
		{"RAKOTONDRAINIBEMANANJARASOLOFO", "JEAN-BAPTISTE HERINIAINA", "M", "Antananarivo-Renivohitra (Madagascar)", "30/07/1979", "Genero"},
		{"(senza cognome)", "SRI", "F", "Thiruvananthapuram (India)", "19/10/1990", "Nuora"},
	}
	for i := range members {
		t.Rows = append(t.Rows, append([]string{fmt.Sprint(i + 1)}, names[i%len(names)]...))
	}
	d.Sections = []documento.Section{
		generalita("DE ROSSI DELLA TORRE", "GIOVANNI BATTISTA"),
		{Title: "Indirizzo della famiglia", Rows: []documento.Row{{Label: "Indirizzo", Value: "VIA GIUSEPPE GARIBALDI n. 12/A – 40017 San Giovanni in Persiceto (BO)"}}},
		{Title: "Componenti della famiglia", Text: []string{fmt.Sprintf("Famiglia anagrafica composta da %d componenti.", members)}, Table: t},
	}
	return d
}

func avvertenze() documento.Documento {
	d := frame("Visura di stato civile")
	d.Sections = []documento.Section{generalita("VERDI", "LUISA"), {
		Title: "Stato civile",
		Text:  []string{"Dalla consultazione di ANPR la persona sopra indicata risulta:"},
		Rows:  []documento.Row{{Label: "Stato civile", Value: "vedova"}, {Label: "Data della vedovanza", Value: "dato non presente in ANPR"}},
	}}
	d.Warnings = []string{
		"È in corso un procedimento amministrativo sulla posizione anagrafica: i dati possono variare alla sua conclusione.",
		"Dati parziali: gli estremi dell’atto di morte del coniuge non sono presenti in ANPR.",
		"Il codice fiscale non è allineato con l’Anagrafe tributaria.",
	}
	return d
}

func diacritici() documento.Documento {
	d := frame("Visura di residenza AIRE")
	d.Comune, d.Provincia = "Comune di Duino Aurisina / Občina Devin Nabrežina", "TS"
	d.Sections = []documento.Section{generalita("ČEŠNOVAR-ŽIŽEK WEISS GROẞ", "ŁUCJA ŐZE ÑUSTA ȘTEFANIA NGUYỄN"), {
		Title: "Residenza all’estero",
		Rows: []documento.Row{
			{Label: "Indirizzo", Value: "Große Straße 12 – Ulica Księdza Józefa Poniatowskiego 118/4a, Çağlayan Mahallesi, Şehit Ömer Halisdemir Bulvarı – Þórunnartún, Kőbányai út, Đường Nguyễn Thị Minh Khai"},
			{Label: "Località", Value: "LlanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogochTaumatawhakatangihangakoauauotamateaturipukakapikimaungahoronukupokaiwhenuakitanatahu"},
			{Label: "Stato", Value: "Österreich – “Østerrike” – ‘Αustria’ €"},
			{Label: "Consolato", Value: "Consolato generale d’Italia – Île-de-France, œuvre, naïveté, ÿ Ÿ"},
		},
	}}
	return d
}

func storica(periods int) documento.Documento {
	d := frame("Visura storica di residenza")
	t := &documento.Table{Columns: []documento.Column{{Title: "Dal", Weight: 1}, {Title: "Al", Weight: 1}, {Title: "Indirizzo", Weight: 4}, {Title: "Comune o Stato", Weight: 2.5}, {Title: "Provenienza o destinazione", Weight: 2}}}
	for i := range periods {
		to := fmt.Sprintf("0%d/05/%d", i%9+1, 1981+i)
		if i == periods-1 {
			to = "–"
		}
		t.Rows = append(t.Rows, []string{fmt.Sprintf("0%d/05/%d", i%9+1, 1980+i), to,
			fmt.Sprintf("VIALE DELLA REPUBBLICA n. %d, scala A, piano %d, interno %d", i*7+1, i%6, i),
			"San Giovanni in Persiceto (BO)", "immigrazione da altro Comune"})
	}
	d.Sections = []documento.Section{generalita("NERI", "PAOLA"), {Title: "Residenze", Text: []string{"Residenze risultanti in ANPR, dalla più remota alla più recente:"}, Table: t}}
	d.Warnings = []string{"Per i periodi anteriori al subentro del Comune in ANPR i dati possono essere incompleti."}
	return d
}

func sostituzioni() documento.Documento {
	d := frame("Visura di esistenza in vita")
	d.Sections = []documento.Section{generalita("王 ЩУКИН", "ALE\u0301"), {Title: "Esistenza in vita", Text: []string{"Risulta in vita alla data e ora di emissione."}}}
	return d
}

// prova is a document that is not made from ANPR's production, on two pages.
func prova() documento.Documento {
	d := storica(14)
	d.Across = documento.DiProva
	return d
}

// bilingue is a document of a Comune whose heading in two languages is longer
// than a line.
func bilingue() documento.Documento {
	d := residenza()
	d.Comune, d.Provincia = "Comune di Caldaro sulla strada del vino / Gemeinde Kaltern an der Weinstraße", "BZ"
	return d
}
