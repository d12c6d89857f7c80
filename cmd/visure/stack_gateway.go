package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/adapters/auth/oidc"
)

// gatewaySecret is the environment variable of our secret at the gateway.
const gatewaySecret = "VISURE_OIDC_SECRET"

// openGateway makes what signs people in with SPID and CIE, if one is configured.
func (s *stack) openGateway() error {
	c := s.config.OIDC
	if c.Issuer == "" {
		return nil
	}
	roots, err := authorities(c.CA)
	if err != nil {
		return fmt.Errorf("read the gateway's authority: %w", err)
	}
	provider, err := oidc.New(oidc.Config{
		Issuer: c.Issuer, ClientID: c.ClientID, ClientSecret: os.Getenv(gatewaySecret), ACR: c.ACR, RootCAs: roots,
		RedirectURL: s.config.publicURL() + "/accedi/spid/ritorno", PostLogoutRedirectURL: s.config.publicURL() + "/accedi",
	})
	if err != nil {
		return err
	}
	s.access.gateway = &auth.Gateway{DB: s.pool, Now: time.Now, Vault: vault(s.keys), Provider: provider}
	return nil
}

// runSweeps deletes what nobody can come in with any more, now and every hour.
func (s *stack) runSweeps(context.Context) error {
	sweeps := []func(context.Context) error{s.access.accounts.Sweep, s.access.callers.Sessions.Sweep}
	if s.access.gateway != nil {
		sweeps = append(sweeps, s.access.gateway.Sweep)
	}
	s.hourly("accounts", "what nobody can come in with is left", sweeps...)
	return nil
}
