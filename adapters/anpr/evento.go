package anpr

import "github.com/visure-anagrafiche/visure/domain/scheda"

// evento maps a fact of civil status; nil stays nil.
func (w *wireEvento) evento() *scheda.Evento {
	if w == nil {
		return nil
	}
	return &scheda.Evento{
		Data:  partial(w.Data, w.SenzaGiorno, w.SenzaGiornoMese),
		Luogo: w.Luogo.luogo(),
		Atto:  atto(w.AttoANPR, w.Atto),
	}
}

// atto takes the record from the element that knows digital ones, else from
// the older element; nil when neither says anything.
func atto(newer wireAttoANPR, older wireAtto) *scheda.Atto {
	for _, w := range []wireAtto{newer.ANSC, newer.Atto, older} {
		if w != (wireAtto{}) {
			return w.atto()
		}
	}
	return nil
}

func (w wireAtto) atto() *scheda.Atto {
	a := &scheda.Atto{
		Comune:     w.Comune.localita(),
		Ufficio:    trim(w.Ufficio),
		Anno:       trim(w.Anno),
		Parte:      trim(w.Parte),
		Serie:      trim(w.Serie),
		Numero:     trim(w.Numero),
		Volume:     trim(w.Volume),
		Formazione: date(w.Formazione),
		Trascritto: trim(w.Trascritto) == "1",
		ANSC:       trim(w.IDANSC),
	}
	if a.Numero == "" {
		a.Numero = trim(w.NumeroComunale)
	}
	return a
}

// cessazione maps the end of a marriage, or a separation; nil stays nil.
func (w *wireAnnullamento) cessazione() *scheda.Cessazione {
	if w == nil {
		return nil
	}
	return w.Sentenza.complete(scheda.Cessazione{Tipo: trim(w.Tipo), Atto: atto(w.AttoANPR, w.Atto)})
}

// cessazione maps the dissolution of a civil union, nil where there is none. The
// day of the fact stands for the one from which a ruling would hold.
func (w *wireUnioneCivile) cessazione() *scheda.Cessazione {
	if w == nil || w.Scioglimento == nil {
		return nil
	}
	s := w.Scioglimento
	evento := s.Evento.evento()
	return s.Sentenza.complete(scheda.Cessazione{Tipo: trim(s.Motivo), Unione: true, Dal: evento.Data, Atto: evento.Atto})
}

// complete adds the ruling, and the day from which it holds if it says one.
func (w wireSentenza) complete(c scheda.Cessazione) *scheda.Cessazione {
	c.Pronuncia, c.Sentenza, c.Autorita = date(w.Data), trim(w.Numero), trim(w.Autorita)
	if d := date(w.Validita); !d.IsZero() {
		c.Dal = d
	}
	return &c
}
