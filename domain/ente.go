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
}

// EnteRegistered enters a body.
type EnteRegistered struct {
	Denominazione string `json:"denominazione"`
	CodiceFiscale string `json:"codice_fiscale"` // eleven digits
	CodiceIPA     string `json:"codice_ipa,omitempty"`
}

func (EnteRegistered) EventType() string { return "ente.registered.v1" }

func init() {
	register[EnteRegistered]()
}

// Evolve returns the state after one more event.
func (s Ente) Evolve(e Event, _ Meta) Ente {
	if e, ok := e.(EnteRegistered); ok {
		s = Ente{Registered: true, EnteRegistered: e}
	}
	return s
}
