package lettera

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// instructions are those of the Comune in force, line by line as they were published,
// and when the person accepted them.
func (c Case) instructions() documento.Section {
	inForce := c.Parties.Comune.Istruzioni
	s := documento.Section{Title: fmt.Sprintf("Istruzioni del Comune (versione %d)", inForce.Versione)}
	for line := range strings.Lines(cmp.Or(inForce.Testo, domain.StandardInstructions)) {
		if line = strings.TrimSpace(line); line != "" {
			s.Text = append(s.Text, line)
		}
	}
	s.Rows = []documento.Row{{Label: "Accettazione", Value: c.acceptance()}}
	return s
}

// acceptance says when the person accepted the instructions last, and whether that
// holds still.
func (c Case) acceptance() string {
	for _, a := range c.Utente.Accepted {
		if a.Comune != c.Pair.Comune {
			continue
		}
		accepted := "accettate il " + domain.ItalianDay(a.At).Italian()
		switch {
		case c.Utente.Instructed(c.Parties.Comune, c.At):
			return accepted
		case a.Versione == c.Parties.Comune.Istruzioni.Versione:
			return accepted + ", da più di un anno: vanno accettate di nuovo"
		}
		return accepted + fmt.Sprintf(" nella versione %d: vanno accettate quelle in vigore", a.Versione)
	}
	return "non ancora accettate"
}
