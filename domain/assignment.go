package domain

import "slices"

// ProfileAssigned lets a person ask a Comune, for an Ente, what a profile grants,
// within their own narrower limits and days.
type ProfileAssigned struct {
	Ente    EnteID      `json:"ente"`
	Comune  CodiceISTAT `json:"comune"`
	Profile ProfileID   `json:"profile"`
	Dal     Date        `json:"dal,omitzero"`
	Al      Date        `json:"al,omitzero"` // last day included
	Limiti  Limiti      `json:"limiti,omitzero"`
	Motivo  string      `json:"motivo,omitempty" sealed:"person"`
}

// ProfileGrant is a profile as a person is to hold it, or holds it: what ProfileAssigned
// gives, without why.
type ProfileGrant struct {
	Ente    EnteID      `json:"ente"`
	Comune  CodiceISTAT `json:"comune"`
	Profile ProfileID   `json:"profile"`
	Dal     Date        `json:"dal,omitzero"`
	Al      Date        `json:"al,omitzero"` // last day included
	Limiti  Limiti      `json:"limiti,omitzero"`
}

// Limiti are a person's own limits within a profile; zero fields set none.
type Limiti struct {
	Tipi   []Tipo `json:"tipi,omitempty" doc:"Solo questi tipi, fra quelli del profilo"`
	Orario Orario `json:"orario,omitempty" doc:"Solo in queste fasce"`
}

// AssignmentWithdrawn takes a profile from a person.
type AssignmentWithdrawn struct {
	Ente    EnteID      `json:"ente"`
	Comune  CodiceISTAT `json:"comune"`
	Profile ProfileID   `json:"profile"`
	Motivo  string      `json:"motivo,omitempty" sealed:"person"`
}

// NazionaleGranted lets a person use a profile they hold beyond the Comune. It is
// the Comune's alone, person by person.
type NazionaleGranted struct {
	Ente    EnteID      `json:"ente"`
	Comune  CodiceISTAT `json:"comune"`
	Profile ProfileID   `json:"profile"`
	// Tipi is how far: the types, each with the loosest mode that was granted. None: as far
	// as the profile goes, whatever becomes of it; so the events of before are read.
	Tipi   []TipoConcesso `json:"tipi,omitempty"`
	Motivo string         `json:"motivo,omitempty" sealed:"person"`
}

// NazionaleRevoked ends that.
type NazionaleRevoked struct {
	Ente    EnteID      `json:"ente"`
	Comune  CodiceISTAT `json:"comune"`
	Profile ProfileID   `json:"profile"`
	Motivo  string      `json:"motivo,omitempty" sealed:"person"`
}

// GrantProposed is a grant that another person must approve: exactly one of its
// kinds is set.
type GrantProposed struct {
	ID        string         `json:"id"` // UUID
	Comune    CodiceISTAT    `json:"comune"`
	Ente      EnteID         `json:"ente,omitempty"`
	Assign    *ProfileGrant  `json:"assign,omitempty"`
	Nazionale ProfileID      `json:"nazionale,omitempty"` // granted beyond the Comune
	Tipi      []TipoConcesso `json:"tipi,omitempty"`      // how far, with Nazionale; none: as far as the profile goes
	Reset     bool           `json:"reset,omitempty"`     // of the second factors
	Motivo    string         `json:"motivo,omitempty" sealed:"person"`
}

// GrantApproved gives what was proposed. A reset of second factors is still to be
// carried out then.
type GrantApproved struct {
	ID    string         `json:"id"`
	Reset bool           `json:"reset,omitempty"`
	Tipi  []TipoConcesso `json:"tipi,omitempty"` // how far a person goes beyond the Comune, as NazionaleGranted.Tipi
}

// GrantRejected ends a proposal.
type GrantRejected struct {
	ID     string `json:"id"`
	Motivo string `json:"motivo,omitempty" sealed:"person"`
}

func (ProfileAssigned) EventType() string     { return "utente.profile-assigned.v1" }
func (AssignmentWithdrawn) EventType() string { return "utente.profile-withdrawn.v1" }
func (NazionaleGranted) EventType() string    { return "utente.nazionale-granted.v1" }
func (NazionaleRevoked) EventType() string    { return "utente.nazionale-revoked.v1" }
func (GrantProposed) EventType() string       { return "utente.grant-proposed.v1" }
func (GrantApproved) EventType() string       { return "utente.grant-approved.v1" }
func (GrantRejected) EventType() string       { return "utente.grant-rejected.v1" }

func init() {
	register[ProfileAssigned]()
	register[AssignmentWithdrawn]()
	register[NazionaleGranted]()
	register[NazionaleRevoked]()
	register[GrantProposed]()
	register[GrantApproved]()
	register[GrantRejected]()
}

// Pair returns where the profile is assigned.
func (e ProfileAssigned) Pair() Pair { return Pair{e.Ente, e.Comune} }

// Grant returns what is assigned.
func (e ProfileAssigned) Grant() ProfileGrant {
	return ProfileGrant{Ente: e.Ente, Comune: e.Comune, Profile: e.Profile, Dal: e.Dal, Al: e.Al, Limiti: e.Limiti}
}

// Pair returns where the profile is held.
func (g ProfileGrant) Pair() Pair { return Pair{g.Ente, g.Comune} }

// same says whether an assignment is of the same profile at the same pair.
func (g ProfileGrant) same(a Assignment) bool {
	return a.Pair() == g.Pair() && a.Profile == g.Profile
}

// concerned says whether a proposal is about the same profile at the same pair.
func (g ProfileGrant) concerned(p Proposal) bool {
	same := p.Assign != nil && p.Assign.Profile == g.Profile || p.Nazionale == g.Profile
	return same && (Pair{p.Ente, p.Comune}) == g.Pair()
}

// assigned is Evolve for a profile that is assigned. What was proposed about it was
// proposed of what the person held then.
func (s Utente) assigned(g ProfileGrant, m Meta) Utente {
	s.Assignments = replace(s.Assignments, Assignment{ProfileGrant: g, By: m.By}, g.same)
	s.Proposals = without(s.Proposals, g.concerned)
	return s
}

// unproposed returns the proposals that a change of who the person is at a pair leaves
// open: those that give something there are to be made anew.
func (s Utente) unproposed(at Pair) []Proposal {
	return without(s.Proposals, func(p Proposal) bool { return !p.Reset && (Pair{p.Ente, p.Comune}) == at })
}

// national returns the assignments with one of them granted beyond the Comune, how
// far, or no longer.
func (s Utente) national(of ProfileGrant, granted bool, far []TipoConcesso) []Assignment {
	assignments := slices.Clone(s.Assignments)
	for i, a := range assignments {
		if of.same(a) {
			assignments[i].Nazionale, assignments[i].Autorizzati = granted, far
		}
	}
	return assignments
}

// Beyond returns how national requests are confirmed for the person, of what a profile
// grants of a type: no looser than was granted to them; the zero Modo where it was not.
// Term is as in Modo.Wider.
func (a Assignment) Beyond(grant TipoConcesso, term int) Modo {
	if !a.Nazionale {
		return Modo{}
	}
	if len(a.Autorizzati) == 0 {
		return grant.Nazionale
	}
	granted, _ := find(a.Autorizzati, func(t TipoConcesso) bool { return t.Tipo == grant.Tipo })
	return grant.Nazionale.AtMost(granted.Nazionale, term)
}

// Awaits returns the types of which a profile goes further beyond the Comune than was
// granted to the person: those that a TOP is still to grant.
func (a Assignment) Awaits(p Profile, term int) (tipi []Tipo) {
	if a.Lapsed {
		return nil
	}
	for _, grant := range p.NationalGrants() {
		if grant.Nazionale.Wider(a.Beyond(grant, term), term) {
			tipi = append(tipi, grant.Tipo)
		}
	}
	return tipi
}

// Extended returns how far the person goes beyond the Comune once some types are granted
// to them too: what was granted stands, and of two modes of a type the looser. It is
// none, as in NazionaleGranted.Tipi, where what was granted is without limit.
func (a Assignment) Extended(more []TipoConcesso, term int) []TipoConcesso {
	if a.Nazionale && len(a.Autorizzati) == 0 {
		return nil
	}
	all := slices.Clone(more)
	if !a.Nazionale {
		return all
	}
	for _, was := range a.Autorizzati {
		i := slices.IndexFunc(all, func(t TipoConcesso) bool { return t.Tipo == was.Tipo })
		switch {
		case i < 0:
			all = append(all, was)
		case was.Nazionale.Wider(all[i].Nazionale, term):
			all[i] = was
		}
	}
	return all
}

// approved is Evolve for a grant that two persons agreed on. What is assigned
// counts as assigned by who approved it.
func (s Utente) approved(e GrantApproved, m Meta) Utente {
	p, ok := s.Proposal(e.ID)
	if !ok {
		return s
	}
	s.Proposals = without(s.Proposals, func(p Proposal) bool { return p.ID == e.ID })
	switch {
	case p.Assign != nil:
		s = s.assigned(*p.Assign, m)
	case p.Nazionale != "":
		s.Assignments = s.national(ProfileGrant{Ente: p.Ente, Comune: p.Comune, Profile: p.Nazionale}, true, e.Tipi)
	case p.Reset:
		s.Resets = append(slices.Clip(s.Resets), p)
	}
	return s
}

// Proposal returns an open proposal by its id.
func (s Utente) Proposal(id string) (Proposal, bool) {
	return find(s.Proposals, func(p Proposal) bool { return p.ID == id })
}

// Assigned returns the profiles the person holds at a pair, in force or not.
func (s Utente) Assigned(p Pair) (held []Assignment) {
	for _, a := range s.Assignments {
		if a.Pair() == p {
			held = append(held, a)
		}
	}
	return held
}

// Assignment returns one of them, by its profile.
func (s Utente) Assignment(p Pair, profile ProfileID) (Assignment, bool) {
	return find(s.Assignments, func(a Assignment) bool { return a.Pair() == p && a.Profile == profile })
}

// AsRead returns the limits as they are read back from a stored event.
func (l Limiti) AsRead() Limiti {
	if len(l.Tipi) == 0 {
		l.Tipi = nil
	}
	if len(l.Orario) == 0 {
		l.Orario = nil
	}
	return l
}
