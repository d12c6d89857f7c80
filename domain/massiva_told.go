package domain

// MassivaRequesterTold records that the requester was written to about what became of a
// request about many people.
type MassivaRequesterTold struct {
	Fatto Fatto `json:"fatto"`
}

// What the requester of a request about many people is told of.
const (
	FattoFerma    Fatto = "ferma"    // it is stopped, and they may have it go on
	FattoConclusa Fatto = "conclusa" // every row was asked for
	FattoRitirata Fatto = "ritirata" // who administers them ended it
	FattoChiusa   Fatto = "chiusa"   // the system ended it, since it cannot go on any more
)

func (MassivaRequesterTold) EventType() string { return "massiva.requester-told.v1" }

func (MassivaRequesterTold) announces() {}

func init() { register[MassivaRequesterTold]() }

// tells is s with something its requester is to be told of: of several things the last.
func (s Massiva) tells(f Fatto) Massiva {
	s.Untold, s.Facts = f, s.Facts+1
	return s
}

// withdrawn is s ended by somebody. What the requester does themself they are not told of.
func (s Massiva) withdrawn(by Actor) Massiva {
	s.Stato = StatoWithdrawn
	switch {
	case by.Role == RoleSistema:
		return s.tells(FattoChiusa)
	case by.Utente != s.Requester.Utente:
		return s.tells(FattoRitirata)
	}
	s.Untold = ""
	return s
}
