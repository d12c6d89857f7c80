package domain

import (
	"slices"
	"time"
)

// Reach is what a capacity may know of and do. Decide asks Covers, queries put
// Columns and Collects into their WHERE: who may see what is written here and
// nowhere else. The zero Reach covers nothing and may do nothing.
type Reach struct {
	Everything bool     // the system itself: no column limits it
	Columns    []Column // all must hold; none, without Everything, covers nothing
	Collects   []Pair   // within all columns but the requester's: what is of these pairs is covered too
	Officer    UtenteID // of visure, only those that awaited confirmation, once at least, and those this person revoked; empty: all
	Numero     CIUV     // besides those, the visura whose document has this number: whoever asks has it at hand

	Masked      bool // persons are shown masked, documents are not handed out
	Outside     bool // of the registry office: ANPR's own codes and words about a person are withheld
	Requests    bool // may ask for visure
	Reads       bool // may read what it covers
	Downloads   bool // may obtain documents of what it covers
	Confirms    bool // may decide on requests that await confirmation
	Appoints    bool // may enter people of the pairs it covers and give them what it has
	Administers bool // may enter parties of the Comuni it covers
	Installs    bool // may enter Comuni and name who administers and audits them
}

// Own is what a person may know of what they did themself, in whatever capacity.
func Own(id UtenteID) Reach {
	return Reach{Columns: []Column{{ColumnRequester, []string{string(id)}}}, Reads: true}
}

// Column admits what has one of some values under a name; the empty value is
// nobody's. Names are those of the read models' columns.
type Column struct {
	Name   string
	Values []string
}

// The names of columns.
const (
	ColumnComune    = "comune"
	ColumnEnte      = "ente"
	ColumnRequester = "requester"
)

// Object is what a Reach may cover: whose it is, by the columns that apply to
// its kind.
type Object struct {
	Comune    CodiceISTAT
	Ente      EnteID
	Requester UtenteID
	Visura    *Course // what became of it; nil: it is no visura
}

// Course is what became of a visura, as far as who may see it depends on that.
type Course struct {
	Waited  bool     // it awaited confirmation, once at least
	Revoker UtenteID // empty: it is not revoked
	Numero  CIUV     // of its document; empty: there is none
}

func (o Object) column(name string) string {
	switch name {
	case ColumnComune:
		return string(o.Comune)
	case ColumnEnte:
		return string(o.Ente)
	case ColumnRequester:
		return string(o.Requester)
	}
	return ""
}

// Covers says whether the object is within reach.
func (r Reach) Covers(o Object) bool {
	if r.Everything || o.Ente != "" && o.Comune != "" && slices.Contains(r.Collects, Pair{o.Ente, o.Comune}) {
		return true
	}
	for _, c := range r.Columns {
		if value := o.column(c.Name); value == "" || !slices.Contains(c.Values, value) {
			return false
		}
	}
	return len(r.Columns) > 0 && (r.Officer == "" || o.Visura == nil || r.handled(*o.Visura))
}

// handled says whether a visura of this course is an officer's matter.
func (r Reach) handled(c Course) bool {
	return c.Waited || c.Revoker == r.Officer || r.Numero != "" && c.Numero == r.Numero
}

// Holding is the reach of who has a document with a number at hand.
func (r Reach) Holding(numero CIUV) Reach {
	r.Numero = numero
	return r
}

// Unlimited is the reach without what limits an officer, for figures that are shown with
// what they may see.
func (r Reach) Unlimited() Reach {
	r.Officer, r.Numero = "", ""
	return r
}

// Comuni returns the Comuni that a reach is limited to.
func (r Reach) Comuni() (comuni []CodiceISTAT) {
	for _, c := range r.Columns {
		if c.Name == ColumnComune {
			for _, value := range c.Values {
				comuni = append(comuni, CodiceISTAT(value))
			}
		}
	}
	return comuni
}

// Standing is what the streams say of who acts, each at its head.
type Standing struct {
	Utente
	Principals    []Principal   // in whose places they hold the role they act in
	Comune        Comune        // of a role at a Comune, which keeps its TOPs itself
	Applicativo   Applicativo   // of a request by software
	Installazione Installazione // of who administers it, which keeps their accounts itself
}

// Principal is a person in whose place another acts.
type Principal struct {
	ID UtenteID
	Utente
}

// Reach returns what a person may know of in the capacity they claim, as their
// roles stand at an instant; ok is false, and the Reach zero, when they do not hold
// it. A role at an Ente reaches the Comuni that gave it and where the person is not
// suspended; who claims it names none of them, since what they do is told by it. What software asks for a person reaches no further than its scope. The
// system holds its own, and who administers the installation does by the account
// they have on its machine.
func (s Standing) Reach(a Actor, at time.Time) (r Reach, ok bool) {
	switch {
	case a.Utente == "" && a.Role == RoleSistema:
		return Reach{Everything: true, Reads: true, Downloads: true, Appoints: true, Administers: true, Installs: true}, true
	case a.Utente == "" && a.Role == RoleInstallazione:
		held := s.Installazione.Administers(a.Account)
		return Reach{Installs: held}, held
	case a.Ente != "" && a.Comune != "":
		return Reach{}, false
	}
	comuni, held := s.givers(a, ItalianDay(at))
	if !held {
		return Reach{}, false
	}
	if r, ok = s.inRole(a, comuni); ok && a.Via != "" {
		return s.Applicativo.narrow(r, a, at)
	}
	return r, ok
}

// inRole is the reach of a role that is held, at the Comuni that gave it.
func (s Standing) inRole(a Actor, comuni []string) (Reach, bool) {
	ente := Column{ColumnEnte, []string{string(a.Ente)}}
	given := Column{ColumnComune, comuni}
	switch a.Role {
	case RoleStandard:
		requester := Column{ColumnRequester, []string{string(a.Utente)}}
		return Reach{Columns: []Column{requester, ente, given}, Collects: s.collects(a.Ente, comuni), Outside: true, Requests: true, Reads: true, Downloads: true}, true
	case RoleAdmin:
		return Reach{Columns: []Column{ente, given}, Outside: true, Requests: true, Reads: true, Downloads: true, Appoints: true}, true
	case RoleTop:
		return Reach{Columns: []Column{given}, Reads: true, Downloads: true, Confirms: true, Appoints: true, Administers: true}, true
	case RoleAnagrafe:
		return Reach{Columns: []Column{given}, Officer: a.Utente, Reads: true, Confirms: true}, true
	case RoleAuditor:
		if a.Ente != "" {
			return Reach{Columns: []Column{ente}, Masked: true, Outside: true, Reads: true}, true
		}
		return Reach{Columns: []Column{given}, Masked: true, Reads: true}, true
	}
	return Reach{}, false
}

// collects returns the pairs at which the person may obtain what others of an Ente
// asked for.
func (s Utente) collects(ente EnteID, comuni []string) (pairs []Pair) {
	for _, p := range s.Collects {
		if p.Ente == ente && slices.Contains(comuni, string(p.Comune)) {
			pairs = append(pairs, p)
		}
	}
	return pairs
}

// stands says whether a role that is held in the place of another has something to
// rest on: that person has had it since, and has it on the day. It ends with theirs,
// also if they are given it anew.
func (s Standing) stands(r RoleHeld, day Date) bool {
	if r.Sostituisce == "" {
		return true
	}
	principal, _ := find(s.Principals, func(p Principal) bool { return p.ID == r.Sostituisce })
	own, ok := principal.Own(r.Role, r.Pair())
	return ok && own.On(day) && !own.Since.After(r.At)
}

// givers returns the Comuni at which a person holds the role an actor claims, on a
// day and not suspended: for a role at an Ente those that gave it, else the Comune
// itself.
func (s Standing) givers(a Actor, day Date) (comuni []string, held bool) {
	if a.Role == RoleTop {
		own := Pair{Comune: a.Comune}
		top := a.Ente == "" && a.Comune != "" && s.Comune.ISTAT == a.Comune && s.Comune.Top(a.Utente) && !s.Suspended(own)
		return []string{string(a.Comune)}, top
	}
	for _, r := range s.Roles {
		here := r.Role == a.Role && r.Ente == a.Ente && (r.Ente != "" || r.Comune == a.Comune)
		_, suspended := s.Suspension(r.Role, r.Pair())
		if here && r.On(day) && s.stands(r, day) && !suspended && !slices.Contains(comuni, string(r.Comune)) {
			comuni, held = append(comuni, string(r.Comune)), true
		}
	}
	return comuni, held
}
