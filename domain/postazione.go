package domain

import (
	"net/netip"
	"slices"
)

// PostazioneID is the id of an enrolled workstation.
type PostazioneID string

// PostazioneCategory is the category of workstations.
const PostazioneCategory = "postazione"

// Stream returns the stream of one workstation.
func (id PostazioneID) Stream() Stream[Postazione] {
	return Stream[Postazione](PostazioneCategory + "-" + id)
}

// ParsePostazioneID reads the id of a workstation.
func ParsePostazioneID(s string) (PostazioneID, error) {
	return parseID[PostazioneID](s, "postazione")
}

// RegolaPostazione says from where rights may be used.
type RegolaPostazione string

const (
	Libera      RegolaPostazione = "libera"      // from anywhere; the rule of who sets none
	Autorizzata RegolaPostazione = "autorizzata" // from an enrolled workstation alone
)

// Check refuses a rule nobody knows.
func (r RegolaPostazione) Check(field string) error {
	if r != "" && r != Libera && r != Autorizzata {
		return FieldErrorf(Invalid, field, "la regola sulle postazioni è libera o autorizzata")
	}
	return nil
}

// Postazione is a workstation of an Ente, which each Comune authorises for itself.
// What proves it, a secret or a certificate, is kept elsewhere.
type Postazione struct {
	Proposed bool
	PostazioneProposed
	Enrolled bool // something proves it
	Unproven bool // its certificate proves another
	Comuni   []PostazioneComune
}

// PostazioneComune is where a workstation stands with a Comune.
type PostazioneComune struct {
	Comune   CodiceISTAT
	Approved bool
	Revoked  bool
}

// PostazioneProposed asks that a workstation be authorised by a Comune. Asked of
// another Comune, all else is the same.
type PostazioneProposed struct {
	Ente        EnteID         `json:"ente"`
	Comune      CodiceISTAT    `json:"comune"`
	Nome        string         `json:"nome"`                  // as its Ente calls it
	Reti        []netip.Prefix `json:"reti,omitempty"`        // where it may be used from; none: anywhere
	Certificato string         `json:"certificato,omitempty"` // SHA-256 of its certificate (DER), lower-case hexadecimal; empty: a device secret
}

// PostazioneApproved authorises a workstation for a Comune: it may be enrolled.
type PostazioneApproved struct {
	Comune CodiceISTAT `json:"comune"`
}

// PostazioneEnrolled records that something proves the workstation: the device has taken
// its secret, or the certificate was free.
type PostazioneEnrolled struct{}

// PostazioneUnproven records that the certificate proves another workstation, so that
// nothing proves this one.
type PostazioneUnproven struct{}

// PostazioneRevoked ends a workstation for a Comune, for good.
type PostazioneRevoked struct {
	Comune CodiceISTAT `json:"comune"`
	Motivo string      `json:"motivo,omitempty"`
}

func (PostazioneProposed) EventType() string { return "postazione.proposed.v1" }
func (PostazioneApproved) EventType() string { return "postazione.approved.v1" }
func (PostazioneEnrolled) EventType() string { return "postazione.enrolled.v1" }
func (PostazioneUnproven) EventType() string { return "postazione.unproven.v1" }
func (PostazioneRevoked) EventType() string  { return "postazione.revoked.v1" }

func init() {
	register[PostazioneProposed]()
	register[PostazioneApproved]()
	register[PostazioneEnrolled]()
	register[PostazioneUnproven]()
	register[PostazioneRevoked]()
}

// Evolve returns the state after one more event.
func (s Postazione) Evolve(e Event, _ Meta) Postazione {
	switch e := e.(type) {
	case PostazioneProposed:
		s.Proposed, s.PostazioneProposed = true, e
		s.Comuni = append(slices.Clip(s.Comuni), PostazioneComune{Comune: e.Comune})
	case PostazioneApproved:
		s.Comuni = s.with(e.Comune, func(c *PostazioneComune) { c.Approved = true })
	case PostazioneEnrolled:
		s.Enrolled, s.Unproven = true, false
	case PostazioneUnproven:
		s.Enrolled, s.Unproven = false, true
	case PostazioneRevoked:
		s.Comuni = s.with(e.Comune, func(c *PostazioneComune) { c.Revoked = true })
	}
	return s
}

// with returns the Comuni with one of them changed.
func (s Postazione) with(comune CodiceISTAT, change func(*PostazioneComune)) []PostazioneComune {
	comuni := slices.Clone(s.Comuni)
	for i := range comuni {
		if comuni[i].Comune == comune {
			change(&comuni[i])
		}
	}
	return comuni
}

// At returns where the workstation stands with a Comune, if it was proposed to it.
func (s Postazione) At(comune CodiceISTAT) (PostazioneComune, bool) {
	return find(s.Comuni, func(c PostazioneComune) bool { return c.Comune == comune })
}

// Usable says whether any Comune authorises the workstation, so that it may be
// enrolled.
func (s Postazione) Usable() bool {
	return slices.ContainsFunc(s.Comuni, func(c PostazioneComune) bool { return c.Approved && !c.Revoked })
}

// Authorises says whether rights that want an authorised workstation may be used
// from this one, by the people of an Ente for a Comune.
func (s Postazione) Authorises(p Pair) bool {
	c, ok := s.At(p.Comune)
	return ok && s.Ente == p.Ente && c.Approved && !c.Revoked
}

// From says whether the workstation may be used from an address.
func (s Postazione) From(address netip.Addr) bool { return anyHolds(s.Reti, address) }

// anyHolds says whether an address is of one of the networks; of none given, every
// address is.
func anyHolds(networks []netip.Prefix, address netip.Addr) bool {
	within := func(n netip.Prefix) bool { return n.Contains(address.Unmap()) }
	return len(networks) == 0 || slices.ContainsFunc(networks, within)
}
