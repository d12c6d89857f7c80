package domain_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestUtente(t *testing.T) {
	t.Parallel()
	const other = domain.EnteID("1c9b7f6e-1d2a-4b3c-8d4e-5f6a7b8c9d0e")
	standard := domain.RoleGiven{Role: domain.RoleStandard, Ente: enteID, Comune: "039002"}
	top := domain.RoleGiven{Role: domain.RoleTop, Comune: "039002"}
	first := domain.ProfileAssigned{Ente: enteID, Comune: "039002", Convenzione: convenzioneID, Profile: profileID}
	second := first
	second.Profile = "c2c3d4e5-f6a7-4b8c-9d0e-1f2a3b4c5d6e"
	elsewhere := first
	elsewhere.Comune = "040007"
	for name, c := range map[string]struct {
		history []domain.Event
		want    domain.Utente
	}{
		"nobody": {nil, domain.Utente{}},
		"registered": {[]domain.Event{golden["utente.registered.v1"]}, domain.Utente{
			Registered: true, UtenteRegistered: golden["utente.registered.v1"].(domain.UtenteRegistered),
		}},
		"roles add up": {[]domain.Event{standard, top}, domain.Utente{Roles: []domain.RoleGiven{standard, top}}},
		"an assignment replaces the one for the same Ente and Comune": {
			[]domain.Event{first, elsewhere, second}, domain.Utente{Assignments: []domain.ProfileAssigned{elsewhere, second}},
		},
		"what is another's changes nothing": {[]domain.Event{golden["ente.registered.v1"], golden["visura.issued.v1"]}, domain.Utente{}},
	} {
		if diff := cmp.Diff(c.want, fold(domain.Utente{}, c.history)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}

	u := fold(domain.Utente{}, []domain.Event{standard, top, first})
	for name, c := range map[string]struct {
		actor domain.Actor
		want  bool
	}{
		"the role held":            {domain.Actor{Role: domain.RoleStandard, Ente: enteID}, true},
		"from any workstation":     {domain.Actor{Role: domain.RoleStandard, Ente: enteID, Postazione: "p", Session: "s"}, true},
		"the same at another Ente": {domain.Actor{Role: domain.RoleStandard, Ente: other}, false},
		"a higher role":            {domain.Actor{Role: domain.RoleAdmin, Ente: enteID}, false},
		"TOP of the Comune":        {domain.Actor{Role: domain.RoleTop, Comune: "039002"}, true},
		"TOP of another":           {domain.Actor{Role: domain.RoleTop, Comune: "040007"}, false},
		"no role":                  {domain.Actor{}, false},
	} {
		if _, got := u.Reach(c.actor); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if got, ok := u.Assignment(enteID, "039002"); !ok || got != first {
		t.Errorf("assignment %+v, %v", got, ok)
	}
	if _, ok := u.Assignment(enteID, "040007"); ok {
		t.Error("an assignment holds for another Comune")
	}
	if _, ok := u.Assignment(other, "039002"); ok {
		t.Error("an assignment holds for another Ente")
	}
}

func TestConvenzioneIsInForceFromFirstToLastDay(t *testing.T) {
	t.Parallel()
	c := fold(domain.Convenzione{}, []domain.Event{golden["convenzione.signed.v1"]})
	for day, want := range map[string]bool{
		"2026-01-11": false, "2026-01-12": true, "2027-06-30": true, "2028-12-31": true, "2029-01-01": false,
	} {
		if got := c.InForce(data(day)); got != want {
			t.Errorf("on %s in force %v, want %v", day, got, want)
		}
	}
	if (domain.Convenzione{}).InForce(data("2027-06-30")) {
		t.Error("what was never signed is in force")
	}
	if f, ok := c.Purpose("accertamenti-tributari"); !ok || f.BaseGiuridica == "" {
		t.Errorf("purpose %+v, %v", f, ok)
	}
	if _, ok := c.Purpose("curiosita"); ok {
		t.Error("a purpose nobody agreed on is found")
	}
}

func TestTheOtherParties(t *testing.T) {
	t.Parallel()
	ente := fold(domain.Ente{}, []domain.Event{golden["profile.defined.v1"], golden["ente.registered.v1"]})
	if diff := cmp.Diff(domain.Ente{Registered: true, EnteRegistered: golden["ente.registered.v1"].(domain.EnteRegistered)}, ente); diff != "" {
		t.Error(diff)
	}
	profile := golden["profile.defined.v1"].(domain.ProfileDefined)
	wider := profile
	wider.Tipi = []domain.Tipo{domain.Nascita, domain.Morte}
	if diff := cmp.Diff(domain.Profile{Defined: true, ProfileDefined: wider}, fold(domain.Profile{}, []domain.Event{profile, wider})); diff != "" {
		t.Errorf("a profile defined again is replaced:\n%s", diff)
	}
	connected := golden["comune.connected.v1"].(domain.ComuneConnected)
	real := connected
	real.TipoInvio = "PROD"
	real.Version++
	comune := fold(domain.Comune{}, []domain.Event{golden["comune.registered.v1"], connected, real})
	want := domain.Comune{Registered: true, ComuneRegistered: golden["comune.registered.v1"].(domain.ComuneRegistered), Collegamento: domain.Collegamento{ComuneConnected: real}}
	if diff := cmp.Diff(want, comune); diff != "" {
		t.Errorf("the last connection counts:\n%s", diff)
	}
	if got := fold(domain.Accesso{}, []domain.Event{golden["accesso.recorded.v1"]}); got != (domain.Accesso{}) {
		t.Errorf("a journal has the state %+v", got)
	}
}

func TestAMonthOfAccessIsOneStream(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]string{
		"2026-11-30T23:59:59Z":      "accesso-" + string(utenteID) + "-2026-11",
		"2026-12-01T00:30:00+01:00": "accesso-" + string(utenteID) + "-2026-11",
		"2026-12-01T00:00:00Z":      "accesso-" + string(utenteID) + "-2026-12",
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(domain.AccessStream(utenteID, when)); got != want {
			t.Errorf("at %s: %s, want %s", at, got, want)
		}
	}
}

func TestRefusalsKeepTheirCodeWhenWrapped(t *testing.T) {
	t.Parallel()
	refusal := domain.FieldErrorf(domain.Forbidden, "tipo", "il tipo %s non è tra quelli concessi", domain.Morte)
	if got := domain.CodeOf(wrapped{refusal}); got != domain.Forbidden {
		t.Errorf("code %s", got)
	}
	if got := domain.CodeOf(wrapped{nil}); got != domain.Internal {
		t.Errorf("a technical failure has the code %s", got)
	}
	if got := domain.CodeOf(nil); got != "" {
		t.Errorf("no failure has the code %s", got)
	}
	if got, want := refusal.Error(), "forbidden: tipo: il tipo morte non è tra quelli concessi"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

type wrapped struct{ err error }

func (w wrapped) Error() string { return "append: stream has moved" }
func (w wrapped) Unwrap() error { return w.err }

// fold applies events that nobody in particular recorded.
func fold[S interface {
	Evolve(domain.Event, domain.Meta) S
}](s S, history []domain.Event) S {
	for _, e := range history {
		s = s.Evolve(e, domain.Meta{})
	}
	return s
}

// data reads a date that is right.
func data(s string) domain.Date {
	d, err := domain.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}
