package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/visure-anagrafiche/visure/commands"
)

// account is what a demo user signs in with.
type account struct {
	Codice   string `json:"codice"`
	Password string `json:"password"`
	TOTP     string `json:"totp"` // secret, base 32
}

// settleAccounts gives every user a password and a secret of one-time passwords.
// Those of the demo are kept in a file nobody else may read, so that a second start
// prints the same ones.
func (s *stack) settleAccounts(ctx context.Context, users []credential) error {
	file := s.config.path("demo-accounts.json")
	known, err := readKept[account](file)
	if err != nil {
		return err
	}
	for i, u := range users {
		factors, err := s.access.accounts.Factors(ctx, u.Utente)
		if err != nil {
			return err
		}
		if kept, ok := known[u.Role]; !ok || kept.Codice != u.Utente.Codice() || !factors.Password || !factors.TOTP {
			if known[u.Role], err = s.openAccount(ctx, u); err != nil {
				return err
			}
			if err := writeKept(file, known); err != nil {
				return err
			}
		}
		users[i].Account = known[u.Role]
	}
	return nil
}

// openAccount gives a user what they sign in with, as an invitation would.
func (s *stack) openAccount(ctx context.Context, u credential) (account, error) {
	a, accounts := account{Codice: u.Utente.Codice(), Password: "demo-" + rand.Text()[:16]}, s.access.accounts
	if err := accounts.Open(ctx, u.Utente, ""); err != nil {
		return a, err
	}
	link, err := accounts.Invite(ctx, u.Utente)
	if err != nil {
		return a, err
	}
	if _, err := accounts.Redeem(ctx, link, a.Password, nil); err != nil {
		return a, err
	}
	address, err := accounts.EnrolTOTP(ctx, u.Utente, "")
	if err != nil {
		return a, err
	}
	enrolment, err := url.Parse(address)
	if err != nil {
		return a, fmt.Errorf("read the address of a secret: %w", err)
	}
	a.TOTP = enrolment.Query().Get("secret")
	code, err := totp.GenerateCode(a.TOTP, time.Now())
	if err != nil {
		return a, err
	}
	return a, accounts.ConfirmTOTP(ctx, commands.Enrolling{Utente: u.Utente}, code)
}
