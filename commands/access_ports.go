package commands

import (
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

// Refusal is an ErrRefused that says, for the journal alone, whose account was tried.
type Refusal struct{ Utente domain.UtenteID }

func (r *Refusal) Error() string { return ErrRefused.Error() }

// Is says that a Refusal is an ErrRefused.
func (r *Refusal) Is(target error) bool { return target == ErrRefused }

// Factors is what a person can sign in with.
type Factors struct {
	Password      bool
	TOTP          bool // confirmed
	Passkeys      int
	RecoveryCodes int // that are left
	// MustEnrol says that the second factors were reset, and none was enrolled since.
	MustEnrol bool
}

// Any says whether the person has a second factor. Recovery codes alone are none.
func (f Factors) Any() bool { return f.TOTP || f.Passkeys > 0 }

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
)

// Proof says that somebody proved who they are. It is made where that was checked;
// an identity provider says with ACR how sure it is.
type Proof struct {
	Utente  domain.UtenteID
	Method  Method
	ACR     string
	Address netip.Addr
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
	From     netip.Addr
	Keep     string
}

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

	// SignIn checks a password; the sign-in goes on with one of the four below.
	SignIn(ctx context.Context, login, password string, from netip.Addr) (FirstStep, error)
	VerifyTOTP(ctx context.Context, signIn, code string) (Proof, error)
	VerifyRecovery(ctx context.Context, signIn, code string) (Proof, error)
	// PasswordOnly is for who has no second factor.
	PasswordOnly(ctx context.Context, signIn string) (Proof, error)
	// BeginPasskey begins to prove a passkey: of a person, or with an empty id of
	// whoever holds one.
	BeginPasskey(ctx context.Context, id domain.UtenteID) (Challenge, error)
	FinishPasskey(ctx context.Context, ceremony string, response []byte, from netip.Addr) (Proof, error)

	Factors(ctx context.Context, id domain.UtenteID) (Factors, error)
	// EnrolTOTP returns the otpauth address of a new secret, in force once confirmed.
	EnrolTOTP(ctx context.Context, id domain.UtenteID) (url string, err error)
	ConfirmTOTP(ctx context.Context, id domain.UtenteID, code string) error
	CheckTOTP(ctx context.Context, id domain.UtenteID, code string, from netip.Addr) error
	Passkeys(ctx context.Context, id domain.UtenteID) ([]Passkey, error)
	BeginPasskeyRegistration(ctx context.Context, id domain.UtenteID) (Challenge, error)
	FinishPasskeyRegistration(ctx context.Context, id domain.UtenteID, ceremony string, response []byte, label string) error
	RemovePasskey(ctx context.Context, id domain.UtenteID, passkey []byte) error
	MakeRecoveryCodes(ctx context.Context, id domain.UtenteID) ([]string, error)
}

// Sessions keeps who has signed in. A person has one live session: the newest. It is
// safe for concurrent use.
type Sessions interface {
	// Start begins a session, without a capacity, and ends the person's others. What
	// was proved by more than a password counts as stepped up.
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
