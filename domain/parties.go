package domain

// Parties are those around a command, as a decision needs them.
type Parties struct {
	Comune      Comune
	Tops        []NamedUtente // who administer Comune
	Seats       []Comune      // of which whom a command is about may be a TOP
	Ente        Ente
	Convenzione Convenzione
	Profiles    []NamedProfile
	Postazione  Postazione
	Utente      Utente   // a person the command names besides who acts
	Requester   Standing // who asked for what the command is about
}

// NamedProfile is a profile with its id.
type NamedProfile struct {
	ID ProfileID
	Profile
}

// NamedUtente is a person with their id.
type NamedUtente struct {
	ID UtenteID
	Utente
}

// AbleTops returns who administers the Comune and is not suspended there, but one.
func (p Parties) AbleTops(but UtenteID) (able []UtenteID) {
	for _, t := range p.Tops {
		if t.ID != but && p.Comune.Top(t.ID) && !t.Suspended(Pair{Comune: p.Comune.ISTAT}) {
			able = append(able, t.ID)
		}
	}
	return able
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
