package domain

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"regexp"
	"slices"
	"strings"
	"time"
)

// UtenteCategory is the category of the streams of people who may sign in.
const UtenteCategory = "utente"

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

// ParseCodice reads the code of a person, as Codice writes it; case does not count.
func ParseCodice(s string) (string, error) {
	code := strings.ToUpper(strings.TrimSpace(s))
	if !codice.MatchString(code) {
		return "", Errorf(Invalid, "il codice di un utente è U-, cinque caratteri, un trattino e altri cinque")
	}
	return code, nil
}

var codice = regexp.MustCompile(`^U-[0-9A-Z]{5}-[0-9A-Z]{5}$`)

// Utente is one natural person who may sign in. TOPs are kept by their Comune,
// which cannot lose its last.
type Utente struct {
	Registered bool
	UtenteRegistered
	EnteredBy    Pair  // whose people may change who the person is
	AddressBy    Actor // who entered the mail address that stands
	Readdressed  bool  // it is not the one the person was entered with
	Roles        []RoleHeld
	Appointments []UtenteAppointed // the last of each pair
	Admissions   []Admission       // the last of each pair
	Suspensions  []SuspensionInForce
	Blocks       []Block           // the last of each pair and alarm
	Absences     []AbsenceDeclared // those not called off
	Assignments  []Assignment
	Collects     []Pair // where the person may obtain what others asked for
	Accepted     []Acceptance
	Notices      NoticesChosen // of the queue alone, until the person chooses otherwise
	Proposals    []Proposal    // those not decided
	Resets       []Proposal    // approved resets of second factors that are still to be done
}

// RoleHeld is a role a person was given and that was not taken.
type RoleHeld struct {
	RoleGiven
	By    Actor     // who gave it last
	At    time.Time // when
	Since time.Time // when it was given first, since it was taken last
}

// SuspensionInForce is a suspension that has not ended.
type SuspensionInForce struct {
	UtenteSuspended
	By Actor // who ordered it
}

// Assignment is a profile a person holds.
type Assignment struct {
	ProfileGrant
	By        Actor // who assigned it, or who approved that
	Lapsed    bool  // the person's mansione has changed since, or the role was taken
	Nazionale bool  // a TOP has granted it beyond the Comune
	// Autorizzati is how far, as NazionaleGranted.Tipi.
	Autorizzati []TipoConcesso
}

// Acceptance is when a person accepted a Comune's instructions last.
type Acceptance struct {
	InstructionsAccepted
	At time.Time
}

// Admission is when a person was last given a role at a pair, or reinstated there.
type Admission struct {
	Pair
	At time.Time
}

// Proposal is a grant that awaits another person's approval.
type Proposal struct {
	GrantProposed
	By Actor
}

// Evolve returns the state after one more event.
func (s Utente) Evolve(e Event, m Meta) Utente {
	switch e := e.(type) {
	case UtenteRegistered:
		if !s.Registered {
			s.EnteredBy = Pair{m.By.Ente, cmp.Or(m.By.Comune, e.EnteredFor)}
		}
		if !s.Registered || s.Email != e.Email {
			s.AddressBy, s.Readdressed = m.By, s.Registered
		}
		s.Registered, s.UtenteRegistered = true, e
	case RoleGiven:
		s.Roles, s.Proposals = s.given(e, m), s.unproposed(e.Pair())
		s.Admissions = s.admitted(e.Pair(), m.At)
	case RoleTaken:
		s = s.relieved(e)
	case UtenteAppointed:
		s = s.appointed(e)
	case UtenteSuspended:
		s.Suspensions = replace(s.Suspensions, SuspensionInForce{e, m.By}, func(u SuspensionInForce) bool { return u.of(e.Role, e.Pair()) })
	case UtenteReinstated:
		s.Suspensions = without(s.Suspensions, func(u SuspensionInForce) bool { return u.of(e.Role, e.Pair()) })
		s.Admissions = s.admitted(e.Pair(), m.At)
	case UtenteBlocked:
		s.Blocks = s.blocked(e)
	case UtenteUnblocked:
		s.Blocks = s.unblocked(e.Pair())
	case AbsenceDeclared:
		s.Absences = replace(s.Absences, e, func(a AbsenceDeclared) bool { return a.Pair() == e.Pair() && a.Dal == e.Dal })
	case AbsenceCalledOff:
		s.Absences = without(s.Absences, func(a AbsenceDeclared) bool { return a.Pair() == e.Pair() && a.Dal == e.Dal })
	case CollectionGiven:
		s.Collects = replace(s.Collects, e.Pair(), func(p Pair) bool { return p == e.Pair() })
	case CollectionTaken:
		s.Collects = without(s.Collects, func(p Pair) bool { return p == e.Pair() })
	case InstructionsAccepted:
		s.Accepted = replace(s.Accepted, Acceptance{e, m.At}, func(a Acceptance) bool { return a.Comune == e.Comune })
	case NoticesChosen:
		s.Notices = e
	default:
		s = s.granted(e, m)
	}
	return s
}

// granted is Evolve for what gives and takes profiles.
func (s Utente) granted(e Event, m Meta) Utente {
	switch e := e.(type) {
	case ProfileAssigned:
		s = s.assigned(e.Grant(), m)
	case AssignmentWithdrawn:
		gone := ProfileGrant{Ente: e.Ente, Comune: e.Comune, Profile: e.Profile}
		s.Assignments, s.Proposals = without(s.Assignments, gone.same), without(s.Proposals, gone.concerned)
	case NazionaleGranted:
		s.Assignments = s.national(ProfileGrant{Ente: e.Ente, Comune: e.Comune, Profile: e.Profile}, true, e.Tipi)
	case NazionaleRevoked:
		s.Assignments = s.national(ProfileGrant{Ente: e.Ente, Comune: e.Comune, Profile: e.Profile}, false, nil)
	case GrantProposed:
		s.Proposals = append(slices.Clip(s.Proposals), Proposal{e, m.By})
	case GrantRejected:
		s.Proposals = without(s.Proposals, func(p Proposal) bool { return p.ID == e.ID })
	case GrantApproved:
		s = s.approved(e, m)
	case ResetDone:
		s.Resets = without(s.Resets, func(p Proposal) bool { return p.ID == e.ID })
	}
	return s
}

// replace returns list with an item in the place of those that are the same.
func replace[T any](list []T, item T, same func(T) bool) []T {
	return append(without(list, same), item)
}

// find returns the first item of list that is meant; ok is false, and the item zero,
// when none is.
func find[T any](list []T, meant func(T) bool) (item T, ok bool) {
	i := slices.IndexFunc(list, meant)
	if i < 0 {
		return item, false
	}
	return list[i], true
}

// without returns a copy of list without those that are the same.
func without[T any](list []T, same func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(list), same)
}
