package projections

import (
	"strings"
	"unicode/utf8"

	"github.com/visure-anagrafiche/visure/domain"
)

// Soggetto is a domain.Soggetto as far as the reader may know it. Testo is
// always there; the items are those the request gave, none when masked or
// erased.
type Soggetto struct {
	Testo         string               `json:"testo"` // "RSSMRA80A01H501U", "ROSSI MARIO, 01/01/1980", "RSS*************", "dati cancellati"
	CodiceFiscale domain.CodiceFiscale `json:"codice_fiscale,omitempty"`
	Cognome       string               `json:"cognome,omitempty"`
	Nome          string               `json:"nome,omitempty"`
	Sesso         string               `json:"sesso,omitempty"`
	DataNascita   string               `json:"data_nascita,omitempty"` // AAAA, AAAA-MM or AAAA-MM-GG
	Mascherato    bool                 `json:"mascherato,omitempty"`
	Cancellato    bool                 `json:"cancellato,omitempty"`
}

// shown returns a person as far as the reader may know them; one without
// data has been erased.
func shown(s domain.Soggetto, masked bool) Soggetto {
	switch {
	case s.Erased():
		return Soggetto{Testo: "dati cancellati", Cancellato: true}
	case masked && s.CodiceFiscale != "":
		return Soggetto{Testo: mask(string(s.CodiceFiscale), 3), Mascherato: true}
	case masked:
		return Soggetto{Testo: strings.TrimSpace(mask(s.Cognome, 1) + " " + mask(s.Nome, 1)), Mascherato: true}
	}
	full := Soggetto{
		Testo: string(s.CodiceFiscale), CodiceFiscale: s.CodiceFiscale,
		Cognome: s.Cognome, Nome: s.Nome, Sesso: s.Sesso, DataNascita: s.DataNascita.String(),
	}
	if full.Testo == "" {
		full.Testo = strings.ToUpper(strings.TrimSpace(s.Cognome + " " + s.Nome))
		if !s.DataNascita.IsZero() {
			full.Testo += ", " + s.DataNascita.Italian()
		}
	}
	return full
}

// mask replaces all but the first letters of a text by asterisks.
func mask(s string, clear int) string {
	if n := utf8.RuneCountInString(s); n > clear {
		return string([]rune(s)[:clear]) + strings.Repeat("*", n-clear)
	}
	return s
}
