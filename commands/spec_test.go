package commands_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

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
	prof   domain.ProfileID     = "00000000-0000-4000-8000-0000000000f1"
	visura domain.VisuraID      = "00000000-0000-4000-8000-00000000000a"
	rossi  domain.CodiceFiscale = "RSSMRA80A01H501U"
	ciuv   domain.CIUV          = "EPPC-R04J-ZV0G-2BEM1"
)

// pair is the Ente for the Comune, conv their act.
var (
	pair = domain.Pair{Ente: ente, Comune: comune}
	conv = domain.ConvenzioneIDOf(pair)
)

// holding is a person who holds the capacity they act in, given by the Comune
// where it is of an Ente, and there may also request.
func holding(by domain.Actor) domain.Standing { return holdingFor(by, comune) }

// holdingFor is holding where another Comune gave the role at the Ente.
func holdingFor(by domain.Actor, giver domain.CodiceISTAT) (s domain.Standing) {
	s.Registered = true
	s.Comune.ISTAT = by.Comune
	switch {
	case by.Role == domain.RoleInstallazione && by.Utente == "":
		return domain.Standing{Installazione: domain.Installazione{Administrators: []string{by.Account}}}
	case by.Utente == "":
		return domain.Standing{}
	case by.Role == domain.RoleTop:
		s.Comune.Tops = []domain.UtenteID{by.Utente}
	case by.Role == domain.RoleAuditor || by.Ente == "":
		s.Roles = []domain.RoleHeld{{RoleGiven: domain.RoleGiven{Role: by.Role, Ente: by.Ente, Comune: by.Comune}}}
	default:
		s.Roles = []domain.RoleHeld{{RoleGiven: domain.RoleGiven{Role: by.Role, Ente: by.Ente, Comune: giver}}}
		s.Assignments = []domain.Assignment{{ProfileGrant: domain.ProfileGrant{Ente: by.Ente, Comune: giver, Profile: prof}, By: luisa, Nazionale: true}}
		s.Accepted = []domain.Acceptance{{InstructionsAccepted: domain.InstructionsAccepted{Comune: giver}, At: now.AddDate(0, -6, 0)}}
	}
	return s
}

// act is what lets the Ente ask the Comune, through 2026.
var act = domain.ConvenzioneDrafted{
	Ente: ente, Comune: comune, Tipo: domain.AttoConvenzione, Estremi: "rep. 1/2026", Data: data("2025-12-20"), Firmatari: []string{"Il Sindaco"}, Dal: data("2026-01-01"), Al: data("2026-12-31"),
	Massimo: domain.Massimo{
		Tipi: []domain.Tipo{domain.Residenza, domain.StatoCivile}, Nazionale: domain.Modo{Conferma: domain.SilenzioAssenso},
	},
	Finalita: []domain.Finalita{{Codice: "ISEE", Descrizione: "Controllo ISEE", BaseGiuridica: "art. 71 DPR 445/2000", Conservazione: 12, Valutazione: "prot. 7/2026"}},
	Contatti: domain.Contatti{Referente: "Ufficio Prestazioni", PEC: "asl@pec.example", DPO: "dpo@asl.example", Assistenza: "interno 12"},
}

// desk is what the operators of the Ente are granted.
var desk = domain.ProfileDefined{Comune: comune, Nome: "Sportello", Tipi: []domain.TipoConcesso{
	{Tipo: domain.Residenza, Nazionale: domain.Modo{Conferma: domain.Manuale}},
}}

// title is by what the Comune admits national requests.
var title = domain.NazionaleEnabled{Testo: "Accordo con il Ministero dell'interno", Atto: "delibera 12", Data: data("2026-01-12")}

// inForce is an act as it was activated.
func inForce(acts ...domain.ConvenzioneDrafted) (c domain.Convenzione) {
	for i, a := range acts {
		c = c.Evolve(a, domain.Meta{}).Evolve(domain.ConvenzioneActivated{Numero: i + 1}, domain.Meta{})
	}
	return c
}

// granted is the world in which everybody may do what their role admits.
func granted(by domain.Actor) given {
	return given{
		ID:    string(visura),
		Actor: holding(by),
		Parties: domain.Parties{
			Comune: domain.Comune{
				Registered: true, ComuneRegistered: domain.ComuneRegistered{ISTAT: comune, OreSilenzio: 12},
				Nazionale: title, Contatti: domain.Contatti{Assistenza: "Anagrafe"},
			},
			Ente:        domain.Ente{Registered: true},
			Convenzione: inForce(act),
			Profiles:    []domain.NamedProfile{{ID: prof, Profile: domain.Profile{Defined: true, ProfileDefined: desk}}},
			Requester:   holding(mario),
		},
		Keyed: commands.Keyed{SubjectToken: tokenOf(domain.Soggetto{CodiceFiscale: rossi}), Numero: ciuv},
		Meta:  domain.Meta{At: now, By: by, CommandID: "command"},
	}
}

// underAct is a world in which the act is another.
func underAct(change func(*domain.ConvenzioneDrafted)) func(*given) {
	return func(g *given) { g.Parties.Convenzione = inForce(changed(act, change)) }
}

// atMost is a world in which the act admits other things at most.
func atMost(change func(*domain.Massimo)) func(*given) {
	return underAct(func(a *domain.ConvenzioneDrafted) { change(&a.Massimo) })
}

// withProfile is a world in which the profile grants other things.
func withProfile(change func(*domain.ProfileDefined)) func(*given) {
	return func(g *given) { g.Parties.Profiles[0].ProfileDefined = changed(desk, change) }
}

// inMode is a world in which the profile has national requests confirmed so.
func inMode(m domain.Modo) func(*given) {
	return withProfile(func(p *domain.ProfileDefined) { p.Tipi = []domain.TipoConcesso{{Tipo: domain.Residenza, Nazionale: m}} })
}

// holdingProfile is a world in which the actor holds the profile otherwise.
func holdingProfile(change func(*domain.Assignment)) func(*given) {
	return func(g *given) { change(&g.Actor.Assignments[0]) }
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
	refusal, ok := err.(*domain.Error)
	if ok && field != "" && refusal.Field != field {
		t.Errorf("blames %q, want %q", refusal.Field, field)
	}
	switch any(when).(type) {
	case commands.RequestVisura, counting:
		if ok && refusal.Contact == "" {
			t.Errorf("%v names nobody to turn to", refusal)
		}
	}
	if diff := cmp.Diff(then, got, networks); diff != "" {
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

// networks has them compared as values.
var networks = cmpopts.EquateComparable(netip.Prefix{})

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
