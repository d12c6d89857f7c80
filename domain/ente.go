package domain

import (
	"crypto/sha256"
	"strings"
)

// EnteID is the id of a body: it follows from its codes, so that there is no second copy.
type EnteID string

// Stream returns the stream of one body.
func (id EnteID) Stream() Stream[Ente] { return Stream[Ente]("ente-" + id) }

// ParseEnteID reads the id of a body.
func ParseEnteID(s string) (EnteID, error) { return parseID[EnteID](s, "ente") }

// enteIDs is the namespace of the ids of Enti. It is part of the stored format.
const enteIDs = "visure/ente/"

// ID returns the id that follows from the codes of a body: from its codice fiscale,
// whether or not its IPA code is known; of an office of a Comune, which shares the
// codice fiscale of the Comune, from the IPA code it must have.
func (e EnteRegistered) ID() (EnteID, error) {
	if e.Tipo == EnteUfficio {
		return OfficeID(e.CodiceIPA)
	}
	return BodyID(e.CodiceFiscale)
}

// BodyID returns the id of the body with a codice fiscale.
func BodyID(codiceFiscale string) (EnteID, error) {
	if len(codiceFiscale) != 11 || strings.Trim(codiceFiscale, "0123456789") != "" {
		return "", FieldErrorf(Invalid, "codice_fiscale", "il codice fiscale dell'Ente è di undici cifre")
	}
	return enteID("cf:" + codiceFiscale), nil
}

// OfficeID returns the id of the office of a Comune with an IPA code.
func OfficeID(codiceIPA string) (EnteID, error) {
	if codiceIPA == "" {
		return "", FieldErrorf(Invalid, "codice_ipa", "l'ufficio del Comune si registra con il suo codice IPA")
	}
	return enteID("ipa:" + codiceIPA), nil
}

// enteID is a version 8 UUID (RFC 9562) made of a SHA-256.
func enteID(key string) EnteID {
	sum := sha256.Sum256([]byte(enteIDs + key))
	return EnteID(UUID8([16]byte(sum[:16])))
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

// EnteRegistered enters a body, or records what changed of it. Its codice fiscale
// never does, nor the IPA code of an office of a Comune.
type EnteRegistered struct {
	Denominazione string   `json:"denominazione"`
	CodiceFiscale string   `json:"codice_fiscale"` // eleven digits
	CodiceIPA     string   `json:"codice_ipa,omitempty"`
	Tipo          TipoEnte `json:"tipo,omitempty"` // empty: EnteConvenzionato
}

// UfficioNamed names a part of a body, by which its people and what they ask can
// be told apart; or names it anew. Each Comune has its own: another may use the same
// code for another part.
type UfficioNamed struct {
	Comune CodiceISTAT `json:"comune"`
	Codice string      `json:"codice"`
	Nome   string      `json:"nome"`
}

// UfficioClosed ends a part of a body that a Comune has.
type UfficioClosed struct {
	Comune CodiceISTAT `json:"comune"`
	Codice string      `json:"codice"`
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
		s.Uffici = replace(s.Uffici, e, func(u UfficioNamed) bool { return u.Comune == e.Comune && u.Codice == e.Codice })
	case UfficioClosed:
		s.Uffici = without(s.Uffici, func(u UfficioNamed) bool { return u.Comune == e.Comune && u.Codice == e.Codice })
	}
	return s
}

// Ufficio returns a part of the body by the code that a Comune gave it.
func (s Ente) Ufficio(comune CodiceISTAT, codice string) (UfficioNamed, bool) {
	return find(s.Uffici, func(u UfficioNamed) bool { return u.Comune == comune && u.Codice == codice })
}

// Atto is what the body's acts with a Comune are: to every Comune but the one that
// entered it, an office of a Comune is a body like any other.
func (s Ente) Atto(comune CodiceISTAT) TipoAtto {
	if s.Tipo == EnteUfficio && s.EnteredBy.Comune == comune {
		return AttoAutorizzazione
	}
	return AttoConvenzione
}
