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
	Tokens   *Tokens
	Sessions *Sessions
	Software *SoftwareTokens
}

// Shown is what a caller shows.
type Shown struct {
	Authorization string // header
	Session       string // secret of a session, from its cookie
	Glance        bool   // that it is shown is no use of the session
}

// Caller is who calls.
type Caller struct {
	// Actor is a person; of software it has the name of its token alone.
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
	case bearer && made(token, bearerPrefix):
		return c.inSession(ctx, token, commands.BearerSession, s)
	case bearer && made(token, softwarePrefix):
		software, err := c.Software.Authenticate(ctx, token)
		return Caller{Actor: domain.Actor{Session: software.Name}, Software: software.Applicativo}, err
	}
	actor, err := c.Tokens.Authenticate(ctx, s.Authorization)
	return Caller{Actor: actor}, err
}

// inSession finds the session of a secret, which counts only where it travels as it
// was given.
func (c *Callers) inSession(ctx context.Context, secret string, kind Kind, s Shown) (Caller, error) {
	look := c.Sessions.Authenticate
	if s.Glance {
		look = c.Sessions.Glance
	}
	session, err := look(ctx, secret)
	if err != nil {
		return Caller{}, err
	}
	if session.Kind != kind {
		return Caller{}, ErrUnknown
	}
	return Caller{Actor: session.Actor, Session: session, Secret: secret}, nil
}
