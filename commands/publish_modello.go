package commands

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// PublishModello gives the documents of a Comune another heading, coat of arms and foot:
// those made from then on. What the law wants at their foot stays before what is added.
type PublishModello struct {
	Precedente   int      `json:"precedente" doc:"Versione che si è letta e che questa sostituisce; 0: nessuna è stata pubblicata"`
	Intestazione []string `json:"intestazione,omitempty" doc:"Righe sotto il nome del Comune; assenti: il suo ufficio, com'è registrato"`
	Stemma       string   `json:"stemma,omitempty" doc:"Impronta SHA-256 di uno stemma caricato; assente: quello dell'installazione, se c'è"`
	Descrizione  string   `json:"descrizione,omitempty" doc:"Dello stemma, per chi non lo vede"`
	Piede        []string `json:"piede,omitempty" doc:"Frasi dopo quelle che la legge vuole su ogni documento"`
}

// How many lines a model may have, and of how many characters.
const (
	maxIntestazione, maxRiga = 5, 100
	maxPiede, maxFrase       = 6, 300
	maxDescrizione           = 200
)

// Decide numbers the version; one that says what is said already is none.
func (c PublishModello) Decide(g Given[domain.Comune]) ([]domain.Event, error) {
	if err := own(g); err != nil {
		return nil, err
	}
	if err := c.printed(); err != nil {
		return nil, err
	}
	was := g.State.Modelli.InForce
	next := c.After(was)
	_, known := g.State.Modelli.Stemma(c.Stemma)
	switch {
	case c.Stemma != "" && !known:
		return nil, domain.FieldErrorf(domain.NotFound, "stemma", "il Comune non ha caricato uno stemma con questa impronta")
	case was.Same(next):
		return nil, nil
	case c.Precedente != was.Versione && was.Versione == 0:
		return nil, domain.FieldErrorf(domain.Conflict, "precedente", "il Comune non ha ancora pubblicato un modello")
	case c.Precedente != was.Versione:
		return nil, domain.FieldErrorf(domain.Conflict, "precedente", "nel frattempo è stata pubblicata la versione %d: rileggerla prima di sostituirla", was.Versione)
	}
	return []domain.Event{next}, nil
}

// After is the version that follows another.
func (c PublishModello) After(was domain.ModelloPublished) domain.ModelloPublished {
	return domain.ModelloPublished{Versione: was.Versione + 1, Intestazione: c.Intestazione, Stemma: c.Stemma, Descrizione: c.Descrizione, Piede: c.Piede}
}

// printed refuses what a document could not bear.
func (c PublishModello) printed() error {
	if err := lines("intestazione", c.Intestazione, maxIntestazione, maxRiga); err != nil {
		return err
	}
	if err := lines("piede", c.Piede, maxPiede, maxFrase); err != nil {
		return err
	}
	switch {
	case c.Stemma == "" && c.Descrizione != "":
		return domain.FieldErrorf(domain.Invalid, "descrizione", "la descrizione è di uno stemma: manca lo stemma")
	case c.Stemma == "":
		return nil
	case c.Descrizione == "":
		return domain.FieldErrorf(domain.Invalid, "descrizione", "lo stemma va descritto, per chi non lo vede")
	}
	return lines("descrizione", []string{c.Descrizione}, 1, maxDescrizione)
}

// lines refuses more lines than so many, any that is empty, too long or not printed as it
// is typed, and what makes a certificate of a visura.
func lines(field string, all []string, most, longest int) error {
	if len(all) > most {
		return domain.FieldErrorf(domain.Invalid, field, "le righe sono al più %d", most)
	}
	for i, line := range all {
		switch char, found := documento.Unprintable(line); {
		case found:
			return domain.FieldErrorf(domain.Invalid, field, "alla riga %d il carattere %s non si può stampare sui documenti", i+1, named(char))
		case line == "" || strings.TrimSpace(line) != line:
			return domain.FieldErrorf(domain.Invalid, field, "la riga %d è vuota, o comincia o finisce con uno spazio", i+1)
		case utf8.RuneCountInString(line) > longest:
			return domain.FieldErrorf(domain.Invalid, field, "la riga %d supera i %d caratteri", i+1, longest)
		}
	}
	if documento.OfCertificates(strings.Join(all, " ")) {
		return domain.FieldErrorf(domain.Invalid, field, "una visura non è un certificato: la formula dei certificati non vi può comparire")
	}
	return nil
}

// named names a character for people: by itself where it can be seen, and by its number.
func named(char rune) string {
	code := fmt.Sprintf("U+%04X", char)
	if unicode.IsGraphic(char) && !unicode.IsSpace(char) && !unicode.Is(unicode.M, char) {
		return "«" + string(char) + "» (" + code + ")"
	}
	return code
}
