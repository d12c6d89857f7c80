package main

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// demoComune is the largest of the simulator's population.
const demoComune = domain.CodiceISTAT("039002")

// person is one user of the demo, each in another role.
type person struct {
	Cognome, Nome string
	CodiceFiscale domain.CodiceFiscale
	Role          domain.Role
}

var demoPeople = []person{
	{"Bianchi", "Mario", "BNCMRA75C15D458L", domain.RoleStandard},
	{"Verdi", "Luisa", "VRDLSU70D55A547X", domain.RoleAdmin},
	{"Neri", "Giulio", "NREGLI68R20A547C", domain.RoleTop},
	{"Gallo", "Anna", "GLLNNA82M45F205M", domain.RoleAuditor},
}

// demoEnte is the body whose people ask.
var demoEnte = commands.RegisterEnte{
	Denominazione: "Azienda USL della Romagna – Ufficio Prestazioni", CodiceFiscale: "01234567890", CodiceIPA: "ausl_rom",
}

// demoID names the things of the demo for ever.
func demoID(name string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("visure/demo/"+name)).String()
}

// credential is what a user of the demo signs in with.
type credential struct {
	person
	Utente domain.UtenteID
	Token  string
}

// settle enters the demo's Comune, Ente, agreement, profile and people through
// the ordinary commands, and returns the users' tokens: those of the last start
// if they are still good. What is already there stays as it is.
func (s *stack) settle(ctx context.Context) ([]credential, error) {
	year := domain.ItalianDay(time.Now()).Year
	ente, err := domain.EnteIDOf(demoEnte.CodiceFiscale, demoEnte.CodiceIPA)
	if err != nil {
		return nil, fmt.Errorf("demo: Ente: %w", err)
	}
	convenzione := domain.ConvenzioneID(demoID(fmt.Sprint("convenzione/", year)))
	profile := domain.ProfileID(demoID("profile"))

	if err := s.settleParties(ctx, ente, convenzione, profile, year); err != nil {
		return nil, err
	}
	var users []credential
	for _, p := range demoPeople {
		id := s.keys.UtenteID(p.CodiceFiscale)
		if err := s.settlePerson(ctx, id, p, ente, convenzione, profile); err != nil {
			return nil, fmt.Errorf("demo: user %s: %w", id, err)
		}
		users = append(users, credential{person: p, Utente: id})
	}
	return users, s.settleTokens(ctx, users, ente)
}

func (s *stack) settleParties(ctx context.Context, ente domain.EnteID, conv domain.ConvenzioneID, profile domain.ProfileID, year int) error {
	_, err := commands.Handle(ctx, s.handler, demoComune.Stream(), asSistema, commands.RegisterComune{
		ISTAT: demoComune, Nome: "Bagnacavallo", Provincia: "RA", Ufficio: "Ufficio Anagrafe", OreSilenzio: 12, SantoPatrono: "09-29",
	})
	if err != nil {
		return fmt.Errorf("demo: Comune: %w", err)
	}
	if err := s.settleConnection(ctx); err != nil {
		return fmt.Errorf("demo: connection: %w", err)
	}
	if _, err = commands.Handle(ctx, s.handler, ente.Stream(), asSistema, demoEnte); err != nil {
		return fmt.Errorf("demo: Ente: %w", err)
	}
	_, err = commands.Handle(ctx, s.handler, conv.Stream(), asSistema, commands.SignConvenzione{
		Ente: ente, Comune: demoComune, Estremi: fmt.Sprintf("Convenzione rep. n. 12/%d del 02/01/%d", year, year),
		Dal: domain.Date{Year: year, Month: 1, Day: 1}, Al: domain.Date{Year: year + 1, Month: 12, Day: 31},
		Tipi: documento.Tipi(), Conferme: []domain.Conferma{domain.Immediata, domain.Manuale, domain.SilenzioAssenso},
		Finalita: []domain.Finalita{
			{Codice: "ISEE", Descrizione: "Controllo delle dichiarazioni sostitutive per prestazioni agevolate", BaseGiuridica: "art. 71 D.P.R. 445/2000; art. 11 D.P.C.M. 159/2013"},
			{Codice: "ASSISTITI", Descrizione: "Aggiornamento dell'anagrafe degli assistiti", BaseGiuridica: "art. 62-ter D.Lgs. 82/2005"},
		},
	})
	if err != nil {
		return fmt.Errorf("demo: convenzione: %w", err)
	}
	_, err = commands.Handle(ctx, s.handler, profile.Stream(), asSistema, commands.DefineProfile{
		Comune: demoComune, Nome: "Sportello prestazioni", Tipi: documento.Tipi(), Conferma: domain.Manuale,
	})
	if err != nil {
		return fmt.Errorf("demo: profile: %w", err)
	}
	return nil
}

func (s *stack) settlePerson(ctx context.Context, id domain.UtenteID, p person, ente domain.EnteID, conv domain.ConvenzioneID, profile domain.ProfileID) error {
	_, err := commands.Handle(ctx, s.handler, id.Stream(), asSistema, commands.RegisterUtente{
		CodiceFiscale: p.CodiceFiscale, Cognome: p.Cognome, Nome: p.Nome,
	})
	if err != nil {
		return err
	}
	roles := []commands.GiveRole{p.role(ente)}
	if p.Role == domain.RoleAdmin {
		roles = append(roles, commands.GiveRole{Role: domain.RoleStandard, Ente: ente, Comune: demoComune})
	}
	for _, role := range roles {
		if _, err := commands.Handle(ctx, s.handler, id.Stream(), asSistema, role); err != nil {
			return err
		}
		if role.Role != domain.RoleStandard {
			continue
		}
		_, err := commands.Handle(ctx, s.handler, id.Stream(), asSistema, commands.AssignProfile{
			Ente: ente, Comune: demoComune, Convenzione: conv, Profile: profile,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// role is what a demo user is given, at the Ente or at the Comune.
func (p person) role(ente domain.EnteID) commands.GiveRole {
	if p.Role == domain.RoleTop || p.Role == domain.RoleAuditor {
		return commands.GiveRole{Role: p.Role, Comune: demoComune}
	}
	return commands.GiveRole{Role: p.Role, Ente: ente, Comune: demoComune}
}

// actor is a demo user in the capacity of their role.
func (c credential) actor(ente domain.EnteID) domain.Actor {
	role := c.role(ente)
	if role.Ente != "" {
		return domain.Actor{Utente: c.Utente, Role: role.Role, Ente: role.Ente}
	}
	return domain.Actor{Utente: c.Utente, Role: role.Role, Comune: role.Comune}
}
