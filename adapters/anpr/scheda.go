package anpr

import (
	"strconv"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// scheda maps an answer to operation 3002, all cards in the order received.
func (ok *wireOK3002) scheda() scheda.Scheda {
	s := scheda.Scheda{IDOperazioneANPR: trim(ok.Testata.IDANPR), Anomalie: anomalie(ok.Anomalie)}
	for i := range ok.Soggetti {
		s.Persone = append(s.Persone, ok.Soggetti[i].soggetto())
	}
	if f := ok.Famiglia; f != nil {
		s.Famiglia = &scheda.Famiglia{}
		if f.Famiglia != nil {
			s.Famiglia = f.Famiglia.famiglia()
		}
		if f.Residenza != nil {
			r := f.Residenza.residenza()
			s.Famiglia.Residenza = &r
		}
	}
	return s
}

// history adds an answer to operation 6001 to the card of its person.
func (ok *wireOK6001) history(s scheda.Scheda) scheda.Scheda {
	s.IDOperazioneANPR = trim(ok.Testata.IDANPR)
	s.Anomalie = append(s.Anomalie, anomalie(ok.Errori)...)
	s.Anomalie = append(s.Anomalie, anomalie(ok.Anomalie)...)
	if ok.Dati == nil {
		return s
	}
	s.Residenze = residenze(ok.Dati.Residenze)
	s.Cittadinanze = cittadinanze(ok.Dati.Cittadinanze)
	return s
}

func (w *wireSoggetto) soggetto() scheda.Persona {
	s := scheda.Persona{
		IDANPR:           trim(w.IDANPR),
		Generalita:       w.Generalita.generalita(),
		StatoCivile:      trim(w.StatoCivile.Codice),
		NonDocumentato:   yes(w.StatoCivile.NonDocumentato),
		NoteStatoCivile:  trim(w.StatoCivile.Note),
		SenzaFissaDimora: yes(w.FissaDimora),
		Certificabile:    trim(w.Certificabile),
		AttoNascita:      atto(w.AttoNascitaA, w.AttoNascita),
		Cittadinanze:     cittadinanze(w.Cittadinanze),
		Residenze:        residenze(w.Residenze),
		Vedovanza:        w.Vedovanza.evento(),
		OrdineVedovanza:  trim(w.OrdineMorte),
		Cessazione:       w.Annullamento.cessazione(),
		Scioglimento:     w.UnioneCivile.cessazione(),
		Legame:           w.Legame.legame(),
		Iscrizione:       w.Iscrizione.iscrizione(),
		Decesso:          w.Decesso.evento(),
		Anomalie:         anomalie(w.Anomalie),
	}
	if m := w.Matrimonio; m != nil {
		s.Matrimonio = &scheda.Unione{Altro: m.Coniuge.pointer(), Evento: m.Dati.evento(), Ordine: trim(m.Ordine)}
	}
	if u := w.UnioneCivile; u != nil {
		s.UnioneCivile = &scheda.Unione{Altro: u.Unito.pointer(), Evento: u.Atto.evento(), Ordine: trim(u.Ordine)}
	}
	if w.Famiglia != nil {
		s.Famiglia = w.Famiglia.famiglia()
	}
	if s.Iscrizione != nil && w.Provenienza != nil {
		s.Iscrizione.Provenienza = w.Provenienza.localita()
	}
	if w.Cancellazione != nil {
		s.Cancellazione = w.Cancellazione.cancellazione()
	}
	return s
}

func (w *wireDatiCancellazione) cancellazione() *scheda.Cancellazione {
	c := &scheda.Cancellazione{Codice: trim(w.Motivo), Note: trim(w.Note), Decorrenza: date(w.Decorrenza)}
	if r := w.Sentenza; r != nil {
		c.Sentenza = &scheda.Sentenza{Autorita: trim(r.Autorita), Numero: trim(r.Numero), Data: date(r.Data), Decorrenza: date(r.Decorrenza)}
	}
	return c
}

func (w *wireGeneralita) pointer() *scheda.Generalita {
	if w == nil {
		return nil
	}
	g := w.generalita()
	return &g
}

func (w *wireGeneralita) generalita() scheda.Generalita {
	return scheda.Generalita{
		CodiceFiscale:       domain.CodiceFiscale(strings.ToUpper(trim(w.CodiceFiscale.CodFiscale))),
		CodiceFiscaleValido: trim(w.CodiceFiscale.Validita) == "1",
		Cognome:             trim(w.Cognome),
		Nome:                trim(w.Nome),
		SenzaCognome:        trim(w.SenzaCognome) == "1",
		SenzaNome:           trim(w.SenzaNome) == "1",
		Sesso:               strings.ToUpper(trim(w.Sesso)),
		Nascita:             w.nascita(),
		LuogoNascita:        w.LuogoNascita.luogo(),
		AIRE:                yes(w.AIRE),
		AnnoEspatrio:        trim(w.AnnoEspatrio),
	}
}

func (w *wireGeneralita) nascita() domain.Date {
	return partial(w.DataNascita, w.SenzaGiorno, w.SenzaGiornoMese)
}

func (w *wireLuogo) luogo() scheda.Luogo {
	if w == nil {
		return scheda.Luogo{}
	}
	l := scheda.Luogo{Eccezionale: trim(w.Eccezionale)}
	if w.Comune != nil {
		l.Comune = w.Comune.localita()
	}
	if w.Localita != nil {
		l.Estero = w.Localita.localita()
	}
	return l
}

func (w wireComune) localita() scheda.Localita {
	l := scheda.Localita{Nome: trim(w.Nome), Provincia: trim(w.Provincia)}
	if istat, err := domain.ParseCodiceISTAT(trim(w.Istat)); err == nil {
		l.ISTAT = istat
	}
	return l
}

func (w wireLocalita) localita() scheda.Localita {
	return scheda.Localita{Nome: trim(w.Nome), Provincia: trim(w.Contea), Stato: trim(w.Stato), CodiceStato: trim(w.CodiceStato)}
}

func (w *wireLegame) legame() *scheda.Legame {
	if w == nil {
		return nil
	}
	l := &scheda.Legame{Tipo: trim(w.Tipo), Codice: trim(w.Codice), Decorrenza: date(w.Decorrenza)}
	if l.Tipo == "" {
		l.Tipo = "3" // the schema's default: a family
	}
	l.Progressivo, _ = strconv.Atoi(trim(w.Progressivo))
	return l
}

func (w *wireFamiglia) famiglia() *scheda.Famiglia {
	f := &scheda.Famiglia{
		ID:            trim(w.IDANPR),
		TipoScheda:    trim(w.TipoScheda),
		AIRE:          yes(w.AIRE),
		Origine:       date(w.Origine),
		Denominazione: trim(w.Denominazione),
	}
	if f.ID == "" {
		f.ID = trim(w.IDComune)
	}
	return f
}

func (w *wireIscrizione) iscrizione() *scheda.Iscrizione {
	if w == nil {
		return nil
	}
	i := &scheda.Iscrizione{Data: date(w.Data), Comune: w.Comune.localita(), Codice: trim(w.Motivo)}
	if i.Codice == "" {
		i.Codice = trim(w.MotivoAIRE)
	}
	return i
}

func cittadinanze(list []wireCittadinanza) (out []scheda.Cittadinanza) {
	for _, w := range list {
		out = append(out, scheda.Cittadinanza{
			Stato: trim(w.Stato), CodiceStato: trim(w.CodiceStato), Note: trim(w.Note), Dal: date(w.Dal),
		})
	}
	return out
}

func anomalie(list []wireErrore) (out []scheda.Anomalia) {
	for _, w := range list {
		out = append(out, scheda.Anomalia{Codice: trim(w.Codice), Testo: trim(w.Testo)})
	}
	return out
}

func trim(s string) string { return strings.TrimSpace(s) }

func yes(s string) bool { s = trim(s); return s == "S" || s == "s" }

// date takes the calendar date as written: a zone behind it says where the
// registry's clock was, not that the day is another.
func date(s string) domain.Date {
	s = trim(s)
	if len(s) < len("2006-01-02") {
		return domain.Date{}
	}
	d, err := domain.ParseDate(s[:len("2006-01-02")])
	if err != nil {
		return domain.Date{}
	}
	return d
}

// partial is a date of which the flags say what is unknown and only padded.
func partial(s, senzaGiorno, senzaGiornoMese string) domain.Date {
	d := date(s)
	switch {
	case trim(senzaGiornoMese) == "1":
		d.Month, d.Day = 0, 0
	case trim(senzaGiorno) == "1":
		d.Day = 0
	}
	return d
}
