package domain

import "slices"

// Utente is one natural person who may sign in.
type Utente struct {
	Registered bool
	UtenteRegistered
	Roles       []RoleGiven
	Assignments []ProfileAssigned
}

// UtenteRegistered enters a person. Codice is printed and shown where
// the name is not needed, as on documents.
type UtenteRegistered struct {
	Codice        string        `json:"codice"`
	CodiceFiscale CodiceFiscale `json:"codice_fiscale" personal:"true"`
	Cognome       string        `json:"cognome" personal:"true"`
	Nome          string        `json:"nome" personal:"true"`
	Email         string        `json:"email,omitempty" personal:"true"`
}

// RoleGiven lets a person act in a capacity, at a Comune (TOP) or an Ente.
type RoleGiven struct {
	Role   Role        `json:"role"`
	Comune CodiceISTAT `json:"comune,omitempty"`
	Ente   EnteID      `json:"ente,omitempty"`
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

// Has says whether the person holds the capacity an actor claims.
func (s Utente) Has(a Actor) bool {
	return slices.Contains(s.Roles, RoleGiven{Role: a.Role, Comune: a.Comune, Ente: a.Ente})
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
