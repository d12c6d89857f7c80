package domain

// Parties are those around a command, as a decision needs them.
type Parties struct {
	Comune      Comune
	Ente        Ente
	Convenzione Convenzione
	Profiles    []NamedProfile
	Postazione  Postazione
	Utente      Utente // a person the command names besides who acts
}

// NamedProfile is a profile with its id.
type NamedProfile struct {
	ID ProfileID
	Profile
}

// Profile returns a profile by its id; the zero Profile for one that was not given.
func (p Parties) Profile(id ProfileID) Profile {
	for _, n := range p.Profiles {
		if n.ID == id {
			return n.Profile
		}
	}
	return Profile{}
}
