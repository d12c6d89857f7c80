package admin

import (
	"context"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// ListGrants answers with the grants to a person that await somebody's approval.
var ListGrants = Operation[domain.UtenteID, []domain.Proposal]{name: "list-grants",
	entry: func(q domain.UtenteID) (domain.AccessRecorded, error) { return about(q) },
	do: func(ctx context.Context, s *Server, _ domain.Meta, q domain.UtenteID) ([]domain.Proposal, error) {
		u, err := commands.Fact(ctx, s.Commands, q.Stream())
		return u.Proposals, err
	}}

// Grant names a grant that awaits approval.
type Grant struct {
	Utente domain.UtenteID
	ID     string
	Motivo string // of a rejection
}

// ApproveGrant gives what was proposed, where the Comune has one TOP; a reset
// anywhere.
var ApproveGrant = Operation[Grant, nothing]{name: "approve-grant", do: func(ctx context.Context, s *Server, m domain.Meta, q Grant) (nothing, error) {
	_, err := commands.Handle(ctx, s.Commands, q.Utente.Stream(), m, commands.ApproveGrant{ID: q.ID})
	return nothing{}, err
}}

// RejectGrant ends a proposal, where the Comune has one TOP; that of a reset anywhere.
var RejectGrant = Operation[Grant, nothing]{name: "reject-grant", do: func(ctx context.Context, s *Server, m domain.Meta, q Grant) (nothing, error) {
	_, err := commands.Handle(ctx, s.Commands, q.Utente.Stream(), m, commands.RejectGrant{ID: q.ID, Motivo: q.Motivo})
	return nothing{}, err
}}

// ProposeReset asks that a person's second factors be reset, which another approves.
var ProposeReset = Operation[Holder, nothing]{name: "propose-reset", do: func(ctx context.Context, s *Server, m domain.Meta, q Holder) (nothing, error) {
	_, err := commands.Handle(ctx, s.Commands, q.Utente.Stream(), m, commands.ProposeReset{Ente: q.Ente, Comune: q.Comune, Motivo: q.Motivo})
	return nothing{}, err
}}
