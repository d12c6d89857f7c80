package web_test

import (
	"context"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/commands"
)

// access is how people come into the office; letters go into its mailbox.
func (o *office) access() *commands.Access {
	return &commands.Access{
		Handler: o.handler, Accounts: o.accounts, Sessions: &auth.Sessions{DB: o.pool, Now: o.now},
		Post: func(_ context.Context, l commands.Letter) error {
			o.mailbox.Store(l.To, l)
			return nil
		},
		PublicURL: "https://visure.example",
	}
}

func (o *office) enrolment() *commands.Enrolment {
	return &commands.Enrolment{Handler: o.handler, Workstations: &auth.Workstations{DB: o.pool, Now: o.now}, PublicURL: "https://visure.example"}
}

// letterTo takes the letter to an address out of the mailbox, once it has come: what is
// done after an answer may send it.
func (o *office) letterTo(t *testing.T, address string) commands.Letter {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		if letter, there := o.mailbox.LoadAndDelete(address); there {
			return letter.(commands.Letter)
		}
	}
	t.Fatalf("no letter came to %s", address)
	return commands.Letter{}
}
