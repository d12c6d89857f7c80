package projections

import (
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

// Persona is who a user is, as far as the reader may know it. Testo is always
// there.
type Persona struct {
	Testo         string               `json:"testo"` // "ROSSI MARIO", "R**** M****", "dati cancellati"
	CodiceFiscale domain.CodiceFiscale `json:"codice_fiscale,omitempty"`
	Cognome       string               `json:"cognome,omitempty"`
	Nome          string               `json:"nome,omitempty"`
	Email         string               `json:"email,omitempty"`
	Mascherato    bool                 `json:"mascherato,omitempty"`
	Cancellato    bool                 `json:"cancellato,omitempty"`
}

// identita is what a person's row holds sealed.
type identita struct {
	CodiceFiscale domain.CodiceFiscale `json:"codice_fiscale"`
	Cognome       string               `json:"cognome"`
	Nome          string               `json:"nome"`
	Email         string               `json:"email"`
}

// shown returns a person as far as the reader may know them.
func (i identita) shown(masked bool) Persona {
	switch {
	case i == identita{}:
		return Persona{Testo: "dati cancellati", Cancellato: true}
	case masked:
		return Persona{Testo: strings.ToUpper(strings.TrimSpace(mask(i.Cognome, 1) + " " + mask(i.Nome, 1))), Mascherato: true}
	}
	return Persona{
		Testo:         strings.ToUpper(strings.TrimSpace(i.Cognome + " " + i.Nome)),
		CodiceFiscale: i.CodiceFiscale, Cognome: i.Cognome, Nome: i.Nome, Email: i.Email,
	}
}

// called says whether the person's surname and name are, or begin with, those
// given; an empty one is anybody's.
func (i identita) called(cognome, nome string) bool {
	like := func(is, want string) bool {
		return want == "" || strings.HasPrefix(strings.ToUpper(is), strings.ToUpper(want)) || sameInitial(is, want) && domain.SameName(is, want)
	}
	return i != identita{} && like(i.Cognome, strings.TrimSpace(cognome)) && like(i.Nome, strings.TrimSpace(nome))
}

// sameInitial says whether two names may be the same by how they begin: a letter
// from A to Z is itself however names are read, and telling so costs little.
func sameInitial(a, b string) bool {
	plain := func(s string) bool { return s != "" && (s[0]|0x20) >= 'a' && (s[0]|0x20) <= 'z' }
	return !plain(a) || !plain(b) || a[0]|0x20 == b[0]|0x20
}
