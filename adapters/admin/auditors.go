package admin

import (
	"context"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// NameAuditor makes a person an AUDITOR of a Comune or of an Ente, enters them if
// they are not known, and makes the link by which they come in.
var NameAuditor = Operation[Naming, Named]{name: "name-auditor", do: func(ctx context.Context, s *Server, m domain.Meta, q Naming) (Named, error) {
	if err := s.place(ctx, q.Comune, q.Ente); err != nil {
		return Named{}, err
	}
	id := s.Commands.Secrets.UtenteID(q.Person.CodiceFiscale)
	if _, err := commands.Handle(ctx, s.Commands, id.Stream(), m, q.Person); err != nil {
		return Named{}, err
	}
	role := commands.GiveRole{Role: domain.RoleAuditor, Comune: q.Comune, Ente: q.Ente, Dal: q.Dal, Al: q.Al, Sostituisce: q.Sostituisce}
	if _, err := commands.Handle(ctx, s.Commands, id.Stream(), m, role); err != nil {
		return Named{}, err
	}
	return s.welcome(ctx, m, id, q)
}}

// place refuses what is not one place that was entered, before a person is entered
// for it.
func (s *Server) place(ctx context.Context, comune domain.CodiceISTAT, ente domain.EnteID) error {
	switch {
	case (comune == "") == (ente == ""):
		return domain.FieldErrorf(domain.Invalid, "comune", "si indica il Comune oppure l'Ente")
	case comune != "":
		_, err := registered(ctx, s, comune)
		return err
	}
	e, err := commands.Fact(ctx, s.Commands, ente.Stream())
	if err == nil && !e.Registered {
		err = domain.FieldErrorf(domain.NotFound, "ente", "l'Ente non è registrato")
	}
	return err
}

// RemoveAuditor ends that.
var RemoveAuditor = Operation[Holder, nothing]{name: "remove-auditor", do: func(ctx context.Context, s *Server, m domain.Meta, q Holder) (nothing, error) {
	_, err := commands.Handle(ctx, s.Commands, q.Utente.Stream(), m, commands.TakeRole{
		Role: domain.RoleAuditor, Comune: q.Comune, Ente: q.Ente, Motivo: q.Motivo,
	})
	return nothing{}, err
}}

// SuspendAuditor stops what a person does as AUDITOR; the role is kept.
var SuspendAuditor = Operation[Holder, nothing]{name: "suspend-auditor", do: func(ctx context.Context, s *Server, m domain.Meta, q Holder) (nothing, error) {
	_, err := commands.Handle(ctx, s.Commands, q.Utente.Stream(), m, commands.SuspendUtente{
		Role: domain.RoleAuditor, Comune: q.Comune, Ente: q.Ente, Motivo: q.Motivo,
	})
	return nothing{}, err
}}

// ReinstateAuditor ends that.
var ReinstateAuditor = Operation[Holder, nothing]{name: "reinstate-auditor", do: func(ctx context.Context, s *Server, m domain.Meta, q Holder) (nothing, error) {
	_, err := commands.Handle(ctx, s.Commands, q.Utente.Stream(), m, commands.ReinstateUtente{
		Role: domain.RoleAuditor, Comune: q.Comune, Ente: q.Ente, Motivo: q.Motivo,
	})
	return nothing{}, err
}}
