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
	by    domain.Actor   // default: the operator mario
	facts commands.Facts // default: everything granted
	at    time.Time      // default: now
	when  commands.Command[domain.Visura]
	then  []domain.Event
	fails domain.Code
	field string
}

var (
	now   = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	mario = domain.Actor{Utente: "00000000-0000-4000-8000-000000000001", Role: domain.RoleStandard, Ente: ente}
	luisa = domain.Actor{Utente: "00000000-0000-4000-8000-000000000002", Role: domain.RoleTop, Comune: comune}
	anna  = domain.Actor{Utente: "00000000-0000-4000-8000-000000000003", Role: domain.RoleAdmin, Ente: ente}
	revis = domain.Actor{Utente: "00000000-0000-4000-8000-000000000004", Role: domain.RoleAuditor, Comune: comune}
)

const (
	comune domain.CodiceISTAT   = "042002"
	ente   domain.EnteID        = "00000000-0000-4000-8000-0000000000e1"
	conv   domain.ConvenzioneID = "00000000-0000-4000-8000-0000000000c1"
	prof   domain.ProfileID     = "00000000-0000-4000-8000-0000000000f1"
	visura domain.VisuraID      = "00000000-0000-4000-8000-00000000000a"
	rossi  domain.CodiceFiscale = "RSSMRA80A01H501U"
)

// granted is the world in which everybody may do what their role admits.
func granted(by domain.Actor) commands.Facts {
	f := commands.Facts{
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
		SubjectToken: "token-of-rossi",
	}
	f.Utente.Registered = true
	f.Utente.Roles = []domain.RoleGiven{{Role: by.Role, Ente: by.Ente, Comune: by.Comune}}
	if by.Ente != "" {
		f.Utente.Roles = append(f.Utente.Roles, domain.RoleGiven{Role: domain.RoleStandard, Ente: by.Ente})
		f.Utente.Assignments = []domain.ProfileAssigned{{Ente: ente, Comune: comune, Convenzione: conv, Profile: prof}}
	}
	return f
}

func (s spec) meta() domain.Meta {
	m := domain.Meta{At: s.at, By: s.by, CommandID: "command"}
	if s.by == (domain.Actor{}) {
		m.By = mario
	}
	if s.at.IsZero() {
		m.At = now
	}
	return m
}

// run decides every spec, and every success a second time: a command repeated
// yields nothing.
func run(t *testing.T, specs map[string]spec) {
	t.Helper()
	for name, s := range specs {
		t.Run(name, func(t *testing.T) {
			m, facts := s.meta(), s.facts
			if !facts.Utente.Registered {
				facts = granted(m.By)
			}
			v := history(s.given...)
			got, err := s.when.Decide(v, facts, m)
			if code := domain.CodeOf(err); code != s.fails {
				t.Fatalf("refused with %q, want %q: %v", code, s.fails, err)
			}
			if refusal, ok := err.(*domain.Error); ok && s.field != "" && refusal.Field != s.field {
				t.Errorf("blames %q, want %q", refusal.Field, s.field)
			}
			if diff := cmp.Diff(s.then, got); diff != "" {
				t.Fatalf("then (-want +got):\n%s", diff)
			}
			if err != nil {
				return
			}
			for _, e := range got {
				v = v.Evolve(e, m)
			}
			if again, err := s.when.Decide(v, facts, m); err != nil || len(again) > 0 {
				t.Errorf("decided twice: %#v, %v", again, err)
			}
		})
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
