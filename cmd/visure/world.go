package main

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// demoComune is the largest of the simulator's population.
const demoComune = domain.CodiceISTAT("039002")

// person is one user of the demo.
type person struct {
	Codice, Cognome, Nome string
	CodiceFiscale         domain.CodiceFiscale
	Role                  domain.Role
}

var demoPeople = []person{
	{"OP-001", "Bianchi", "Mario", "BNCMRA75C15D458L", domain.RoleStandard},
	{"AD-001", "Verdi", "Luisa", "VRDLSU70D55A547X", domain.RoleAdmin},
	{"TOP-001", "Neri", "Giulio", "NREGLI68R20A547C", domain.RoleTop},
	{"AU-001", "Gallo", "Anna", "GLLNNA82M45F205M", domain.RoleAuditor},
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
	ente := domain.EnteID(demoID("ente"))
	convenzione := domain.ConvenzioneID(demoID(fmt.Sprint("convenzione/", year)))
	profile := domain.ProfileID(demoID("profile"))

	if err := s.settleParties(ctx, ente, convenzione, profile, year); err != nil {
		return nil, err
	}
	var users []credential
	for _, p := range demoPeople {
		id := s.keys.UtenteID(p.CodiceFiscale)
		if err := s.settlePerson(ctx, id, p, ente, convenzione, profile); err != nil {
			return nil, fmt.Errorf("demo: user %s: %w", p.Codice, err)
		}
		users = append(users, credential{person: p, Utente: id})
	}
	return users, s.settleTokens(ctx, users, ente)
}

func (s *stack) settleParties(ctx context.Context, ente domain.EnteID, conv domain.ConvenzioneID, profile domain.ProfileID, year int) error {
	tipi := domain.Tipi()
	_, err := commands.Handle(ctx, s.handler, demoComune.Stream(), asSistema, commands.RegisterComune{
		Comune: domain.ComuneRegistered{ISTAT: demoComune, Nome: "Bagnacavallo", Provincia: "RA", Ufficio: "Ufficio Anagrafe", OreSilenzio: 12, SantoPatrono: "09-29"},
		Collegamento: domain.ComuneConnected{
			TipoInvio: "TEST", Keystore: string(demoComune) + "-CO-9999", Postazione: string(demoComune) + "-PC-0001",
			Operatore: domain.CodiceFiscale(people.Operator(string(demoComune))), Storico: domain.Storico6001,
		},
	})
	if err != nil {
		return fmt.Errorf("demo: Comune: %w", err)
	}
	_, err = commands.Handle(ctx, s.handler, ente.Stream(), asSistema, commands.RegisterEnte{
		Ente: domain.EnteRegistered{Denominazione: "Azienda USL della Romagna – Ufficio Prestazioni", CodiceIPA: "ausl_rom"},
	})
	if err != nil {
		return fmt.Errorf("demo: Ente: %w", err)
	}
	_, err = commands.Handle(ctx, s.handler, conv.Stream(), asSistema, commands.SignConvenzione{Convenzione: domain.ConvenzioneSigned{
		Ente: ente, Comune: demoComune, Estremi: fmt.Sprintf("Convenzione rep. n. 12/%d del 02/01/%d", year, year),
		Dal: domain.Date{Year: year, Month: 1, Day: 1}, Al: domain.Date{Year: year + 1, Month: 12, Day: 31},
		Tipi: tipi, Conferme: []domain.Conferma{domain.Immediata, domain.Manuale, domain.SilenzioAssenso},
		Finalita: []domain.Finalita{
			{Codice: "ISEE", Descrizione: "Controllo delle dichiarazioni sostitutive per prestazioni agevolate", BaseGiuridica: "art. 71 D.P.R. 445/2000; art. 11 D.P.C.M. 159/2013"},
			{Codice: "ASSISTITI", Descrizione: "Aggiornamento dell'anagrafe degli assistiti", BaseGiuridica: "art. 62-ter D.Lgs. 82/2005"},
		},
	}})
	if err != nil {
		return fmt.Errorf("demo: convenzione: %w", err)
	}
	_, err = commands.Handle(ctx, s.handler, profile.Stream(), asSistema, commands.DefineProfile{Profile: domain.ProfileDefined{
		Comune: demoComune, Nome: "Sportello prestazioni", Tipi: tipi, Conferma: domain.Manuale,
	}})
	if err != nil {
		return fmt.Errorf("demo: profile: %w", err)
	}
	return nil
}

func (s *stack) settlePerson(ctx context.Context, id domain.UtenteID, p person, ente domain.EnteID, conv domain.ConvenzioneID, profile domain.ProfileID) error {
	_, err := commands.Handle(ctx, s.handler, id.Stream(), asSistema, commands.RegisterUtente{Utente: domain.UtenteRegistered{
		Codice: p.Codice, CodiceFiscale: p.CodiceFiscale, Cognome: p.Cognome, Nome: p.Nome,
	}})
	if err != nil {
		return err
	}
	roles := []domain.RoleGiven{p.role(ente)}
	if p.Role == domain.RoleAdmin {
		roles = append(roles, domain.RoleGiven{Role: domain.RoleStandard, Ente: ente})
	}
	for _, role := range roles {
		if _, err := commands.Handle(ctx, s.handler, id.Stream(), asSistema, commands.GiveRole{Role: role}); err != nil {
			return err
		}
		if role.Role != domain.RoleStandard {
			continue
		}
		_, err := commands.Handle(ctx, s.handler, id.Stream(), asSistema, commands.AssignProfile{
			Grant: domain.ProfileAssigned{Ente: ente, Comune: demoComune, Convenzione: conv, Profile: profile},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// role is the capacity of a demo user, at the Ente or at the Comune.
func (p person) role(ente domain.EnteID) domain.RoleGiven {
	if p.Role == domain.RoleTop || p.Role == domain.RoleAuditor {
		return domain.RoleGiven{Role: p.Role, Comune: demoComune}
	}
	return domain.RoleGiven{Role: p.Role, Ente: ente}
}
