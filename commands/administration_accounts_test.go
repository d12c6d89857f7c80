package commands_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"

	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// aboutAccount amends who a person is, invites them, or has them follow a link.
func (r *region) aboutAccount(d *rand.Rand, by domain.Actor, who domain.UtenteID) move {
	switch d.IntN(5) {
	case 0:
		amend := commands.AmendUtente{Cognome: "Rossi", Nome: "Mario", Email: fmt.Sprintf("m%d@ente.example", d.IntN(3))}
		return sending(r, by, who.Stream(), amend)
	case 1:
		return move{name: "redeem", send: func() (commands.Outcome, error) {
			for secret := range r.room.links {
				_, _ = r.room.Redeem(context.Background(), secret, "", nil)
			}
			return commands.Outcome{}, nil
		}}
	}
	if d.IntN(3) == 0 {
		return r.recovering(by, who)
	}
	return r.inviting(by, who, d.IntN(2) == 0)
}

// recovering has somebody ask for another password of a person, and looks at who may read
// the letter.
func (r *region) recovering(by domain.Actor, who domain.UtenteID) move {
	return move{name: "recover", by: by, send: func() (commands.Outcome, error) {
		err := r.room.access(r.h).Recover(context.Background(), domain.Meta{}, netip.Addr{}, string(who))
		if errors.Is(err, commands.ErrRefused) {
			return commands.Outcome{}, nil
		}
		if err != nil {
			return commands.Outcome{}, err
		}
		r.came = append(r.came, "recovered")
		setBy, amended := r.addressed(who)
		if setBy.Utente != "" && (amended || r.beyondOnce(setBy, who)) {
			r.wrong = fmt.Sprintf("%+v had a way to %s sent where they chose", setBy, who)
		}
		return commands.Outcome{}, nil
	}}
}

// inviting has a person invited, and looks at whom the link is in the hands of.
func (r *region) inviting(by domain.Actor, who domain.UtenteID, handOver bool) move {
	return move{name: "invite", by: by, send: func() (commands.Outcome, error) {
		how, err := r.room.access(r.h).Invite(context.Background(), domain.Meta{By: by}, netip.Addr{}, who, handOver)
		if err != nil || by.Role == domain.RoleInstallazione {
			return commands.Outcome{}, err
		}
		taken, beyond := r.room.factors[who].Password, r.notes.beyond(by, who, r.today())
		r.came = append(r.came, map[bool]string{true: "mailed", false: "handed over"}[how.Mailed])
		if beyond {
			r.came = append(r.came, "mailed beyond")
		}
		setBy, amended := r.addressed(who)
		switch {
		case !how.Mailed && (taken || beyond):
			r.wrong = fmt.Sprintf("%+v was handed a link to %s: taken %v, beyond %v", by, who, taken, beyond)
		case how.Mailed && setBy.Utente == by.Utente && (beyond || taken && amended):
			r.wrong = fmt.Sprintf("%+v had a link to %s sent where they chose", by, who)
		}
		return commands.Outcome{}, nil
	}}
}

// beyondOnce says whether a person may do anything, today or later, that who acted could
// never have given.
func (r *region) beyondOnce(by domain.Actor, who domain.UtenteID) bool {
	if by.Role != domain.RoleAdmin {
		return r.notes.beyond(by, who, r.today())
	}
	led := map[domain.Pair]bool{}
	for _, e := range r.log[string(by.Utente.Stream())] {
		if given, ok := e.Event.(domain.RoleGiven); ok && given.Role == domain.RoleAdmin && given.Ente == by.Ente {
			led[domain.Pair{Ente: given.Ente, Comune: given.Comune}] = true
		}
	}
	for _, role := range r.notes.persons[who].roles {
		over := !role.Al.IsZero() && after(r.today(), role.Al)
		if !over && (role.Role != domain.RoleStandard || !led[domain.Pair{Ente: role.Ente, Comune: role.Comune}]) {
			return true
		}
	}
	return slices.ContainsFunc(comuni, func(c domain.CodiceISTAT) bool { return r.notes.comuni[c].tops[who] })
}

func (r *region) today() domain.Date { return domain.DateOf(r.clock.In(rome)) }

// addressed is who set the mail address of a person that stands, and whether they
// changed one.
func (r *region) addressed(who domain.UtenteID) (by domain.Actor, amended bool) {
	address := ""
	for i, e := range r.log[string(who.Stream())] {
		if said, ok := e.Event.(domain.UtenteRegistered); ok && (i == 0 || said.Email != address) {
			address, by, amended = said.Email, e.Meta.By, i > 0
		}
	}
	return by, amended
}

// beyond says whether a person may do anything, today or later, that who acts could
// not have given.
func (o oracle) beyond(by domain.Actor, who domain.UtenteID, today domain.Date) bool {
	acts := o.persons[by.Utente]
	for _, role := range o.persons[who].roles {
		if !role.Al.IsZero() && after(today, role.Al) {
			continue
		}
		pair := domain.Pair{Ente: role.Ente, Comune: role.Comune}
		asTop := by.Role == domain.RoleTop && role.Comune == by.Comune && role.Role != domain.RoleAuditor
		asAdmin := by.Role == domain.RoleAdmin && by.Ente == role.Ente && role.Role == domain.RoleStandard &&
			o.plays(acts, domain.RoleAdmin, pair, today) && !acts.stopped[pair]
		if !asTop && !asAdmin {
			return true
		}
	}
	for _, c := range comuni {
		if o.comuni[c].tops[who] && (by.Role != domain.RoleTop || by.Comune != c) {
			return true
		}
	}
	return false
}

// agreed refuses a reset of an account that goes beyond one of the two who agreed on
// it, unless the installation is one of them.
func (r *region) agreed(t *rapid.T, before oracle, m move) {
	events := r.log[m.stream]
	if len(events) == 0 {
		return
	}
	approved, ok := events[len(events)-1].Event.(domain.GrantApproved)
	if !ok || !approved.Reset {
		return
	}
	who := domain.UtenteID(m.stream[len("utente-"):])
	for _, e := range events {
		proposed, ok := e.Event.(domain.GrantProposed)
		if !ok || proposed.ID != approved.ID {
			continue
		}
		by := e.Meta.By
		installs := by.Role == domain.RoleInstallazione || m.by.Role == domain.RoleInstallazione
		if by == m.by || by.Utente == who || m.by.Utente == who {
			t.Fatalf("%+v and %+v reset %s", by, m.by, who)
		}
		if before.beyond(m.by, who, r.today()) && !installs {
			t.Fatalf("%+v, with %+v, reset %s, who goes beyond", m.by, by, who)
		}
		if m.by.Role == domain.RoleAdmin && before.beyond(m.by, who, r.today()) {
			t.Fatalf("ADMIN %+v reset %s, who goes beyond", m.by, who)
		}
		r.came = append(r.came, "reset")
	}
}
