package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/pki"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// settleConnection gives the demo's Comune its first way to ANPR, over the keys that
// were delivered. What has replaced it since stays.
func (s *stack) settleConnection(ctx context.Context) error {
	comune, err := commands.Fact(ctx, s.handler, demoComune.Stream())
	if err != nil || comune.Collegamento.Version > 0 {
		return err
	}
	first := domain.ComuneConnected{
		Version: 1, TipoInvio: "TEST", Keystore: string(demoComune) + "-CO-9999", KeystorePostazione: string(demoComune) + "-PC-0001",
		Operatore: domain.CodiceFiscale(people.Operator(string(demoComune))), Storico: domain.Storico6001,
	}
	if first.Machine, err = s.delivered(commands.MachineRole, first.Keystore); err != nil {
		return err
	}
	if first.Postazione, err = s.delivered(commands.PostazioneRole, first.KeystorePostazione); err != nil {
		return err
	}
	_, err = commands.Handle(ctx, s.handler, demoComune.Stream(), asSistema, commands.ConnectComune{Connected: first})
	return err
}

// delivered says what is known of a certificate among the demo's keys.
func (s *stack) delivered(role commands.KeystoreRole, name string) (domain.Certificate, error) {
	file, err := os.ReadFile(filepath.Join(s.config.keystores(), name+".p12"))
	if err != nil {
		return domain.Certificate{}, fmt.Errorf("read keystore: %w", err)
	}
	return anpr.Open(demoComune, role, commands.Keystore{PKCS12: file, Password: pki.DefaultPassword}, time.Now())
}
