package documento

import (
	"cmp"
	"github.com/visure-anagrafiche/visure/domain/scheda"
	"slices"
)

// attoNascita is the record of birth.
func attoNascita(c Caso) Sezione {
	return Sezione{Titolo: "Atto di nascita", Righe: attoRows(c.Persona.AttoNascita)}
}

// inVita states what the law calls esistenza in vita, and where.
func inVita(c Caso) Sezione {
	return Sezione{
		Titolo: "Esistenza in vita",
		Testo:  []string{"Dai dati di ANPR il soggetto risulta in vita alla data del " + c.Oggi.Italiana() + "."},
		Righe:  piene(Riga{"Comune di residenza", c.Persona.Comune().String()}),
	}
}

// decesso says when and where the person died, or was declared dead.
func decesso(c Caso) Sezione {
	p := c.Persona
	s := Sezione{Titolo: "Decesso", Righe: eventoRows(p.Decesso)}
	if p.Cancellazione != nil {
		s.Righe = append(s.Righe, piene(
			Riga{"Motivo della cancellazione", p.CancellazioneText()},
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
	return Sezione{Titolo: "Atto di morte", Righe: attoRows(c.Persona.Decesso.Atto)}
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
	slices.SortStableFunc(storia, func(a, b scheda.Cittadinanza) int { return a.Dal.Compare(b.Dal) })
	return Sezione{Titolo: "Storia della cittadinanza", Tabella: tabellaCittadinanze(storia)}
}

func tabellaCittadinanze(cc []scheda.Cittadinanza) *Tabella {
	t := &Tabella{Colonne: []Colonna{{"N.", 1}, {"Stato di cittadinanza", 6}, {"Decorrenza", 3}, {"Note", 4}}}
	for i, c := range cc {
		t.Righe = append(t.Righe, []string{ordinale(i), c.StatoText(), cmp.Or(c.Dal.Italiana(), "non nota"), c.Note})
	}
	return t
}
