package web_test

import (
	"context"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/commands"
)

// access is how people come into the office; letters go into its mailbox.
func (o *office) access() *commands.Access {
	return &commands.Access{
		Handler: o.handler, Accounts: o.accounts, Sessions: &auth.Sessions{DB: o.pool, Now: time.Now},
		Post: func(_ context.Context, l commands.Letter) error {
			o.mailbox.Store(l.To, l)
			return nil
		},
		PublicURL: "https://visure.example",
	}
}

func (o *office) enrolment() *commands.Enrolment {
	return &commands.Enrolment{Handler: o.handler, Workstations: &auth.Workstations{DB: o.pool, Now: time.Now}, PublicURL: "https://visure.example"}
}
