package main

import (
	"context"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/web/pages"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// person is one user of the demo, each in another role.
type person struct {
	Cognome, Nome string
	CodiceFiscale domain.CodiceFiscale
	Role          domain.Role
	Mansione      string
}

// operatore is the duty that the demo's profile is for.
const operatore = "Operatore di sportello"

var demoPeople = []person{
	{"Bianchi", "Mario", "BNCMRA75C15D458L", domain.RoleStandard, operatore},
	{"Verdi", "Luisa", "VRDLSU70D55A547X", domain.RoleAdmin, "Responsabile dell'Ufficio Prestazioni"},
	{"Neri", "Giulio", "NREGLI68R20A547C", domain.RoleTop, "Responsabile dell'Anagrafe"},
	{"Ferri", "Elena", "FRRLNE79E60A547T", domain.RoleAnagrafe, "Ufficiale d'anagrafe"},
	{"Gallo", "Anna", "GLLNNA82M45F205M", domain.RoleAuditor, "Responsabile della protezione dei dati"},
}

// credential is what a user of the demo signs in with.
type credential struct {
	person
	Utente  domain.UtenteID
	Token   string
	Account account
}

// settlePerson enters a user, and has them accept the Comune's instructions.
func (s *stack) settlePerson(ctx context.Context, user credential, ente domain.EnteID) error {
	by, pair := user.actor(ente), user.pair(ente)
	err := enter(ctx, s, user.Utente.Stream(),
		commands.Command[domain.Utente](commands.RegisterUtente{CodiceFiscale: user.CodiceFiscale, Cognome: user.Cognome, Nome: user.Nome}),
		commands.AppointUtente{
			Ente: pair.Ente, Comune: pair.Comune, Mansione: user.Mansione, Atto: "Nomina prot. n. 7/2026", Data: domain.Date{Year: 2026, Month: 1, Day: 2},
		})
	if err != nil {
		return err
	}
	if user.Role == domain.RoleTop {
		err = enter(ctx, s, demoComune.Stream(), commands.NameTop{Utente: user.Utente})
	} else {
		err = enter(ctx, s, user.Utente.Stream(), commands.GiveRole{Role: user.Role, Ente: pair.Ente, Comune: pair.Comune})
	}
	if err != nil {
		return err
	}
	if pair.Ente != "" {
		err = enter(ctx, s, user.Utente.Stream(),
			commands.Command[domain.Utente](commands.AssignProfile{Ente: ente, Comune: demoComune, Profile: demoProfile}),
			commands.GrantNazionale{Ente: ente, Comune: demoComune, Profile: demoProfile, Motivo: "Pratiche di chi si trasferisce da un altro Comune"})
		if err != nil {
			return err
		}
	}
	return s.accept(ctx, by)
}

// accept has a user accept the instructions in force, anew when a year is about to
// pass. Who is suspended accepts none.
func (s *stack) accept(ctx context.Context, by domain.Actor) error {
	who, err := commands.Standing(ctx, s.handler, by)
	if err != nil {
		return err
	}
	if _, held := who.Reach(by, time.Now()); !held {
		return nil
	}
	comune, err := commands.Fact(ctx, s.handler, demoComune.Stream())
	if err != nil {
		return err
	}
	_, err = commands.Handle(ctx, s.handler, by.Utente.Stream(), domain.Meta{By: by}, commands.AcceptInstructions{
		Comune: demoComune, Versione: comune.Istruzioni.Versione,
	})
	return err
}

// pair is where a user acts: at the Ente, or at the Comune itself.
func (p person) pair(ente domain.EnteID) domain.Pair {
	if p.Role == domain.RoleStandard || p.Role == domain.RoleAdmin {
		return domain.Pair{Ente: ente, Comune: demoComune}
	}
	return domain.Pair{Comune: demoComune}
}

// actor is a user in the capacity of their role: one at an Ente is for all the
// Comuni that gave it.
func (c credential) actor(ente domain.EnteID) domain.Actor {
	if pair := c.pair(ente); pair.Ente != "" {
		return domain.Actor{Utente: c.Utente, Role: c.Role, Ente: pair.Ente}
	}
	return domain.Actor{Utente: c.Utente, Role: c.Role, Comune: demoComune}
}

// demoUsers are those whom the sign-in page of the demo offers.
func (s *stack) demoUsers() (offered []pages.DemoUser) {
	ente, err := domain.EnteRegistered(demoEnte).ID()
	if err != nil {
		panic(err) // its codes are ours
	}
	for _, p := range demoPeople {
		c := credential{person: p, Utente: s.keys.UtenteID(p.CodiceFiscale)}
		offered = append(offered, pages.DemoUser{Name: p.Nome + " " + p.Cognome, Actor: c.actor(ente)})
	}
	return offered
}
