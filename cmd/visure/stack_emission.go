package main

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/visure-anagrafiche/visure/adapters/anpr"
	"github.com/visure-anagrafiche/visure/adapters/pdf"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// openEmission makes the process that carries visure to their documents.
func (s *stack) openEmission(context.Context) error {
	arms, err := s.config.arms()
	if err != nil {
		return err
	}
	if s.printer, err = pdf.New(arms); err != nil {
		return err
	}
	client, err := s.registry()
	if err != nil {
		return err
	}
	emission := &commands.Emission{
		Handler: s.handler, Anagrafe: client, Renderer: s.printer, Archive: s.archive,
		VerifyURL: s.config.verifyURL,
		ANPR:      s.config.ANPR.Genuine,
		Followers: s.followers,
		Tell:      func(ctx context.Context, id string, m domain.Meta) error { return s.requester.Advance(ctx, id, m) },
	}
	s.processes = append(s.processes, emission)
	return s.timePorts(emission)
}

// followers is how many of the visure that silence approved are carried on at once: half of
// what the workers do, and while many terms end together, less.
func (s *stack) followers() int {
	if s.termsCrowd.now() {
		return max(s.config.Workers/8, 1)
	}
	return max(s.config.Workers/2, 1)
}

// registry makes what asks ANPR, and what replaces the ways to it.
func (s *stack) registry() (*anpr.Client, error) {
	config, err := s.config.anpr(s.log)
	if err != nil {
		return nil, err
	}
	s.report("ANPR         at %s, certificates in %s", s.config.ANPR.URL, s.config.keystores())
	config.StoodIn = s.stoodIn
	client, err := anpr.New(config)
	if err != nil {
		return nil, err
	}
	s.openConnection(client)
	return client, nil
}

// verifyURL is what the QR of a document leads to.
func (c Config) verifyURL(n domain.CIUV) string { return c.publicURL() + "/verifica/" + string(n) }

// arms are the coats of arms of the folder set, none if none is.
func (c Config) arms() (pdf.Arms, error) {
	if c.Headings == "" {
		return nil, nil
	}
	return pdf.ReadArms(c.Headings)
}

// anpr is how the ANPR client is to be configured. Every environment
// answers at the one address set: a server serves PROD or TEST, not both.
func (c Config) anpr(log *slog.Logger) (anpr.Config, error) {
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
	var err error
	if config.RootCAs, err = authorities(c.ANPR.CA); err != nil {
		return config, fmt.Errorf("read ANPR's authority: %w", err)
	}
	return config, nil
}
