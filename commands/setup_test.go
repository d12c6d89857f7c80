package commands_test

import (
	"cmp"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// setup says the same as spec, of the streams around the visura. Who acts is
// the system unless said otherwise, and holds the capacity they act in.
type setup[S commands.State[S]] struct {
	id      string // of the stream; default: the one all specs are about
	given   []domain.Event
	enters  domain.Actor // who recorded what is given; default: who acts
	by      domain.Actor
	giver   domain.CodiceISTAT // which Comune gave the role at an Ente; default: the one all specs are about
	former  bool               // the role has been taken
	also    func(*domain.Standing)
	parties domain.Parties
	at      time.Time // default: now
	when    commands.Command[S]
	then    []domain.Event
	fails   domain.Code
	field   string
}

// runSetup decides every spec of the stream with an id, whose person, if it is
// one, has the codice fiscale of rossi.
func runSetup[S commands.State[S]](t *testing.T, id string, specs map[string]setup[S]) {
	t.Helper()
	for name, s := range specs {
		t.Run(name, func(t *testing.T) { decide(t, s.inputs(id), s.when, s.then, s.fails, s.field) })
	}
}

// inputs is what the command is decided on.
func (s setup[S]) inputs(id string) commands.Given[S] {
	g := commands.Given[S]{
		ID: cmp.Or(s.id, id), Parties: s.parties, Keyed: commands.Keyed{Utente: utente},
		Meta: domain.Meta{At: now, By: cmp.Or(s.by, domain.Sistema), CommandID: command},
	}
	if !s.at.IsZero() {
		g.Meta.At = s.at
	}
	if !s.former {
		g.Actor = holdingFor(g.Meta.By, cmp.Or(s.giver, comune))
		g.Actor.Assignments = nil
	}
	if s.also != nil {
		s.also(&g.Actor)
	}
	earlier := domain.Meta{At: now.AddDate(0, 0, -1), By: cmp.Or(s.enters, g.Meta.By)}
	for _, e := range s.given {
		g.State = g.State.Evolve(e, earlier)
	}
	return g
}

const (
	// utente is the person with the codice fiscale of rossi.
	utente domain.UtenteID = "00000000-0000-4000-8000-000000000007"
	// command is the id of every command here.
	command = "00000000-0000-4000-8000-0000000000cc"
)

var (
	elsewhere = domain.Actor{Utente: luisa.Utente, Role: domain.RoleTop, Comune: altro}
	second    = domain.Actor{Utente: "00000000-0000-4000-8000-000000000008", Role: domain.RoleTop, Comune: comune}
	root      = domain.Actor{Role: domain.RoleInstallazione, Account: "root"}

	ancona    = domain.ComuneRegistered{ISTAT: comune, Nome: "Ancona", Provincia: "AN", OreSilenzio: 12}
	connected = domain.ComuneConnected{Version: 1, TipoInvio: "TEST", Keystore: "042002-CO-9999", Operatore: rossi, Storico: domain.Storico6001}
	tributi   = domain.EnteRegistered{Denominazione: "Ufficio Tributi", CodiceFiscale: "00351040423", CodiceIPA: "c_a271_tri"}
	entry     = domain.UtenteRegistered{Codice: utente.Codice(), CodiceFiscale: rossi, Cognome: "Rossi", Nome: "Mario"}
)

func changed[T any](v T, change func(*T)) T {
	change(&v)
	return v
}
