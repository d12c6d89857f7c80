package documento

import (
	"cmp"
	"slices"

	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// attoNascita is the record of birth.
func attoNascita(c Case) Section {
	return Section{Title: "Atto di nascita", Rows: attoRows(c.Persona.AttoNascita)}
}

// esistenzaInVita states that the person is alive, and the Comune of residence.
func esistenzaInVita(c Case) Section {
	return Section{
		Title: "Esistenza in vita",
		Text:  []string{"Dai dati di ANPR il soggetto risulta in vita alla data del " + c.Day.Italian() + "."},
		Rows:  filled(Row{"Comune di residenza", c.Persona.Comune().String()}),
	}
}

// decesso says when and where the person died, or was declared dead.
func decesso(c Case) Section {
	p := c.Persona
	s := Section{Title: "Decesso", Rows: eventoRows(p.Decesso)}
	if p.Cancellazione != nil {
		s.Rows = append(s.Rows, filled(
			Row{"Motivo della cancellazione", p.CancellazioneText()},
			Row{"Data della cancellazione", p.Cancellazione.Decorrenza.Italian()},
		)...)
	}
	return s
}

// sentenzaMorte is the ruling that declared a death presumed.
func sentenzaMorte(c Case) Section {
	k := c.Persona.Cancellazione
	if k == nil || k.Sentenza == nil {
		return Section{}
	}
	return Section{Title: "Sentenza di dichiarazione di morte presunta", Rows: filled(
		Row{"Autorità", k.Sentenza.Autorita},
		Row{"Numero", k.Sentenza.Numero},
		Row{"Data della sentenza", k.Sentenza.Data.Italian()},
		Row{"Efficacia dal", k.Sentenza.Decorrenza.Italian()},
	)}
}

// attoMorte is the record of death.
func attoMorte(c Case) Section {
	if c.Persona.Decesso == nil {
		return Section{}
	}
	return Section{Title: "Atto di morte", Rows: attoRows(c.Persona.Decesso.Atto)}
}

// cittadinanze lists the citizenships held.
func cittadinanze(c Case) Section {
	s := Section{Title: "Cittadinanza"}
	if cc := c.Persona.Cittadinanze; len(cc) == 1 {
		s.Rows = filled(Row{"Cittadinanza", cc[0].String()}, Row{"Decorrenza", cc[0].Dal.Italian()}, Row{"Note", cc[0].Note})
	} else {
		s.Table = cittadinanzeTable(cc)
	}
	return s
}

// cittadinanzaStorica lists the citizenships in the order they were held. ANPR
// tells when each began, not when it ended: several may be held at once.
func cittadinanzaStorica(c Case) Section {
	history := slices.Clone(c.Scheda.Cittadinanze)
	slices.SortStableFunc(history, func(a, b scheda.Cittadinanza) int { return a.Dal.Compare(b.Dal) })
	return Section{Title: "Storia della cittadinanza", Table: cittadinanzeTable(history)}
}

func cittadinanzeTable(cc []scheda.Cittadinanza) *Table {
	t := &Table{Columns: []Column{{"N.", 1}, {"Stato di cittadinanza", 6}, {"Decorrenza", 3}, {"Note", 4}}}
	for i, c := range cc {
		t.Rows = append(t.Rows, []string{ordinal(i), c.StatoText(), cmp.Or(c.Dal.Italian(), "non nota"), c.Note})
	}
	return t
}
