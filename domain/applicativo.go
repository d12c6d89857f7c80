package domain

import (
	"net/netip"
	"reflect"
	"slices"
	"time"
)

// Stream returns the stream of software that asks for persons of an Ente.
func (id ApplicativoID) Stream() Stream[Applicativo] {
	return Stream[Applicativo]("applicativo-" + id)
}

// ParseApplicativoID reads the id of software.
func ParseApplicativoID(s string) (ApplicativoID, error) {
	return parseID[ApplicativoID](s, "applicativo")
}

// Scope is something software may do for a person who may do it.
type Scope string

const (
	ScopeRequest  Scope = "request"  // ask for visure
	ScopeRead     Scope = "read"     // read what the person asked for
	ScopeDownload Scope = "download" // obtain documents
	ScopeMonitor  Scope = "monitor"  // read what an ADMIN may of the Ente's requests
)

// Scopes returns all of them, in the order they are shown.
func Scopes() []Scope { return []Scope{ScopeRequest, ScopeRead, ScopeDownload, ScopeMonitor} }

// MaxTokenLife is how long a token of software lives at most.
const MaxTokenLife = 365 * 24 * time.Hour

// Applicativo is software of an Ente that asks for persons, each named in each
// request. It can never do what the person could not, nor administer anything.
type Applicativo struct {
	Registered bool
	ApplicativoRegistered
	RegisteredBy []UtenteID    // who entered or changed it last, and who changed its Comuni alone since; not the system
	Suspended    []CodiceISTAT // the Comuni that have it suspended
	Tokens       []TokenGiven  // those not revoked
}

// TokenGiven is a token and who gave it; nobody if the system did.
type TokenGiven struct {
	TokenIssued
	By UtenteID `json:"by,omitempty"`
}

// ApplicativoRegistered enters software, or replaces what it may. It calls from one of
// the networks, and with the certificate; some of those entered before have neither.
type ApplicativoRegistered struct {
	Ente        EnteID         `json:"ente"`
	Comuni      []CodiceISTAT  `json:"comuni"`
	Nome        string         `json:"nome"`
	Owner       UtenteID       `json:"owner"` // the person who answers for it
	Scopes      []Scope        `json:"scopes"`
	Reti        []netip.Prefix `json:"reti,omitempty"`        // where it calls from
	Certificato string         `json:"certificato,omitempty"` // SHA-256 of its certificate (DER), lower-case hexadecimal
}

// TokenIssued gives the software a token, named by the first characters of its
// hash, good for the Comuni that whoever issued it answers for. Several live at once
// while one takes the place of another.
type TokenIssued struct {
	Token   string        `json:"token"`
	Comuni  []CodiceISTAT `json:"comuni"`
	Expires time.Time     `json:"expires"`
}

// TokenRevoked ends a token at once.
type TokenRevoked struct {
	Token string `json:"token"`
}

// ApplicativoSuspended stops what the software asks a Comune until it is reinstated
// there.
type ApplicativoSuspended struct {
	Comune CodiceISTAT `json:"comune"`
	Motivo string      `json:"motivo,omitempty"`
}

// ApplicativoReinstated lets it ask the Comune again.
type ApplicativoReinstated struct {
	Comune CodiceISTAT `json:"comune"`
}

func (ApplicativoRegistered) EventType() string { return "applicativo.registered.v1" }
func (TokenIssued) EventType() string           { return "applicativo.token-issued.v1" }
func (TokenRevoked) EventType() string          { return "applicativo.token-revoked.v1" }
func (ApplicativoSuspended) EventType() string  { return "applicativo.suspended.v1" }
func (ApplicativoReinstated) EventType() string { return "applicativo.reinstated.v1" }

func init() {
	register[ApplicativoRegistered]()
	register[TokenIssued]()
	register[TokenRevoked]()
	register[ApplicativoSuspended]()
	register[ApplicativoReinstated]()
}

// Evolve returns the state after one more event.
func (s Applicativo) Evolve(e Event, m Meta) Applicativo {
	switch e := e.(type) {
	case ApplicativoRegistered:
		s.RegisteredBy = s.registrars(e, m.By.Utente)
		s.Registered, s.ApplicativoRegistered = true, e
	case TokenIssued:
		s.Tokens = append(slices.Clip(s.Tokens), TokenGiven{e, m.By.Utente})
	case TokenRevoked:
		s.Tokens = slices.DeleteFunc(slices.Clone(s.Tokens), func(t TokenGiven) bool { return t.Token == e.Token })
	case ApplicativoSuspended:
		s.Suspended = replace(s.Suspended, e.Comune, func(c CodiceISTAT) bool { return c == e.Comune })
	case ApplicativoReinstated:
		s.Suspended = without(s.Suspended, func(c CodiceISTAT) bool { return c == e.Comune })
	}
	return s
}

// SameButComuni says whether software is the same, whatever Comuni it asks.
func (e ApplicativoRegistered) SameButComuni(as ApplicativoRegistered) bool {
	e.Comuni = as.Comuni
	return reflect.DeepEqual(e, as)
}

// registrars are who has the software be what it is, once somebody registers it so: they
// alone, and if they change no more than its Comuni those before too.
func (s Applicativo) registrars(as ApplicativoRegistered, by UtenteID) (all []UtenteID) {
	if s.Registered && s.SameButComuni(as) {
		all = slices.Clip(s.RegisteredBy)
	}
	if by == "" || slices.Contains(all, by) {
		return all
	}
	return append(all, by)
}

// Gave says whether a person gave the software a token that may still be used.
func (s Applicativo) Gave(who UtenteID, at time.Time) bool {
	return who != "" && slices.ContainsFunc(s.Tokens, func(t TokenGiven) bool { return t.By == who && at.Before(t.Expires) })
}

// Bound says whether the software can be told by more than its token, so that it
// counts as an authorised workstation.
func (s Applicativo) Bound() bool { return len(s.Reti) > 0 || s.Certificato != "" }

// Proven says whether a call from an address, with the SHA-256 of the certificate it
// showed if any, comes from the software as it is registered.
func (s Applicativo) Proven(address netip.Addr, certificate string) bool {
	return anyHolds(s.Reti, address) && (s.Certificato == "" || s.Certificato == certificate)
}

// Live says whether a token may be used for any Comune.
func (s Applicativo) Live(token string, at time.Time) bool { return len(s.asks(token, at)) > 0 }

// asks are the Comuni a token may be used for: those it is good for that the software
// still asks and that have it not suspended.
func (s Applicativo) asks(token string, at time.Time) (comuni []CodiceISTAT) {
	for _, t := range s.Tokens {
		if t.Token != token || !at.Before(t.Expires) {
			continue
		}
		for _, c := range t.Comuni {
			if slices.Contains(s.Comuni, c) && !slices.Contains(s.Suspended, c) {
				comuni = append(comuni, c)
			}
		}
	}
	return comuni
}

// narrow returns what of a person's reach the software may use for them; ok is
// false when it may nothing.
func (s Applicativo) narrow(r Reach, a Actor, at time.Time) (Reach, bool) {
	asked := s.asks(a.Session, at)
	if len(asked) == 0 || s.Ente != a.Ente || a.Ente == "" {
		return Reach{}, false
	}
	may := func(scope Scope) bool { return slices.Contains(s.Scopes, scope) }
	r.Administers, r.Appoints, r.Confirms = false, false, false
	r.Requests = r.Requests && may(ScopeRequest)
	r.Reads = r.Reads && (may(ScopeRead) || may(ScopeMonitor))
	r.Downloads = r.Downloads && may(ScopeDownload)
	r.Columns = slices.Clone(r.Columns)
	for i, c := range r.Columns {
		if c.Name == ColumnComune {
			r.Columns[i].Values = slices.DeleteFunc(slices.Clone(c.Values), func(comune string) bool {
				return !slices.Contains(asked, CodiceISTAT(comune))
			})
		}
	}
	r.Collects = nil
	if a.Role == RoleAdmin && !may(ScopeMonitor) {
		r.Columns = append([]Column{{ColumnRequester, []string{string(a.Utente)}}}, r.Columns...)
	}
	return r, true
}
