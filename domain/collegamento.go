package domain

import "time"

// Collegamento is a Comune's way to ANPR as it stands.
type Collegamento struct {
	ComuneConnected           // the version in force; Version is 0 before the first
	Since           time.Time // when it came into force
	// StoodIn says that ANPR has refused the operator, and the second one stood in,
	// since the version came into force or a test of it last went well.
	StoodIn bool
	// Announced is the fewest days ahead of which the expiry of this version's
	// certificates was announced, 0 if it was not.
	Announced int
	// Tested is the last test call, be it of a candidate, and TestedAt when it was made:
	// zero before the first.
	Tested   ConnectionTested
	TestedAt time.Time
}

// ComuneConnected is one version of a Comune's way to ANPR, in force from then on.
// It holds no secret: keystores are named, and whoever asks ANPR finds them.
type ComuneConnected struct {
	Version            int           `json:"version"` // counted from 1
	TipoInvio          string        `json:"tipo_invio"`
	Keystore           string        `json:"keystore"`                      // name of the PKCS#12 of the Comune's machine
	KeystorePostazione string        `json:"keystore_postazione,omitempty"` // of the workstation's; empty: the machine signs for it too
	Operatore          CodiceFiscale `json:"operatore" sealed:"person"`     // in whose name ANPR is asked
	Supplente          CodiceFiscale `json:"supplente,omitempty" sealed:"person"`
	Storico            FonteStorica  `json:"storico"`
	Machine            Certificate   `json:"certificato_macchina,omitzero"`
	Postazione         Certificate   `json:"certificato_postazione,omitzero"` // zero where the machine signs for it too
}

// Certificate is what is known of a certificate of ANPR's, without its key. It is
// zero where it was not looked at.
type Certificate struct {
	Subject  string    `json:"subject"`   // its common name, as 039002-CO-9999
	Serial   string    `json:"serial"`    // in hexadecimal
	SHA256   string    `json:"sha256"`    // of the whole certificate, in hexadecimal
	NotAfter time.Time `json:"not_after"` // UTC; it is good up to then
}

// FonteStorica is where the historical types come from.
type FonteStorica string

const (
	Storico6001 FonteStorica = "6001"      // the certification service's data request
	StoricoWalk FonteStorica = "3002-walk" // repeated 3002, backwards in time
)

// ConnectionTested says what a test call to ANPR brought. The version after the
// one in force is a candidate, which came into force if the call went well.
type ConnectionTested struct {
	Version            int               `json:"version"`
	Outcome            ConnectionOutcome `json:"outcome"`
	Class              FailureClass      `json:"class,omitempty"` // of a failure
	Code               string            `json:"code,omitempty"`  // ANPR's own, if it gave one
	IDOperazioneComune string            `json:"id_operazione_comune"`
	IDOperazioneANPR   string            `json:"id_operazione_anpr,omitempty"`
}

// OperatorStoodIn says that ANPR refused the operator of a version and answered
// the second one: somebody must look to the first.
type OperatorStoodIn struct {
	Version int `json:"version"`
}

// CertificateExpiryAnnounced says that a version's certificates were found to expire
// within so many days; Days is one of ExpiryNotices.
type CertificateExpiryAnnounced struct {
	Version  int       `json:"version"`
	Days     int       `json:"days"`
	NotAfter time.Time `json:"not_after"`
}

func (ComuneConnected) EventType() string            { return "comune.connected.v1" }
func (ConnectionTested) EventType() string           { return "comune.connection-tested.v1" }
func (OperatorStoodIn) EventType() string            { return "comune.operator-stood-in.v1" }
func (CertificateExpiryAnnounced) EventType() string { return "comune.certificate-expiry-announced.v1" }

func (CertificateExpiryAnnounced) announces() {}

func init() {
	register[ComuneConnected]()
	register[ConnectionTested]()
	register[OperatorStoodIn]()
	register[CertificateExpiryAnnounced]()
}

// evolve returns the state after one more event of the Comune.
func (s Collegamento) evolve(e Event, m Meta) Collegamento {
	switch e := e.(type) {
	case ComuneConnected:
		return Collegamento{ComuneConnected: e, Since: m.At, Tested: s.Tested, TestedAt: s.TestedAt}
	case ConnectionTested:
		s.Tested, s.TestedAt = e, m.At
		s.StoodIn = s.StoodIn && (e.Version != s.Version || e.Outcome != ConnectionOK)
	case OperatorStoodIn:
		s.StoodIn = s.StoodIn || e.Version == s.Version
	case CertificateExpiryAnnounced:
		if e.Version == s.Version {
			s.Announced = e.Days
		}
	}
	return s
}

// Expiry returns when the first of the version's certificates expires; zero when
// that is not known.
func (c ComuneConnected) Expiry() time.Time {
	m, p := c.Machine.NotAfter, c.Postazione.NotAfter
	if m.IsZero() || !p.IsZero() && p.Before(m) {
		return p
	}
	return m
}

// Uses says whether the version takes its keys from a keystore of that name.
func (c ComuneConnected) Uses(keystore string) bool {
	return keystore != "" && (c.Keystore == keystore || c.KeystorePostazione == keystore)
}

// ExpiryNotices are how many days ahead the expiry of certificates is announced,
// once each.
var ExpiryNotices = [...]int{60, 30, 7, 1}

// NextExpiryNotice returns how many days ahead of an expiry it is to be announced
// next, when it was last announced so many days ahead (0: not yet), and from which
// instant on. Ok is false when nothing is left to announce.
func NextExpiryNotice(expiry time.Time, announced int) (days int, at time.Time, ok bool) {
	if expiry.IsZero() {
		return 0, at, false
	}
	return nextNotice(ExpiryNotices[:], announced, func(days int) time.Time { return expiry.Add(-time.Duration(days) * 24 * time.Hour) })
}

// CertificateNotice returns the announcement that is due: of several that were
// missed, the last alone.
func (s Comune) CertificateNotice(now time.Time) (days int, due bool) {
	return dueNotice(s.Collegamento.Announced, now, func(announced int) (int, time.Time, bool) {
		return NextExpiryNotice(s.Collegamento.Expiry(), announced)
	})
}
