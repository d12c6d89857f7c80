package admin

import (
	"context"
	"net/netip"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Naming is a person who is to be something at a Comune or an Ente.
type Naming struct {
	Comune domain.CodiceISTAT `json:",omitempty"`
	Ente   domain.EnteID      `json:",omitempty"`
	Person commands.RegisterUtente
	Atto   commands.AppointUtente // what is recorded of a TOP's appointment
	Dal    domain.Date            // an AUDITOR's first day; zero: at once
	Al     domain.Date            // an AUDITOR's last day; zero: until the role is taken
	First  bool                   // only if the Comune has no TOP yet
	Relink bool                   // make another link for who has a password already
	Mail   bool                   // send the link to their address, if they have one

	Sostituisce domain.UtenteID `json:",omitempty"` // in whose place an AUDITOR is named
}

// Named is a person who was named.
type Named struct {
	Utente              domain.UtenteID
	Codice              string
	commands.Invitation // by which the person sets a password, once; zero: they have one
}

// NameTop makes a person a TOP of a Comune: enters them if they are not known,
// records their appointment, and makes the link by which they come in.
var NameTop = Operation[Naming, Named]{name: "name-top", do: func(ctx context.Context, s *Server, m domain.Meta, q Naming) (Named, error) {
	c, err := registered(ctx, s, q.Comune)
	if err != nil {
		return Named{}, err
	}
	id := s.Commands.Secrets.UtenteID(q.Person.CodiceFiscale)
	if !c.Top(id) { // who is one lacks the link at most, since that they are is written last
		if q.First && len(c.Tops) > 0 {
			return Named{}, nil
		}
		if err := s.nameTop(ctx, m, id, q); err != nil {
			return Named{}, err
		}
	}
	return s.welcome(ctx, m, id, q)
}}

func (s *Server) nameTop(ctx context.Context, m domain.Meta, id domain.UtenteID, q Naming) error {
	if _, err := commands.Handle(ctx, s.Commands, id.Stream(), m, q.Person); err != nil {
		return err
	}
	q.Atto.Comune = q.Comune
	if _, err := commands.Handle(ctx, s.Commands, id.Stream(), m, q.Atto); err != nil {
		return err
	}
	_, err := commands.Handle(ctx, s.Commands, q.Comune.Stream(), m, commands.NameTop{Utente: id})
	return err
}

// welcome makes the link by which a person comes in, unless they have a password and
// no other link is wanted for them.
func (s *Server) welcome(ctx context.Context, m domain.Meta, id domain.UtenteID, q Naming) (Named, error) {
	named := Named{Utente: id, Codice: id.Codice()}
	factors, err := s.Access.Accounts.Factors(ctx, id)
	if err != nil || factors.Password && !q.Relink {
		return named, err
	}
	named.Invitation, err = s.Access.Invite(ctx, m, netip.Addr{}, id, !q.Mail)
	return named, err
}

// Invitee is a person who is to set their password, the first or another.
type Invitee struct {
	Utente domain.UtenteID
	Mail   bool // send the link to their address, if they have one
}

// Invite makes the link by which a person comes in, whoever they are.
var Invite = Operation[Invitee, Named]{name: "invite", do: func(ctx context.Context, s *Server, m domain.Meta, q Invitee) (Named, error) {
	how, err := s.Access.Invite(ctx, m, netip.Addr{}, q.Utente, !q.Mail)
	return Named{q.Utente, q.Utente.Codice(), how}, err
}}

// Holder names a person and where they are what an operation is about.
type Holder struct {
	Comune domain.CodiceISTAT `json:",omitempty"`
	Ente   domain.EnteID      `json:",omitempty"`
	Utente domain.UtenteID
	Motivo string
}

// RemoveTop ends that a person is a TOP of a Comune. The last one stays.
var RemoveTop = Operation[Holder, nothing]{name: "remove-top", do: func(ctx context.Context, s *Server, m domain.Meta, q Holder) (nothing, error) {
	_, err := commands.Handle(ctx, s.Commands, q.Comune.Stream(), m, commands.RemoveTop{Utente: q.Utente, Motivo: q.Motivo})
	return nothing{}, err
}}

// ReinstateTop ends that a person is suspended at a Comune.
var ReinstateTop = Operation[Holder, nothing]{name: "reinstate-top", do: func(ctx context.Context, s *Server, m domain.Meta, q Holder) (nothing, error) {
	_, err := commands.Handle(ctx, s.Commands, q.Utente.Stream(), m, commands.ReinstateUtente{Comune: q.Comune, Motivo: q.Motivo})
	return nothing{}, err
}}

// Top is one who administers a Comune.
type Top struct {
	Utente        domain.UtenteID
	Cognome, Nome string
	Suspended     bool
}

// ListTops answers with who administers a Comune. It shows names, so it is entered
// in the journal.
var ListTops = Operation[domain.CodiceISTAT, []Top]{name: "list-tops",
	entry: func(q domain.CodiceISTAT) (domain.AccessRecorded, error) {
		_, err := domain.ParseCodiceISTAT(string(q))
		return domain.AccessRecorded{Object: string(q.Stream())}, err
	},
	do: func(ctx context.Context, s *Server, _ domain.Meta, q domain.CodiceISTAT) (tops []Top, err error) {
		c, err := registered(ctx, s, q)
		if err != nil {
			return nil, err
		}
		for _, id := range c.Tops {
			u, err := commands.Fact(ctx, s.Commands, id.Stream())
			if err != nil {
				return nil, err
			}
			tops = append(tops, Top{Utente: id, Cognome: u.Cognome, Nome: u.Nome, Suspended: u.Suspended(domain.Pair{Comune: q})})
		}
		return tops, nil
	}}
