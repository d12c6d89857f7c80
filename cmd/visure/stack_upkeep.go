package main

import (
	"context"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/projections"
)

// openUpkeep makes the processes that look after people, acts and workstations, and
// what is done of that every night.
func (s *stack) openUpkeep(context.Context) error {
	notices := commands.Notices{Handler: s.handler, Roster: projections.NewRosterQueries(s.pool), Post: s.post}
	recertification := &commands.Recertification{Notices: notices, Due: projections.NewRicertificazioniQueries(s.pool).Due}
	s.rare = []commands.Process{
		&commands.Certification{Handler: s.handler, Workstations: s.access.callers.Workstations},
		&commands.CredentialReset{Handler: s.handler, Reset: s.access.accounts.ResetSecondFactor},
		&commands.Expiry{Notices: notices},
		&commands.CertificateExpiry{Notices: notices},
		recertification,
	}
	unused := &commands.Unused{Notices: notices, LastUsed: s.access.accounts.LastUsed}
	s.nightly = []chore{
		{"suspend unused accounts", func(ctx context.Context) error { return s.suspendUnused(ctx, unused) }},
		{"open yearly recertifications", recertification.OpenYearly},
	}
	return nil
}

// suspendUnused says which Comuni would be left without a TOP.
func (s *stack) suspendUnused(ctx context.Context, unused *commands.Unused) error {
	left, err := unused.Suspend(ctx)
	for _, comune := range left {
		s.log.Warn("the last TOP who may act is unused, and is not suspended", "comune", comune)
	}
	return err
}
