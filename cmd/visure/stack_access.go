package main

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/adapters/keys"
	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
)

// access is what people and machines come in with.
type access struct {
	accounts     *auth.Accounts
	callers      *auth.Callers
	workstations *auth.Workstations
	gateway      *auth.Gateway // nil: there is none
}

// openAccess opens the accounts, and makes what finds out who calls.
func (s *stack) openAccess(context.Context) error {
	public, err := url.Parse(s.config.publicURL())
	if err != nil {
		return fmt.Errorf("read the public address: %w", err)
	}
	s.access.accounts, err = auth.NewAccounts(auth.Options{
		DB: s.pool, Now: time.Now, Vault: vault(s.keys),
		Issuer: "Visure anagrafiche", RPID: passkeyDomain(public.Hostname()), Origins: []string{public.Scheme + "://" + public.Host},
		Evaluator: s.evaluator,
	})
	if err != nil {
		return err
	}
	s.onClose(s.access.accounts.Close)
	s.access.callers = &auth.Callers{
		Tokens: s.tokens, Sessions: &auth.Sessions{DB: s.pool, Now: time.Now},
		Software: &auth.SoftwareTokens{DB: s.pool, Now: time.Now},
	}
	s.access.workstations = &auth.Workstations{DB: s.pool, Now: time.Now}
	return s.openGateway()
}

// passkeyDomain is the domain passkeys are of. An address of numbers can have none:
// there they work for who opens the server as localhost.
func passkeyDomain(host string) string {
	if _, err := netip.ParseAddr(host); err == nil {
		return "localhost"
	}
	return host
}

// vault is what accounts need of the installation's keys.
func vault(k *keys.Keys) auth.Vault {
	return auth.Vault{Seal: k.Seal, Unseal: k.Unseal, AddressHash: k.AddressHash}
}

// caller tells the edge who calls.
func (s *stack) caller(ctx context.Context, c edge.Credentials) (edge.Caller, error) {
	who, err := s.access.callers.Find(ctx, auth.Shown{
		Authorization: c.Authorization, Session: c.Session, Glance: c.Glance,
	})
	if err != nil {
		return edge.Caller{}, err
	}
	return edge.NewCaller(who.Actor, who.Session, who.Secret, who.Software, time.Now()), nil
}

// comingIn is how people come in.
func (s *stack) comingIn() *commands.Access {
	in := &commands.Access{
		Handler: s.handler, Accounts: s.access.accounts, Sessions: s.access.callers.Sessions, Post: s.post, PublicURL: s.config.publicURL(),
	}
	if s.access.gateway != nil {
		in.Gateway = s.access.gateway
	}
	return in
}

// enrolment gives workstations what proves them.
func (s *stack) enrolment() *commands.Enrolment {
	return &commands.Enrolment{Handler: s.handler, Workstations: s.access.workstations, PublicURL: s.config.publicURL()}
}
