package domain

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// ProfileID is the id of a Comune's named set of grants.
type ProfileID string

// Stream returns the stream of one named set of grants.
func (id ProfileID) Stream() Stream[Profile] { return Stream[Profile]("profile-" + id) }

// ParseProfileID reads the id of a profile.
func ParseProfileID(s string) (ProfileID, error) { return parseID[ProfileID](s, "profile") }

// Profile is a Comune's named set of grants, made for a mansione.
type Profile struct {
	Defined   bool
	Withdrawn bool
	ProfileDefined
}

// TipoConcesso is a type a profile grants, and how far.
type TipoConcesso struct {
	Tipo      Tipo `json:"tipo"`
	Nazionale Modo `json:"nazionale,omitzero" doc:"Come si confermano le visure nazionali di questo tipo; assente: non concesse"`
}

// Concessi are grants of types that all go as far.
func Concessi(tipi []Tipo, nazionale Modo) []TipoConcesso {
	all := make([]TipoConcesso, len(tipi))
	for i, tipo := range tipi {
		all[i] = TipoConcesso{tipo, nazionale}
	}
	return all
}

// ProfileDefined enters a profile or replaces what it grants.
type ProfileDefined struct {
	Comune     CodiceISTAT      `json:"comune"`
	Nome       string           `json:"nome"`
	Mansione   string           `json:"mansione,omitempty"` // the duty it is for
	Tipi       []TipoConcesso   `json:"tipi"`
	Orario     Orario           `json:"orario,omitempty"`
	Postazione RegolaPostazione `json:"postazione,omitempty"`
}

// ProfileWithdrawn ends a profile: it grants nothing from then on.
type ProfileWithdrawn struct {
	Motivo string `json:"motivo,omitempty"`
}

func (ProfileDefined) EventType() string   { return "profile.defined.v1" }
func (ProfileWithdrawn) EventType() string { return "profile.withdrawn.v1" }

func init() {
	register[ProfileDefined]()
	register[ProfileWithdrawn]()
}

// Evolve returns the state after one more event.
func (s Profile) Evolve(e Event, _ Meta) Profile {
	switch e := e.(type) {
	case ProfileDefined:
		s = Profile{Defined: true, ProfileDefined: e}
	case ProfileWithdrawn:
		s.Withdrawn = true
	}
	return s
}

// Grant returns what the profile grants of a type, if it does.
func (s Profile) Grant(tipo Tipo) (TipoConcesso, bool) {
	if s.Withdrawn {
		return TipoConcesso{}, false
	}
	return find(s.Tipi, func(c TipoConcesso) bool { return c.Tipo == tipo })
}

// For says whether the profile is for a mansione: for any if it names none. Case and
// spaces do not count.
func (s ProfileDefined) For(mansione string) bool {
	return s.Mansione == "" || sameText(s.Mansione, mansione)
}

// sameText says whether two texts differ at most in case, spaces and how accents are
// encoded.
func sameText(a, b string) bool {
	plain := func(s string) string { return strings.Join(strings.Fields(norm.NFC.String(s)), " ") }
	return strings.EqualFold(plain(a), plain(b))
}

// National says whether the profile grants anything beyond the Comune.
func (s Profile) National() bool { return len(s.NationalGrants()) > 0 }

// NationalGrants are what the profile grants beyond the Comune: nothing once it is
// withdrawn.
func (s Profile) NationalGrants() (beyond []TipoConcesso) {
	for _, c := range s.Tipi {
		if c.Nazionale.Admits() && !s.Withdrawn {
			beyond = append(beyond, c)
		}
	}
	return beyond
}
