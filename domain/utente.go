package domain

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// UtenteID is the id of a person who may sign in: a keyed hash of their codice
// fiscale.
type UtenteID string

// Stream returns the stream of one natural person who may sign in.
func (id UtenteID) Stream() Stream[Utente] { return Stream[Utente]("utente-" + id) }

// ParseUtenteID reads the id of a user.
func ParseUtenteID(s string) (UtenteID, error) { return parseID[UtenteID](s, "utente") }

// Codice returns the code that stands for a person wherever a name is not
// needed: "U-" and ten characters of Crockford's base 32 in groups of five. It
// is made of the id, so it is the same for ever and says no more than the id.
func (id UtenteID) Codice() string {
	sum := sha256.Sum256([]byte("visure/utente-codice/" + string(id)))
	bits := binary.BigEndian.Uint64(sum[:8])
	var digits [10]byte
	for i := range digits {
		digits[i] = crockford[bits>>(59-5*i)&31]
	}
	return "U-" + string(digits[:5]) + "-" + string(digits[5:])
}

// Utente is one natural person who may sign in.
type Utente struct {
	Registered bool
	UtenteRegistered
	Roles       []RoleGiven
	Assignments []ProfileAssigned
}

// UtenteRegistered enters a person. Codice, made of the id, is printed and shown
// where the name is not needed, as on documents.
type UtenteRegistered struct {
	Codice        string        `json:"codice"`
	CodiceFiscale CodiceFiscale `json:"codice_fiscale" sealed:"person"`
	Cognome       string        `json:"cognome" sealed:"person"`
	Nome          string        `json:"nome" sealed:"person"`
	Email         string        `json:"email,omitempty" sealed:"person"`
}

// RoleGiven lets a person act in a capacity: TOP, ANAGRAFE and AUDITOR at a
// Comune; ADMIN and STANDARD at an Ente, for the Comune that gave the role;
// AUDITOR at an Ente.
type RoleGiven struct {
	Role   Role        `json:"role"`
	Ente   EnteID      `json:"ente,omitempty"`
	Comune CodiceISTAT `json:"comune,omitempty"`
}

// ProfileAssigned lets an Ente's operator ask a Comune for what the profile
// grants, under the agreement named.
type ProfileAssigned struct {
	Ente        EnteID        `json:"ente"`
	Comune      CodiceISTAT   `json:"comune"`
	Convenzione ConvenzioneID `json:"convenzione"`
	Profile     ProfileID     `json:"profile"`
}

func (UtenteRegistered) EventType() string { return "utente.registered.v1" }
func (RoleGiven) EventType() string        { return "utente.role-given.v1" }
func (ProfileAssigned) EventType() string  { return "utente.profile-assigned.v1" }

func init() {
	register[UtenteRegistered]()
	register[RoleGiven]()
	register[ProfileAssigned]()
}

// Evolve returns the state after one more event.
func (s Utente) Evolve(e Event, _ Meta) Utente {
	switch e := e.(type) {
	case UtenteRegistered:
		s.Registered, s.UtenteRegistered = true, e
	case RoleGiven:
		s.Roles = append(slices.Clip(s.Roles), e)
	case ProfileAssigned:
		s.Assignments = slices.DeleteFunc(slices.Clone(s.Assignments), func(a ProfileAssigned) bool {
			return a.Ente == e.Ente && a.Comune == e.Comune
		})
		s.Assignments = append(s.Assignments, e)
	}
	return s
}

// Assignment returns what lets the person ask a Comune on behalf of an Ente.
func (s Utente) Assignment(ente EnteID, comune CodiceISTAT) (ProfileAssigned, bool) {
	i := slices.IndexFunc(s.Assignments, func(a ProfileAssigned) bool {
		return a.Ente == ente && a.Comune == comune
	})
	if i < 0 {
		return ProfileAssigned{}, false
	}
	return s.Assignments[i], true
}
