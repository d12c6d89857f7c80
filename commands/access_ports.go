package commands

import (
	"cmp"
	"context"
	"errors"
	"net/netip"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// ErrRefused is returned for whatever proves nothing: an unknown account, a wrong
// password, code or passkey, a link that was used or is too old, a try that came too
// early. The caller is not told which.
var ErrRefused = errors.New("not accepted")

// ErrSuperseded is returned for a session that ended because its person signed in
// elsewhere.
var ErrSuperseded = errors.New("the person signed in elsewhere")

// Refusal says, for the journal alone, whose account was tried by who is not known.
type Refusal struct {
	Utente domain.UtenteID
	Why    error // if nil, an ErrRefused
}

func (r *Refusal) Error() string { return r.Unwrap().Error() }

// Unwrap returns why.
func (r *Refusal) Unwrap() error { return cmp.Or(r.Why, ErrRefused) }

// Factors is what a person can sign in with.
type Factors struct {
	Password      bool
	TOTP          bool // confirmed
	Passkeys      int
	RecoveryCodes int // that are left
	// Used says that somebody has signed in.
	Used bool
	// MustEnrol says that the second factors were reset, and none was enrolled since.
	MustEnrol bool
}

// Any says whether the person has a second factor. Recovery codes alone are none.
func (f Factors) Any() bool { return f.TOTP || f.Passkeys > 0 }

// From is where somebody comes from who signs in or proves who they are.
type From struct {
	Address netip.Addr
	Device  string // secret that Accounts.Remember gave their browser; empty: none
}

// FirstStep is a sign-in whose password was right. Secret names it, for five
// minutes, to whoever goes on with it; it is given to the person's browser only.
type FirstStep struct {
	Secret  string
	Utente  domain.UtenteID
	Factors Factors
}

// Method is how a person proved who they are.
type Method string

const (
	MethodPassword         Method = "password" // and nothing else
	MethodPasswordTOTP     Method = "password+totp"
	MethodPasswordRecovery Method = "password+recovery"
	MethodPasskey          Method = "passkey" // which verified the person itself
	MethodOIDC             Method = "oidc"    // said by an identity provider
	// MethodDemonstration is of who chose a user of a demonstration, and proved nothing.
	MethodDemonstration Method = "demonstration"
)

// Proof says that somebody proved who they are. It is made where that was checked;
// an identity provider says with ACR how sure it is, and with SecondAt when it saw a
// second factor, if it did.
type Proof struct {
	Utente   domain.UtenteID
	Method   Method
	ACR      string
	SecondAt time.Time // of MethodOIDC
	Address  netip.Addr
}

// SecondFactor is when who proves at an instant who they are has proven a second factor;
// zero: not at all.
func (p Proof) SecondFactor(now time.Time) time.Time {
	switch p.Method {
	case MethodPassword:
		return time.Time{}
	case MethodOIDC:
		return p.SecondAt
	}
	return now
}

// SessionKind is how the secret of a session travels.
type SessionKind string

const (
	CookieSession SessionKind = "cookie"
	BearerSession SessionKind = "bearer" // in an Authorization header
)

// Session is one sign-in of a person.
type Session struct {
	// Actor is who acts: without a role until a capacity is chosen. Its Session names
	// this one in the history and in lists, and is useless as a secret.
	Actor       domain.Actor
	Kind        SessionKind
	Method      Method
	ACR         string     // what the identity provider said, if one did
	Address     netip.Addr // from where the person signed in
	Device      string     // label
	CreatedAt   time.Time  // when the person signed in
	LastSeen    time.Time  // within a minute
	SteppedUpAt time.Time  // when a second factor was last proven; zero: never
	ExpiresAt   time.Time  // whatever happens
}

// Passkey is a passkey of a person, as it is shown.
type Passkey struct {
	ID        []byte
	Label     string
	CreatedAt time.Time
	LastUsed  time.Time // zero: never
}

// Challenge is the first half of a ceremony with a passkey: Options go to the
// browser as they are, Ceremony comes back with its answer.
type Challenge struct {
	Ceremony string
	Options  []byte // JSON
}

// PasswordChange is a person's wish for another password. Own is as for Redeem; Keep
// is the id of the session that stays.
type PasswordChange struct {
	Utente   domain.UtenteID
	Old, New string
	Own      []string
	From     From
	Keep     string
}

// Enrolling is a person who puts a second factor in force, in the session that it was
// offered to.
type Enrolling struct {
	Utente  domain.UtenteID
	Session string // as in Actor.Session
	Proven  bool   // the second factor they have was proven a short while ago
	From    From
}

// ErrProveFirst refuses another second factor to who has one and has not proven it.
var ErrProveFirst = domain.Errorf(domain.Forbidden, "prima va usato il secondo fattore che si ha già")

// Accounts keeps what people sign in with, and checks it: what it refuses is an
// ErrRefused. It is safe for concurrent use.
type Accounts interface {
	// Open makes a person's account, or gives it another mail address.
	Open(ctx context.Context, id domain.UtenteID, address string) error
	// Invite returns the secret of a link by which the person sets a password, once.
	Invite(ctx context.Context, id domain.UtenteID) (secret string, err error)
	// Invited returns whose link it is, and leaves it as it is.
	Invited(ctx context.Context, secret string) (domain.UtenteID, error)
	// Redeem sets a password by a link. Own is what it may not contain.
	Redeem(ctx context.Context, secret, password string, own []string) (domain.UtenteID, error)
	ChangePassword(ctx context.Context, c PasswordChange) error
	// Find returns whose login it is who has set a password.
	Find(ctx context.Context, login string) (domain.UtenteID, error)
	// Renew returns the secret of a link by which a person sets another password, once and
	// within the hour. It takes the place of none that is good.
	Renew(ctx context.Context, id domain.UtenteID) (secret string, err error)

	// SignIn checks a password; the sign-in goes on with one of the four below.
	SignIn(ctx context.Context, login, password string, from From) (FirstStep, error)
	VerifyTOTP(ctx context.Context, signIn, code string, from From) (Proof, error)
	VerifyRecovery(ctx context.Context, signIn, code string, from From) (Proof, error)
	// PasswordOnly is for who has no second factor.
	PasswordOnly(ctx context.Context, signIn string, from From) (Proof, error)
	// BeginPasskey begins to prove a passkey: of a person, or with an empty id of
	// whoever holds one.
	BeginPasskey(ctx context.Context, id domain.UtenteID) (Challenge, error)
	FinishPasskey(ctx context.Context, ceremony string, response []byte, from From) (Proof, error)
	// Remember notes that the person has signed in by a browser that showed a device, and
	// returns the one it shows from then on: whoever guesses elsewhere does not delay them
	// there.
	Remember(ctx context.Context, id domain.UtenteID, device string) (string, error)

	Factors(ctx context.Context, id domain.UtenteID) (Factors, error)
	// EnrolTOTP returns the otpauth address of a new secret, in force once it is confirmed
	// in the session that asked. Who confirms has no second factor or has proven it:
	// ErrProveFirst.
	EnrolTOTP(ctx context.Context, id domain.UtenteID, session string) (url string, err error)
	ConfirmTOTP(ctx context.Context, e Enrolling, code string) error
	CheckTOTP(ctx context.Context, id domain.UtenteID, code string, from From) error
	Passkeys(ctx context.Context, id domain.UtenteID) ([]Passkey, error)
	// BeginPasskeyRegistration offers a passkey as EnrolTOTP a secret.
	BeginPasskeyRegistration(ctx context.Context, id domain.UtenteID, session string) (Challenge, error)
	FinishPasskeyRegistration(ctx context.Context, e Enrolling, ceremony string, response []byte, label string) error
	RemovePasskey(ctx context.Context, id domain.UtenteID, passkey []byte) error
	MakeRecoveryCodes(ctx context.Context, id domain.UtenteID) ([]string, error)
}

// Sessions keeps who has signed in. A person has one live session: the newest. It is
// safe for concurrent use.
type Sessions interface {
	// Start begins a session, without a capacity, and ends the person's others. It is
	// stepped up since the proof's second factor.
	Start(ctx context.Context, p Proof, kind SessionKind, device string) (secret string, _ Session, err error)
	// Switch lets a session act in another capacity, under a new secret.
	Switch(ctx context.Context, secret string, capacity domain.Actor) (fresh string, _ Session, err error)
	// StepUp notes that a second factor was proven just now.
	StepUp(ctx context.Context, secret string) error
	List(ctx context.Context, id domain.UtenteID) ([]Session, error)
	Revoke(ctx context.Context, id domain.UtenteID, session string) error
	RevokeAll(ctx context.Context, id domain.UtenteID) error
}

// Letter is a message to somebody, sent once for its key.
type Letter struct {
	Key     string // the same for the same message for ever: a-z, 0-9 and .:/_-, made of ids, never of names
	To      string // address
	Subject string // names nobody
	Text    string
}
