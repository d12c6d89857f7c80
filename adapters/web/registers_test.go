package web_test

import (
	"net/netip"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// proposal returns the id of the first proposal about a person that is open.
func (w *world) proposal(id domain.UtenteID) string {
	w.t.Helper()
	person, err := commands.Load(w.t.Context(), w.handler, id.Stream())
	if err != nil || len(person.Proposals) == 0 {
		w.t.Fatalf("no proposal is open: %v", err)
	}
	return person.Proposals[0].ID
}

// elevate is a person in a session, in the same capacity, who has just proven a second
// factor.
func (w *world) elevate(of login) login {
	w.t.Helper()
	sessions := &auth.Sessions{DB: w.pool, Now: time.Now}
	proof := commands.Proof{Utente: of.Utente, Method: commands.MethodPasskey, Address: netip.MustParseAddr("127.0.0.1")}
	secret, _, err := sessions.Start(w.t.Context(), proof, commands.BearerSession, "test")
	if err == nil {
		secret, _, err = sessions.Switch(w.t.Context(), secret, of.Actor)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return login{of.Actor, secret}
}
