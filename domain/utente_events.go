package domain

import (
	"slices"
	"time"
)

// UtenteRegistered enters a person, or records what changed of who they are.
// Codice, made of the id, is printed and shown where the name is not needed, as on
// documents. EnteredFor is the Comune for which an ADMIN entered them.
type UtenteRegistered struct {
	Codice        string        `json:"codice"`
	EnteredFor    CodiceISTAT   `json:"entered_for,omitempty"`
	CodiceFiscale CodiceFiscale `json:"codice_fiscale" sealed:"person"`
	Cognome       string        `json:"cognome" sealed:"person"`
	Nome          string        `json:"nome" sealed:"person"`
	Email         string        `json:"email,omitempty" sealed:"person"`
}

// UtenteAppointed is a person's record at a pair: of which office they are, what
// their duty is, and the act that appointed them (product rule C19).
type UtenteAppointed struct {
	Ente     EnteID      `json:"ente,omitempty"`
	Comune   CodiceISTAT `json:"comune"`
	Ufficio  string      `json:"ufficio,omitempty"` // code of an office of the Ente
	Mansione string      `json:"mansione"`
	Atto     string      `json:"atto,omitempty"` // act of appointment
	Data     Date        `json:"data,omitzero"`
}

// RoleGiven lets a person act in a capacity: ANAGRAFE and AUDITOR at a Comune;
// ADMIN and STANDARD at an Ente, for the Comune that gave the role; AUDITOR at an
// Ente. With days it is for a time, and with Sostituisce in the place of another.
type RoleGiven struct {
	Role        Role        `json:"role"`
	Ente        EnteID      `json:"ente,omitempty"`
	Comune      CodiceISTAT `json:"comune,omitempty"`
	Dal         Date        `json:"dal,omitzero"`
	Al          Date        `json:"al,omitzero"` // last day included
	Sostituisce UtenteID    `json:"sostituisce,omitempty"`
}

// RoleTaken ends a capacity, or one held in the place of another.
type RoleTaken struct {
	Role        Role        `json:"role"`
	Ente        EnteID      `json:"ente,omitempty"`
	Comune      CodiceISTAT `json:"comune,omitempty"`
	Sostituisce UtenteID    `json:"sostituisce,omitempty"`
	Motivo      string      `json:"motivo,omitempty" sealed:"person"`
}

// Suspension is why a person is suspended.
type Suspension string

const (
	SuspendedByOrder   Suspension = "disposta"       // somebody decided it
	SuspendedUnused    Suspension = "inutilizzata"   // unused for 180 days (product rule C30)
	SuspendedUncertain Suspension = "non_confermata" // not confirmed by a recertification (C06)
)

// UtenteSuspended stops whatever a person may do at a pair, roles and profiles
// kept. Who audits is suspended as that by itself, so that none of those they audit
// can do it.
type UtenteSuspended struct {
	Ente   EnteID      `json:"ente,omitempty"`
	Comune CodiceISTAT `json:"comune,omitempty"`
	Role   Role        `json:"role,omitempty"` // auditor: as that alone; none: in all others
	Causa  Suspension  `json:"causa"`
	Motivo string      `json:"motivo,omitempty" sealed:"person"`
}

// UtenteReinstated ends a suspension.
type UtenteReinstated struct {
	Ente   EnteID      `json:"ente,omitempty"`
	Comune CodiceISTAT `json:"comune,omitempty"`
	Role   Role        `json:"role,omitempty"` // as which they were suspended
	Motivo string      `json:"motivo,omitempty" sealed:"person"`
}

// AbsenceDeclared says that a person is away: no request of theirs is admitted
// meanwhile and, away from a Comune itself, no decision of theirs on a request.
type AbsenceDeclared struct {
	Ente   EnteID      `json:"ente,omitempty"`
	Comune CodiceISTAT `json:"comune"`
	Dal    Date        `json:"dal"`
	Al     Date        `json:"al"` // last day included
}

// AbsenceCalledOff takes back an absence, by its first day.
type AbsenceCalledOff struct {
	Ente   EnteID      `json:"ente,omitempty"`
	Comune CodiceISTAT `json:"comune"`
	Dal    Date        `json:"dal"`
}

// CollectionGiven lets a person obtain the documents that others of their Ente
// asked for at a Comune.
type CollectionGiven struct {
	Ente   EnteID      `json:"ente"`
	Comune CodiceISTAT `json:"comune"`
}

// CollectionTaken ends that.
type CollectionTaken struct {
	Ente   EnteID      `json:"ente"`
	Comune CodiceISTAT `json:"comune"`
}

// InstructionsAccepted records that a person accepted a version of a Comune's
// instructions to who processes data (GDPR art. 29).
type InstructionsAccepted struct {
	Comune   CodiceISTAT `json:"comune"`
	Versione int         `json:"versione"`
}

// NoticesChosen records whether a person is written to about what becomes of the requests
// they made that await confirmation, or are about many people, and as an officer about what
// awaits them.
type NoticesChosen struct {
	Richieste bool `json:"richieste"`
	SenzaCoda bool `json:"senza_coda,omitempty"` // not about what awaits them
}

// ResetDone records that an approved reset of second factors was carried out.
type ResetDone struct {
	ID string `json:"id"` // of the proposal
}

func (UtenteRegistered) EventType() string     { return "utente.registered.v1" }
func (UtenteAppointed) EventType() string      { return "utente.appointed.v1" }
func (RoleGiven) EventType() string            { return "utente.role-given.v1" }
func (RoleTaken) EventType() string            { return "utente.role-taken.v1" }
func (UtenteSuspended) EventType() string      { return "utente.suspended.v1" }
func (UtenteReinstated) EventType() string     { return "utente.reinstated.v1" }
func (AbsenceDeclared) EventType() string      { return "utente.absence-declared.v1" }
func (AbsenceCalledOff) EventType() string     { return "utente.absence-called-off.v1" }
func (CollectionGiven) EventType() string      { return "utente.collection-given.v1" }
func (CollectionTaken) EventType() string      { return "utente.collection-taken.v1" }
func (InstructionsAccepted) EventType() string { return "utente.instructions-accepted.v1" }
func (NoticesChosen) EventType() string        { return "utente.notices-chosen.v1" }
func (ResetDone) EventType() string            { return "utente.reset-done.v1" }

func init() {
	register[UtenteRegistered]()
	register[UtenteAppointed]()
	register[RoleGiven]()
	register[RoleTaken]()
	register[UtenteSuspended]()
	register[UtenteReinstated]()
	register[AbsenceDeclared]()
	register[AbsenceCalledOff]()
	register[CollectionGiven]()
	register[CollectionTaken]()
	register[InstructionsAccepted]()
	register[NoticesChosen]()
	register[ResetDone]()
}

// key tells one capacity from another.
func (r RoleGiven) key() RoleTaken {
	return RoleTaken{Role: r.Role, Ente: r.Ente, Comune: r.Comune, Sostituisce: r.Sostituisce}
}

func (r RoleTaken) key() RoleTaken {
	r.Motivo = ""
	return r
}

// given returns the roles with one that is given, anew or for the first time.
func (s Utente) given(e RoleGiven, m Meta) []RoleHeld {
	same := func(r RoleHeld) bool { return r.key() == e.key() }
	held := RoleHeld{RoleGiven: e, By: m.By, At: m.At, Since: m.At}
	if was, ok := find(s.Roles, same); ok {
		held.Since = was.Since
	}
	return replace(s.Roles, held, same)
}

// On says whether the capacity is held on a calendar day.
func (r RoleGiven) On(day Date) bool { return within(r.Dal, r.Al, day) }

// Within says whether the capacity is held only on days on which another is.
func (r RoleGiven) Within(of RoleGiven) bool {
	early := !of.Dal.IsZero() && (r.Dal.IsZero() || r.Dal.Compare(of.Dal) < 0)
	late := !of.Al.IsZero() && (r.Al.IsZero() || r.Al.Compare(of.Al) > 0)
	return !early && !late
}

// within says whether a day is between two others, both included; no date sets no
// limit.
func within(dal, al, day Date) bool {
	return (dal.IsZero() || dal.Compare(day) <= 0) && (al.IsZero() || day.Compare(al) <= 0)
}

// Pair returns where the role is held.
func (r RoleGiven) Pair() Pair { return Pair{r.Ente, r.Comune} }

// Pair returns the pair the record is of.
func (e UtenteAppointed) Pair() Pair { return Pair{e.Ente, e.Comune} }

// Pair returns where the person is suspended.
func (e UtenteSuspended) Pair() Pair { return Pair{e.Ente, e.Comune} }

// Pair returns where the person is reinstated.
func (e UtenteReinstated) Pair() Pair { return Pair{e.Ente, e.Comune} }

// Pair returns where the person is away from.
func (e AbsenceDeclared) Pair() Pair { return Pair{e.Ente, e.Comune} }

// Pair returns where the absence was declared.
func (e AbsenceCalledOff) Pair() Pair { return Pair{e.Ente, e.Comune} }

// Pair returns whose documents may be obtained.
func (e CollectionGiven) Pair() Pair { return Pair(e) }

// Pair returns whose documents may no longer be obtained.
func (e CollectionTaken) Pair() Pair { return Pair(e) }

// appointed is Evolve for a person's record: another mansione makes the profiles
// of the pair lapse until they are assigned anew, and what is proposed there void.
func (s Utente) appointed(e UtenteAppointed) Utente {
	if was, ok := s.Appointment(e.Pair()); ok && was.Mansione != e.Mansione {
		s.Assignments, s.Proposals = s.lapsed(e.Pair()), s.unproposed(e.Pair())
	}
	s.Appointments = replace(s.Appointments, e, func(a UtenteAppointed) bool { return a.Pair() == e.Pair() })
	return s
}

// relieved is Evolve for a role that was taken: without any role by which one asks,
// the profiles of the pair lapse, and without that of an operator others' documents
// are no longer obtained, so that who gives the role again does not give back with it
// what others granted.
func (s Utente) relieved(e RoleTaken) Utente {
	pair := Pair{e.Ente, e.Comune}
	s.Roles = without(s.Roles, func(r RoleHeld) bool { return r.key() == e.key() })
	s.Proposals = s.unproposed(pair)
	if !s.Holds(RoleStandard, pair) && !s.Holds(RoleAdmin, pair) {
		s.Assignments = s.lapsed(pair)
	}
	if !s.Holds(RoleStandard, pair) {
		s.Collects = without(s.Collects, func(p Pair) bool { return p == pair })
	}
	return s
}

// lapsed returns the assignments, those of a pair void until they are made anew.
func (s Utente) lapsed(p Pair) []Assignment {
	assignments := slices.Clone(s.Assignments)
	for i, a := range assignments {
		assignments[i].Lapsed = a.Lapsed || a.Pair() == p
	}
	return assignments
}

// Appointment returns the person's record at a pair, if there is one.
func (s Utente) Appointment(p Pair) (UtenteAppointed, bool) {
	return find(s.Appointments, func(a UtenteAppointed) bool { return a.Pair() == p })
}

// admitted returns the admissions with one at a pair, at an instant.
func (s Utente) admitted(p Pair, at time.Time) []Admission {
	return replace(s.Admissions, Admission{p, at}, func(a Admission) bool { return a.Pair == p })
}

// AdmittedAt returns when the person was last given a role at a pair, or reinstated
// there; zero if never.
func (s Utente) AdmittedAt(p Pair) time.Time {
	for _, a := range s.Admissions {
		if a.Pair == p {
			return a.At
		}
	}
	return time.Time{}
}

// Suspended says whether the person is suspended at a pair, otherwise than as AUDITOR.
func (s Utente) Suspended(p Pair) bool {
	_, suspended := s.Suspension("", p)
	return suspended
}

// Suspension returns the person's suspension at a pair in a role, if there is one:
// AUDITOR is one, all others are another.
func (s Utente) Suspension(as Role, p Pair) (SuspensionInForce, bool) {
	return find(s.Suspensions, func(u SuspensionInForce) bool { return u.of(as, p) })
}

// of says whether a suspension is of a role at a pair.
func (e UtenteSuspended) of(as Role, p Pair) bool {
	return e.Pair() == p && (e.Role == RoleAuditor) == (as == RoleAuditor)
}

// Absent says whether the person is away from a pair on a calendar day.
func (s Utente) Absent(p Pair, day Date) bool {
	return slices.ContainsFunc(s.Absences, func(a AbsenceDeclared) bool { return a.Pair() == p && within(a.Dal, a.Al, day) })
}

// Holds says whether the person has a role at a pair, on whatever day and
// suspended or not.
func (s Utente) Holds(role Role, p Pair) bool {
	return slices.ContainsFunc(s.Roles, func(r RoleHeld) bool { return r.Role == role && r.Pair() == p })
}

// Own returns the role the person has at a pair in nobody's place, on whatever day,
// if they do.
func (s Utente) Own(role Role, p Pair) (RoleHeld, bool) {
	return find(s.Roles, func(r RoleHeld) bool { return r.Role == role && r.Pair() == p && r.Sostituisce == "" })
}

// Substitutes returns in whose places the person holds a role at an Ente or a Comune,
// on whatever days.
func (s Utente) Substitutes(a Actor) (principals []UtenteID) {
	for _, r := range s.Roles {
		if r.Sostituisce != "" && r.Role == a.Role && r.Ente == a.Ente && !slices.Contains(principals, r.Sostituisce) {
			principals = append(principals, r.Sostituisce)
		}
	}
	return principals
}

// For says whether the person holds a role at a pair in the place of another.
func (s Utente) For(principal UtenteID, role Role, p Pair) bool {
	return slices.ContainsFunc(s.Roles, func(r RoleHeld) bool { return r.Sostituisce == principal && r.Role == role && r.Pair() == p })
}

// HoldsOn says whether the person has a role at a pair on a calendar day, suspended
// or not.
func (s Utente) HoldsOn(role Role, p Pair, day Date) bool {
	return slices.ContainsFunc(s.Roles, func(r RoleHeld) bool { return r.Role == role && r.Pair() == p && r.On(day) })
}

// HoldsAny says whether the person has any role at a pair, on whatever day and
// suspended or not.
func (s Utente) HoldsAny(p Pair) bool {
	return slices.ContainsFunc(s.Roles, func(r RoleHeld) bool { return r.Pair() == p })
}

// Seats are the Comuni of which the person may be a TOP: nobody is named one without
// a record there.
func (s Utente) Seats() (comuni []CodiceISTAT) {
	for _, a := range s.Appointments {
		if a.Ente == "" {
			comuni = append(comuni, a.Comune)
		}
	}
	return comuni
}

// ActsAt says whether the person has a role at a pair other than AUDITOR, on whatever
// day and suspended or not.
func (s Utente) ActsAt(p Pair) bool {
	return slices.ContainsFunc(s.Roles, func(r RoleHeld) bool { return r.Pair() == p && r.Role != RoleAuditor })
}

// At says whether the person has anything to do with a pair.
func (s Utente) At(p Pair) bool {
	_, appointed := s.Appointment(p)
	return appointed || s.HoldsAny(p)
}
