package commands_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// spec says: given these facts, when somebody asks this, then these facts
// follow or this refusal.
type spec struct {
	given []domain.Event
	by    domain.Actor // default: the operator mario
	but   func(*given) // what differs from everything granted
	at    time.Time    // default: now
	when  commands.Command[domain.Visura]
	then  []domain.Event
	fails domain.Code
	field string
}

type given = commands.Given[domain.Visura]

var (
	now   = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	mario = domain.Actor{Utente: "00000000-0000-4000-8000-000000000001", Role: domain.RoleStandard, Ente: ente}
	luisa = domain.Actor{Utente: "00000000-0000-4000-8000-000000000002", Role: domain.RoleTop, Comune: comune}
	anna  = domain.Actor{Utente: "00000000-0000-4000-8000-000000000003", Role: domain.RoleAdmin, Ente: ente}
	revis = domain.Actor{Utente: "00000000-0000-4000-8000-000000000004", Role: domain.RoleAuditor, Comune: comune}
	carla = domain.Actor{Utente: "00000000-0000-4000-8000-000000000005", Role: domain.RoleAnagrafe, Comune: comune}
	piero = domain.Actor{Utente: "00000000-0000-4000-8000-000000000006", Role: domain.RoleStandard, Ente: ente}
)

const (
	comune domain.CodiceISTAT   = "042002"
	altro  domain.CodiceISTAT   = "015146"
	ente   domain.EnteID        = "00000000-0000-4000-8000-0000000000e1"
	conv   domain.ConvenzioneID = "00000000-0000-4000-8000-0000000000c1"
	prof   domain.ProfileID     = "00000000-0000-4000-8000-0000000000f1"
	visura domain.VisuraID      = "00000000-0000-4000-8000-00000000000a"
	rossi  domain.CodiceFiscale = "RSSMRA80A01H501U"
	ciuv   domain.CIUV          = "EPPC-R04J-ZV0G-2BEM1"
)

// holding is a person who holds the capacity they act in, given by the Comune
// where it is of an Ente, and there may also request.
func holding(by domain.Actor) domain.Utente {
	u := domain.Utente{Registered: true}
	if by.Ente == "" {
		u.Roles = []domain.RoleGiven{{Role: by.Role, Comune: by.Comune}}
		return u
	}
	u.Roles = []domain.RoleGiven{{Role: by.Role, Ente: by.Ente, Comune: comune}, {Role: domain.RoleStandard, Ente: by.Ente, Comune: comune}}
	u.Assignments = []domain.ProfileAssigned{{Ente: ente, Comune: comune, Convenzione: conv, Profile: prof}}
	return u
}

// granted is the world in which everybody may do what their role admits.
func granted(by domain.Actor) given {
	return given{
		ID:    string(visura),
		Actor: holding(by),
		Parties: domain.Parties{
			Comune: domain.Comune{Registered: true, ComuneRegistered: domain.ComuneRegistered{ISTAT: comune, OreSilenzio: 12}},
			Ente:   domain.Ente{Registered: true},
			Convenzione: domain.Convenzione{Signed: true, ConvenzioneSigned: domain.ConvenzioneSigned{
				Ente: ente, Comune: comune, Dal: data("2026-01-01"), Al: data("2026-12-31"),
				Tipi:     []domain.Tipo{domain.Residenza, domain.StatoCivile},
				Conferme: []domain.Conferma{domain.Manuale, domain.SilenzioAssenso},
				Finalita: []domain.Finalita{{Codice: "ISEE", Descrizione: "Controllo ISEE", BaseGiuridica: "art. 71 DPR 445/2000"}},
			}},
			Profile: domain.Profile{Defined: true, ProfileDefined: domain.ProfileDefined{
				Comune: comune, Tipi: []domain.Tipo{domain.Residenza}, Conferma: domain.Manuale,
			}},
		},
		Keyed: commands.Keyed{SubjectToken: tokenOf(domain.Soggetto{CodiceFiscale: rossi}), Numero: ciuv},
		Meta:  domain.Meta{At: now, By: by, CommandID: "command"},
	}
}

// tokenOf stands for the keyed hash of a person: it tells one from another.
func tokenOf(s domain.Soggetto) string { return "token of " + s.Key() }

func (s spec) inputs() given {
	by := s.by
	if by == (domain.Actor{}) {
		by = mario
	}
	g := granted(by)
	g.State = history(s.given...)
	if !s.at.IsZero() {
		g.Meta.At = s.at
	}
	if s.but != nil {
		s.but(&g)
	}
	return g
}

// run decides every spec, and every success a second time: a command repeated
// yields nothing.
func run(t *testing.T, specs map[string]spec) {
	t.Helper()
	for name, s := range specs {
		t.Run(name, func(t *testing.T) { decide(t, s.inputs(), s.when, s.then, s.fails, s.field) })
	}
}

// decide holds what a command yields against what is wanted, twice if it
// succeeds.
func decide[S commands.State[S]](t *testing.T, g commands.Given[S], when commands.Command[S], then []domain.Event, fails domain.Code, field string) {
	t.Helper()
	got, err := when.Decide(g)
	if code := domain.CodeOf(err); code != fails {
		t.Fatalf("refused with %q, want %q: %v", code, fails, err)
	}
	if refusal, ok := err.(*domain.Error); ok && field != "" && refusal.Field != field {
		t.Errorf("blames %q, want %q", refusal.Field, field)
	}
	if diff := cmp.Diff(then, got); diff != "" {
		t.Fatalf("then (-want +got):\n%s", diff)
	}
	if err != nil {
		return
	}
	for _, e := range got {
		g.State = g.State.Evolve(e, g.Meta)
	}
	if again, err := when.Decide(g); err != nil || len(again) > 0 {
		t.Errorf("decided twice: %#v, %v", again, err)
	}
}

// history folds events of the operator mario, the first an hour ago.
func history(events ...domain.Event) (v domain.Visura) {
	for _, e := range events {
		v = v.Evolve(e, domain.Meta{At: now.Add(-time.Hour), By: mario, CommandID: "earlier"})
	}
	return v
}

func data(s string) domain.Date {
	d, err := domain.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}
