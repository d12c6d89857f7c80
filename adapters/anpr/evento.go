package anpr

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

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

// cessazione is how the last bond ended. A card may hold both a marriage and a
// union that ended; the civil status says which one counts (table 1: 7 and 8
// follow a union).
func (w *wireSoggetto) cessazione() *scheda.Cessazione {
	stato := trim(w.StatoCivile)
	union := w.UnioneCivile != nil && w.UnioneCivile.Scioglimento != nil
	switch {
	case union && (stato == "7" || stato == "8" || w.Annullamento == nil):
		return w.UnioneCivile.cessazione()
	case w.Annullamento != nil:
		return w.Annullamento.cessazione()
	}
	return nil
}

func (w *wireAnnullamento) cessazione() *scheda.Cessazione {
	c := &scheda.Cessazione{Tipo: trim(w.Tipo), Atto: atto(w.AttoANPR, w.Atto)}
	return w.Sentenza.complete(c, domain.Date{})
}

func (w *wireUnioneCivile) cessazione() *scheda.Cessazione {
	s := w.Scioglimento
	evento := s.Evento.evento()
	c := &scheda.Cessazione{Tipo: trim(s.Motivo), Unione: true, Atto: evento.Atto}
	return s.Sentenza.complete(c, evento.Data)
}

// complete adds the ruling; without one the date is the fact's or the record's.
func (w wireSentenza) complete(c *scheda.Cessazione, fact domain.Date) *scheda.Cessazione {
	c.Data, c.Sentenza, c.Autorita = date(w.Data), trim(w.Numero), trim(w.Autorita)
	if c.Data.IsZero() {
		c.Data = fact
	}
	if c.Data.IsZero() && c.Atto != nil {
		c.Data = c.Atto.Formazione
	}
	return c
}
