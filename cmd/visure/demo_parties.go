package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/admin"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// demoComune is the largest of the simulator's population.
const demoComune = domain.CodiceISTAT("039002")

// demoEnte is the body whose people ask.
var demoEnte = commands.RegisterEnte{
	Denominazione: "Azienda USL della Romagna – Ufficio Prestazioni", CodiceFiscale: "01234567890", CodiceIPA: "ausl_rom",
}

// demoProfile is the demo's one profile, the same for ever.
var demoProfile = domain.ProfileID(uuid.NewSHA1(uuid.NameSpaceURL, []byte("visure/demo/profile")).String())

// settle enters the demo's Comune, Ente, act, profile and people through the
// ordinary commands, and returns the users' tokens: those of the last start if they
// are still good. What is already there stays as it is.
func (s *stack) settle(ctx context.Context) ([]credential, error) {
	ente, err := domain.EnteRegistered(demoEnte).ID()
	if err != nil {
		return nil, fmt.Errorf("demo: Ente: %w", err)
	}
	if err := s.settleInstallazione(ctx); err != nil {
		return nil, fmt.Errorf("demo: installation: %w", err)
	}
	if err := s.settleComune(ctx); err != nil {
		return nil, fmt.Errorf("demo: Comune: %w", err)
	}
	if err := s.settleEnte(ctx, ente); err != nil {
		return nil, fmt.Errorf("demo: Ente: %w", err)
	}
	var users []credential
	for _, p := range demoPeople {
		user := credential{person: p, Utente: s.keys.UtenteID(p.CodiceFiscale)}
		if err := s.settlePerson(ctx, user, ente); err != nil {
			return nil, fmt.Errorf("demo: user %s: %w", user.Utente, err)
		}
		users = append(users, user)
	}
	if err := s.settleAccounts(ctx, users); err != nil {
		return nil, fmt.Errorf("demo: accounts: %w", err)
	}
	return users, s.settleTokens(ctx, users, ente)
}

// settleInstallazione begins the installation; who runs the demo administers it.
func (s *stack) settleInstallazione(ctx context.Context) error {
	now, err := commands.Fact(ctx, s.handler, domain.InstallazioneStream)
	if err != nil || now.Initialised() {
		return err
	}
	by := domain.Actor{Role: domain.RoleInstallazione, Account: admin.Account(os.Geteuid())}
	_, err = commands.Handle(ctx, s.handler, domain.InstallazioneStream, domain.Meta{By: by}, commands.Initialise{ID: uuid.NewString()})
	return err
}

// settleComune enters the Comune, which admits national requests, and its profile.
func (s *stack) settleComune(ctx context.Context) error {
	err := enter(ctx, s, demoComune.Stream(), commands.RegisterComune{
		ISTAT: demoComune, Nome: "Bagnacavallo", Provincia: "RA", Ufficio: "Ufficio Anagrafe", OreSilenzio: 12, SantoPatrono: "09-29",
	})
	if err != nil {
		return err
	}
	if err := s.settleConnection(ctx); err != nil {
		return fmt.Errorf("connection: %w", err)
	}
	err = enter(ctx, s, demoComune.Stream(),
		commands.Command[domain.Comune](commands.SetContatti{Contatti: domain.Contatti{
			Referente: "Ufficio Anagrafe", PEC: "anagrafe@pec.comune.example", DPO: "dpo@comune.example", Assistenza: "Ufficio Anagrafe, tel. 0545 000000",
			Email: "anagrafe@comune.example",
		}}),
		commands.EnableNazionale{
			Testo: "accesso ai dati di ANPR per i controlli sulle dichiarazioni sostitutive, artt. 43 e 71 D.P.R. 445/2000",
			Atto:  "deliberazione della Giunta comunale n. 3", Data: domain.Date{Year: 2026, Month: 1, Day: 15},
		})
	if err != nil {
		return err
	}
	return enter(ctx, s, demoProfile.Stream(), commands.DefineProfile{
		Comune: demoComune, Nome: "Sportello prestazioni", Mansione: operatore,
		Tipi: domain.Concessi(documento.Tipi(), domain.Modo{Conferma: domain.Manuale}),
	})
}

// settleEnte enters the Ente and its act with the Comune, renewed at each new year.
func (s *stack) settleEnte(ctx context.Context, ente domain.EnteID) error {
	if err := enter(ctx, s, ente.Stream(), demoEnte); err != nil {
		return err
	}
	year := domain.ItalianDay(time.Now()).Year
	const assessed = "Analisi del rischio del Comune, scheda n. 1/2026"
	act := commands.DraftConvenzione{
		Ente: ente, Comune: demoComune, Estremi: fmt.Sprintf("Convenzione rep. n. 12/%d del 02/01/%d", year, year),
		Data: domain.Date{Year: year, Month: 1, Day: 2}, Firmatari: []string{"Il Sindaco", "Il Direttore generale dell'Azienda"},
		Dal: domain.Date{Year: year, Month: 1, Day: 1}, Al: domain.Date{Year: year + 1, Month: 12, Day: 31},
		Finalita: []domain.Finalita{
			{Codice: "ISEE", Descrizione: "Controllo delle dichiarazioni sostitutive per prestazioni agevolate", BaseGiuridica: "art. 71 D.P.R. 445/2000; art. 11 D.P.C.M. 159/2013", Conservazione: 60, Valutazione: assessed},
			{Codice: "ASSISTITI", Descrizione: "Aggiornamento dell'anagrafe degli assistiti", BaseGiuridica: "art. 62-ter D.Lgs. 82/2005", Conservazione: 12, Valutazione: assessed},
		},
		Massimo: domain.Massimo{Tipi: documento.Tipi(), Nazionale: domain.Modo{Conferma: domain.Immediata}},
		Contatti: domain.Contatti{
			Referente: "Ufficio Prestazioni", PEC: "prestazioni@pec.azienda.example", DPO: "dpo@azienda.example",
			Assistenza: "Ufficio Prestazioni, tel. 0544 000000", Email: "prestazioni@azienda.example",
		},
	}
	id := domain.ConvenzioneIDOf(domain.Pair{Ente: ente, Comune: demoComune})
	if err := enter(ctx, s, id.Stream(), commands.Command[domain.Convenzione](act), commands.ActivateConvenzione{}); err != nil {
		return err
	}
	settled, err := commands.Fact(ctx, s.handler, id.Stream())
	if err != nil {
		return err
	}
	return enter(ctx, s, id.Stream(), commands.GrantMassive{Atto: settled.Last().Numero, Tetto: domain.RigheMassime, BaseGiuridica: "art. 50 D.Lgs. 82/2005"})
}

// enter carries out commands on a stream as the system.
func enter[S commands.State[S]](ctx context.Context, s *stack, stream domain.Stream[S], all ...commands.Command[S]) error {
	for _, cmd := range all {
		if _, err := commands.Handle(ctx, s.handler, stream, asSistema, cmd); err != nil {
			return fmt.Errorf("%T: %w", cmd, err)
		}
	}
	return nil
}
