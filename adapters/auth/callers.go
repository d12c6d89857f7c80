package auth

import (
	"context"
	"strings"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Callers finds out who calls, by any of what may prove it. It is safe for concurrent
// use.
type Callers struct {
	Tokens       *Tokens
	Sessions     *Sessions
	Software     *SoftwareTokens
	Workstations *Workstations
}

// Shown is what a caller shows.
type Shown struct {
	Authorization string // header
	Session       string // secret of a session, from its cookie
	Workstation   string // secret of a workstation, from its cookie
	Certificate   string // SHA-256 of a certificate whose key the caller has, lower-case hexadecimal
}

// Caller is who calls.
type Caller struct {
	// Actor is a person, with the workstation that was proven; of software it has the
	// name of its token alone.
	Actor    domain.Actor
	Session  commands.Session // zero for a token
	Secret   string           // of the session
	Software domain.ApplicativoID
}

// Find returns who calls: by the Authorization header, and only without one by the
// session's cookie. ErrUnknown, or commands.ErrSuperseded, if that proves nobody.
func (c *Callers) Find(ctx context.Context, s Shown) (Caller, error) {
	scheme, token, _ := strings.Cut(s.Authorization, " ")
	token = strings.TrimLeft(token, " ")
	switch bearer := strings.EqualFold(scheme, "Bearer"); {
	case s.Authorization == "" && s.Session != "":
		return c.inSession(ctx, s.Session, commands.CookieSession, s)
	case bearer && strings.HasPrefix(token, bearerPrefix):
		return c.inSession(ctx, token, commands.BearerSession, s)
	case bearer && strings.HasPrefix(token, softwarePrefix):
		software, err := c.Software.Authenticate(ctx, token)
		return Caller{Actor: domain.Actor{Session: software.Name}, Software: software.Applicativo}, err
	}
	actor, err := c.Tokens.Authenticate(ctx, s.Authorization)
	if err != nil {
		return Caller{}, err
	}
	return c.at(ctx, Caller{Actor: actor}, s)
}

// inSession finds the session of a secret, which counts only where it travels as it
// was given.
func (c *Callers) inSession(ctx context.Context, secret string, kind Kind, s Shown) (Caller, error) {
	session, err := c.Sessions.Authenticate(ctx, secret)
	if err != nil {
		return Caller{}, err
	}
	if session.Kind != kind {
		return Caller{}, ErrUnknown
	}
	return c.at(ctx, Caller{Actor: session.Actor, Session: session, Secret: secret}, s)
}

// at adds the workstation a person calls from, if one is proven.
func (c *Callers) at(ctx context.Context, who Caller, s Shown) (Caller, error) {
	if s.Workstation == "" && s.Certificate == "" {
		return who, nil
	}
	id, err := c.Workstations.Identify(ctx, s.Workstation, s.Certificate)
	who.Actor.Postazione = string(id)
	return who, err
}
