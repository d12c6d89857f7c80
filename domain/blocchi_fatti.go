package domain

import (
	"slices"
)

// attoNascita is the record of birth.
func attoNascita(c Caso) Sezione {
	return Sezione{Titolo: "Atto di nascita", Righe: c.Persona.AttoNascita.righe()}
}

// inVita states what the law calls esistenza in vita, and where.
func inVita(c Caso) Sezione {
	return Sezione{
		Titolo: "Esistenza in vita",
		Testo:  []string{"Dai dati di ANPR il soggetto risulta in vita alla data del " + c.Oggi.Italiana() + "."},
		Righe:  piene(Riga{"Comune di residenza", c.Persona.comune().String()}),
	}
}

// decesso says when and where the person died, or was declared dead.
func decesso(c Caso) Sezione {
	p := c.Persona
	s := Sezione{Titolo: "Decesso", Righe: p.Decesso.righe()}
	if p.Cancellazione != nil {
		s.Righe = append(s.Righe, piene(
			Riga{"Motivo della cancellazione", voceTabella(p.motiviCancellazione(), p.Cancellazione.Motivo)},
			Riga{"Data della cancellazione", p.Cancellazione.Decorrenza.Italiana()},
		)...)
	}
	return s
}

// attoMorte is the record of death.
func attoMorte(c Caso) Sezione {
	if c.Persona.Decesso == nil {
		return Sezione{}
	}
	return Sezione{Titolo: "Atto di morte", Righe: c.Persona.Decesso.Atto.righe()}
}

// cittadinanze lists the citizenships held.
func cittadinanze(c Caso) Sezione {
	s := Sezione{Titolo: "Cittadinanza"}
	if cc := c.Persona.Cittadinanze; len(cc) == 1 {
		s.Righe = piene(Riga{"Cittadinanza", cc[0].String()}, Riga{"Decorrenza", cc[0].Dal.Italiana()}, Riga{"Note", cc[0].Note})
	} else {
		s.Tabella = tabellaCittadinanze(cc)
	}
	return s
}

// storiaCittadinanza lists the citizenships in the order they were held. ANPR
// tells when each began, not when it ended: several may be held at once.
func storiaCittadinanza(c Caso) Sezione {
	storia := slices.Clone(c.Scheda.Cittadinanze)
	slices.SortStableFunc(storia, func(a, b Cittadinanza) int { return a.Dal.Compare(b.Dal) })
	return Sezione{Titolo: "Storia della cittadinanza", Tabella: tabellaCittadinanze(storia)}
}

func tabellaCittadinanze(cc []Cittadinanza) *Tabella {
	t := &Tabella{Colonne: []Colonna{{"N.", 1}, {"Stato di cittadinanza", 6}, {"Decorrenza", 3}, {"Note", 4}}}
	for i, c := range cc {
		t.Righe = append(t.Righe, []string{ordinale(i), c.stato(), oppure(c.Dal.Italiana(), "non nota"), c.Note})
	}
	return t
}

// String is the citizenship as people say it.
func (c Cittadinanza) String() string {
	if c.CodiceStato == italia {
		return "italiana"
	}
	return c.stato()
}

// stato is the State, which is all ANPR tells of a foreign citizenship.
func (c Cittadinanza) stato() string {
	if c.Stato == "" && c.CodiceStato == italia {
		return "ITALIA"
	}
	return oppure(c.Stato, "codice Stato "+c.CodiceStato)
}
