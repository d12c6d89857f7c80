package domain

import (
	"fmt"
	"strings"
)

// CodiceISTAT is the six digits of a Comune.
type CodiceISTAT string

// Stream returns the stream of the Comune.
func (c CodiceISTAT) Stream() Stream[Comune] { return Stream[Comune]("comune-" + c) }

// ParseCodiceISTAT reads six digits.
func ParseCodiceISTAT(s string) (CodiceISTAT, error) {
	if len(s) != 6 || strings.Trim(s, "0123456789") != "" {
		return "", FieldErrorf(Invalid, "comune", "il codice ISTAT del Comune è di sei cifre")
	}
	return CodiceISTAT(s), nil
}

// UnmarshalText parses or refuses; empty stays empty. Stored events pass through
// here too: the rule may be relaxed, never tightened.
func (c *CodiceISTAT) UnmarshalText(text []byte) (err error) {
	if len(text) > 0 {
		*c, err = ParseCodiceISTAT(string(text))
	}
	return err
}

// Ambito is how far a request reaches.
type Ambito string

const (
	Comunale  Ambito = "comunale"  // subjects of the Comune
	Nazionale Ambito = "nazionale" // subjects of any Comune, if granted
)

// Conferma is how a request comes to be approved.
type Conferma string

const (
	Immediata       Conferma = "immediata"
	Manuale         Conferma = "manuale"          // an officer decides
	SilenzioAssenso Conferma = "silenzio_assenso" // an officer decides, or the term passes
)

// FailureClass says what to do after a failed call to ANPR (ANPR.md section 6).
type FailureClass string

const (
	FailureFinal         FailureClass = "final"         // of this request: tell the requester
	FailureConfiguration FailureClass = "configuration" // until data or set-up are corrected
	FailureRetry         FailureClass = "retry"         // later, with a new id
	FailureUnknown       FailureClass = "unknown"       // no answer: again with the same id
)

// Soggetto is the person asked about, as a requester names them: by codice
// fiscale, or by surname, name, sex and birth date together, where an empty surname
// or name is one that the person does not have; or as ANPR knows them, by its own id. It is the one type for this in events, state and calls to
// ANPR; commands.SoggettoRichiesto is what a client sent, not yet checked, and
// projections.Soggetto what a reader may see of it. The zero value is a person
// whose data were erased.
type Soggetto struct {
	CodiceFiscale CodiceFiscale `json:"codice_fiscale,omitempty"`
	Cognome       string        `json:"cognome,omitempty"`
	Nome          string        `json:"nome,omitempty"`
	Sesso         string        `json:"sesso,omitempty"`
	DataNascita   Date          `json:"data_nascita,omitzero"`
	IDANPR        string        `json:"-"` // of a person found who has no codice fiscale; never asked by
}

// Erased says that the data were erased and can no longer be read.
func (s Soggetto) Erased() bool { return s == Soggetto{} }

// Key returns the text that identifies the person, the input of the keyed hash
// that is stored beside the sealed data (subject_token). It is personal data itself.
func (s Soggetto) Key() string {
	switch {
	case s.CodiceFiscale != "":
		return "cf:" + string(s.CodiceFiscale)
	case s.IDANPR != "":
		return "anpr:" + s.IDANPR
	}
	return strings.ToUpper(fmt.Sprintf("gen:%s|%s|%s|%s", s.Cognome, s.Nome, s.Sesso, s.DataNascita))
}

// CIUV is the number and verification code of an issued visura: sixteen
// characters of Crockford's base 32 and a check character, in groups of four
// and five. No change of one character, and no exchange of two, is another
// valid code.
type CIUV string

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// NewCIUV returns the number made of eighty bits.
func NewCIUV(bits [10]byte) CIUV {
	var digits [17]byte
	var acc, held uint
	n := 0
	for _, octet := range bits {
		acc, held = acc<<8|uint(octet), held+8
		for held >= 5 {
			held -= 5
			digits[n] = byte(acc >> held & 31)
			n++
		}
	}
	digits[16] = times2(syndrome(digits[:16]))
	return grouped(digits)
}

// asWritten undoes what people do to a code when they type it.
var asWritten = strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1")

// ParseCIUV reads a code as a person types it: any case, with or without
// dashes and blanks, O for zero and I or L for one.
func ParseCIUV(s string) (CIUV, error) {
	s = asWritten.Replace(strings.ToUpper(s))
	refusal := FieldErrorf(Invalid, "codice", "il codice non è di una visura: controllare i caratteri")
	var digits [17]byte
	if len(s) != len(digits) {
		return "", refusal
	}
	for i := range digits {
		digit := strings.IndexByte(crockford, s[i])
		if digit < 0 {
			return "", refusal
		}
		digits[i] = byte(digit)
	}
	if syndrome(digits[:]) != 0 {
		return "", refusal
	}
	return grouped(digits), nil
}

func grouped(digits [17]byte) CIUV {
	for i, d := range digits {
		digits[i] = crockford[d]
	}
	s := string(digits[:])
	return CIUV(s[0:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:])
}

// syndrome is the digits as a polynomial over the field of 32 elements, at 2;
// it is zero for a whole code. The powers of 2 are all different up to the
// thirty-first, so each place has a weight of its own.
func syndrome(digits []byte) (sum byte) {
	for _, d := range digits {
		sum = times2(sum) ^ d
	}
	return sum
}

// times2 multiplies in the field of 32 elements modulo x^5 + x^2 + 1.
func times2(d byte) byte {
	d <<= 1
	if d&32 != 0 {
		d ^= 0b100101
	}
	return d
}
