package main

import (
	"crypto/x509"
	"fmt"
	"log/slog"
	"os"

	"github.com/visure-anagrafiche/visure/adapters/anpr"
)

// registry is how the ANPR client is to be configured. Every environment
// answers at the one address set: a server serves PROD or TEST, not both.
func (c Config) registry(log *slog.Logger) (anpr.Config, error) {
	if c.ANPR.URL == "" {
		return anpr.Config{}, fmt.Errorf("the address of ANPR is not set: VISURE_ANPR_URL")
	}
	config := anpr.Config{
		BaseURL:   map[string]string{"PROD": c.ANPR.URL, "TEST": c.ANPR.URL, "PRE_SUB": c.ANPR.URL},
		Keystores: c.keystores(),
		Signature: anpr.Algorithm(c.ANPR.Signature), Digest: anpr.Algorithm(c.ANPR.Signature),
		ClientTLS: c.ANPR.ClientTLS, BreakDuration: c.ANPR.Break,
		Versione: version,
		Log:      log,
	}
	if c.ANPR.CA == "" {
		return config, nil
	}
	text, err := os.ReadFile(c.ANPR.CA)
	if err != nil {
		return config, fmt.Errorf("read ANPR's authority: %w", err)
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(text) {
		return config, fmt.Errorf("read ANPR's authority: no certificate in %s", c.ANPR.CA)
	}
	return config, nil
}
