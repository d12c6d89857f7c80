package domain

import (
	"crypto/sha256"
	"strings"
)

// EnteID is the id of a body: it follows from its codes.
type EnteID string

// Stream returns the stream of one body.
func (id EnteID) Stream() Stream[Ente] { return Stream[Ente]("ente-" + id) }

// ParseEnteID reads the id of a body.
func ParseEnteID(s string) (EnteID, error) { return parseID[EnteID](s, "ente") }

// enteIDs is the namespace of the ids of Enti. It is part of the stored format.
const enteIDs = "visure/ente/"

// EnteIDOf returns the id of a body from its codes: from the IPA code where it
// has one, since the offices of a Comune share its codice fiscale, else from the
// codice fiscale. It is a version 8 UUID (RFC 9562) made of a SHA-256.
func EnteIDOf(codiceFiscale, codiceIPA string) (EnteID, error) {
	switch {
	case len(codiceFiscale) != 11 || strings.Trim(codiceFiscale, "0123456789") != "":
		return "", FieldErrorf(Invalid, "codice_fiscale", "il codice fiscale dell'Ente è di undici cifre")
	case codiceIPA != strings.ToLower(strings.TrimSpace(codiceIPA)):
		return "", FieldErrorf(Invalid, "codice_ipa", "il codice IPA si scrive in lettere minuscole, senza spazi")
	}
	key := "cf:" + codiceFiscale
	if codiceIPA != "" {
		key = "ipa:" + codiceIPA
	}
	sum := sha256.Sum256([]byte(enteIDs + key))
	return EnteID(UUID8([16]byte(sum[:16]))), nil
}

// Ente is a body whose operators ask for visure.
type Ente struct {
	Registered bool
	EnteRegistered
	EnteredBy Pair // whose people may amend what the body is
	Uffici    []UfficioNamed
}

// TipoEnte is what a body is to the Comune.
type TipoEnte string

const (
	EnteConvenzionato TipoEnte = "convenzionato" // a public body with a convention
	EnteGestore       TipoEnte = "gestore"       // a manager of public services
	EnteUfficio       TipoEnte = "ufficio"       // an office of the Comune itself: its act is an internal authorisation
)

// EnteRegistered enters a body, or records what changed of it. Its codes never do.
type EnteRegistered struct {
	Denominazione string   `json:"denominazione"`
	CodiceFiscale string   `json:"codice_fiscale"` // eleven digits
	CodiceIPA     string   `json:"codice_ipa,omitempty"`
	Tipo          TipoEnte `json:"tipo,omitempty"` // empty: EnteConvenzionato
}

// UfficioNamed names a part of a body, by which its people and what they ask can
// be told apart; or names it anew.
type UfficioNamed struct {
	Codice string `json:"codice"`
	Nome   string `json:"nome"`
}

// UfficioClosed ends a part of a body.
type UfficioClosed struct {
	Codice string `json:"codice"`
}

func (EnteRegistered) EventType() string { return "ente.registered.v1" }
func (UfficioNamed) EventType() string   { return "ente.office-named.v1" }
func (UfficioClosed) EventType() string  { return "ente.office-closed.v1" }

func init() {
	register[EnteRegistered]()
	register[UfficioNamed]()
	register[UfficioClosed]()
}

// Evolve returns the state after one more event.
func (s Ente) Evolve(e Event, m Meta) Ente {
	switch e := e.(type) {
	case EnteRegistered:
		if !s.Registered {
			s.EnteredBy = Pair{m.By.Ente, m.By.Comune}
		}
		s.Registered, s.EnteRegistered = true, e
	case UfficioNamed:
		s.Uffici = replace(s.Uffici, e, func(u UfficioNamed) bool { return u.Codice == e.Codice })
	case UfficioClosed:
		s.Uffici = without(s.Uffici, func(u UfficioNamed) bool { return u.Codice == e.Codice })
	}
	return s
}

// Ufficio returns a part of the body by its code.
func (s Ente) Ufficio(codice string) (UfficioNamed, bool) {
	return find(s.Uffici, func(u UfficioNamed) bool { return u.Codice == codice })
}

// Atto is what the body's acts with the Comune are.
func (s Ente) Atto() TipoAtto {
	if s.Tipo == EnteUfficio {
		return AttoAutorizzazione
	}
	return AttoConvenzione
}
