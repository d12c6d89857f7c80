package commands

import (
	"context"
	"net/netip"
	"net/url"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// Gateway signs people in elsewhere: at a gateway of SPID and CIE. What it refuses is
// an ErrRefused; that it cannot be asked is domain.Unavailable. It is safe for
// concurrent use.
type Gateway interface {
	// Begin returns where the browser is sent, and the secret of a cookie without
	// which the answer is worth nothing.
	Begin(ctx context.Context) (location, cookie string, err error)
	// Finish takes the gateway's answer, once.
	Finish(ctx context.Context, cookie string, answer url.Values) (Recognised, error)
	// Keep keeps by what token a person is signed out at the gateway.
	Keep(ctx context.Context, id domain.UtenteID, token string) error
	// Leave returns, once, how the person is signed out there; empty: there is no way.
	Leave(ctx context.Context, id domain.UtenteID) (Farewell, error)
}

// Recognised is whom a gateway recognised.
type Recognised struct {
	CodiceFiscale domain.CodiceFiscale
	ACR           string    // how sure it is
	SecondAt      time.Time // when the person proved a second factor there; zero: they proved none
	Token         string    // for Keep; it holds the person's data
}

// Farewell is a form that the browser posts to the gateway to sign out there too. It
// holds the person's data, which belong in no address.
type Farewell struct {
	Action string
	Fields url.Values
}

// ByGateway ends a sign-in at the gateway and begins a session of the person, who is
// known here by the codice fiscale alone. Who is not registered is refused as others
// are.
func (a *Access) ByGateway(ctx context.Context, m domain.Meta, from netip.Addr, cookie string, answer url.Values, device string) (secret string, _ Session, err error) {
	who, err := a.Gateway.Finish(ctx, cookie, answer)
	if err != nil {
		return "", Session{}, err
	}
	id := a.Handler.Secrets.UtenteID(who.CodiceFiscale)
	u, err := Fact(ctx, a.Handler, id.Stream())
	if err != nil {
		return "", Session{}, err
	}
	if !u.Registered {
		return "", Session{}, ErrRefused
	}
	if err := a.Accounts.Open(ctx, id, u.Email); err != nil {
		return "", Session{}, err
	}
	secret, s, err := a.Start(ctx, m, Proof{Utente: id, Method: MethodOIDC, ACR: who.ACR, SecondAt: who.SecondAt, Address: from}, CookieSession, device)
	if err != nil {
		return "", Session{}, err
	}
	return secret, s, a.Gateway.Keep(ctx, id, who.Token)
}

// Leave ends a session of the person's own, as SignOut, and says how they leave the
// gateway if they came by it. Here they have left even if it cannot be asked.
func (a *Access) Leave(ctx context.Context, m domain.Meta, from netip.Addr, s Session) (Farewell, error) {
	if err := a.SignOut(ctx, m, from, s.Actor.Session); err != nil {
		return Farewell{}, err
	}
	if s.Method != MethodOIDC || a.Gateway == nil {
		return Farewell{}, nil
	}
	farewell, err := a.Gateway.Leave(ctx, s.Actor.Utente)
	if domain.CodeOf(err) == domain.Unavailable {
		return Farewell{}, nil
	}
	return farewell, err
}
