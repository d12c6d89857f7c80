package domain

import "net/netip"

// PostazioneID is the id of an enrolled workstation.
type PostazioneID string

// Stream returns the stream of one workstation.
func (id PostazioneID) Stream() Stream[Postazione] { return Stream[Postazione]("postazione-" + id) }

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

// Postazione is a workstation of an Ente, for a Comune. What proves it, a secret or
// a certificate, is kept elsewhere.
type Postazione struct {
	Proposed bool
	PostazioneProposed
	ProposedBy UtenteID
	Approved   bool
	Enrolled   bool
	Revoked    bool
}

// PostazioneProposed asks that a workstation be authorised.
type PostazioneProposed struct {
	Ente        EnteID         `json:"ente"`
	Comune      CodiceISTAT    `json:"comune"`
	Nome        string         `json:"nome"`                  // as its Ente calls it
	Reti        []netip.Prefix `json:"reti,omitempty"`        // where it may be used from; none: anywhere
	Certificato string         `json:"certificato,omitempty"` // SHA-256 of its certificate (DER), lower-case hexadecimal; empty: a device secret
}

// PostazioneApproved authorises a workstation: it may be enrolled.
type PostazioneApproved struct{}

// PostazioneEnrolled records that the device has taken its secret.
type PostazioneEnrolled struct{}

// PostazioneRevoked ends a workstation for good.
type PostazioneRevoked struct {
	Motivo string `json:"motivo,omitempty"`
}

func (PostazioneProposed) EventType() string { return "postazione.proposed.v1" }
func (PostazioneApproved) EventType() string { return "postazione.approved.v1" }
func (PostazioneEnrolled) EventType() string { return "postazione.enrolled.v1" }
func (PostazioneRevoked) EventType() string  { return "postazione.revoked.v1" }

func init() {
	register[PostazioneProposed]()
	register[PostazioneApproved]()
	register[PostazioneEnrolled]()
	register[PostazioneRevoked]()
}

// Evolve returns the state after one more event.
func (s Postazione) Evolve(e Event, m Meta) Postazione {
	switch e := e.(type) {
	case PostazioneProposed:
		s = Postazione{Proposed: true, PostazioneProposed: e, ProposedBy: m.By.Utente}
	case PostazioneApproved:
		s.Approved = true
	case PostazioneEnrolled:
		s.Enrolled = true
	case PostazioneRevoked:
		s.Revoked = true
	}
	return s
}

// Pair is whose the workstation is.
func (s Postazione) Pair() Pair { return Pair{s.Ente, s.Comune} }

// Authorises says whether rights that want an authorised workstation may be used
// from this one, by the people of an Ente for a Comune.
func (s Postazione) Authorises(p Pair) bool { return s.Approved && !s.Revoked && s.Pair() == p }

// At says whether the workstation may be used from an address.
func (s Postazione) At(address netip.Addr) bool {
	for _, network := range s.Reti {
		if network.Contains(address.Unmap()) {
			return true
		}
	}
	return len(s.Reti) == 0
}
