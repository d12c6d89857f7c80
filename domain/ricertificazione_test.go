package domain_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/domain"
)

func instantOf(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func dayOf(t *testing.T, text string) domain.Date {
	t.Helper()
	d, err := domain.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTheLastDayToConfirmEndsAtMidnightInItaly(t *testing.T) {
	t.Parallel()
	for entro, want := range map[string][2]string{ // reminder, end
		"2026-01-31": {"2026-01-23T23:00:00Z", "2026-01-31T23:00:00Z"},
		"2026-03-29": {"2026-03-21T23:00:00Z", "2026-03-29T22:00:00Z"}, // summer time begins on the last day
		"2026-04-02": {"2026-03-25T23:00:00Z", "2026-04-02T22:00:00Z"}, // and between the two
		"2026-10-25": {"2026-10-17T22:00:00Z", "2026-10-25T23:00:00Z"}, // summer time ends on the last day
		"2028-02-29": {"2028-02-21T23:00:00Z", "2028-02-29T23:00:00Z"},
		"2028-03-07": {"2028-02-28T23:00:00Z", "2028-03-07T23:00:00Z"}, // reminded on the leap day
		"2026-12-31": {"2026-12-23T23:00:00Z", "2026-12-31T23:00:00Z"},
	} {
		d := dayOf(t, entro)
		got := [2]string{domain.ConfirmationReminder(d).UTC().Format(time.RFC3339), domain.ConfirmationEnd(d).UTC().Format(time.RFC3339)}
		if got != want {
			t.Errorf("%s: %v, want %v", entro, got, want)
		}
	}
}

func TestWhatARecertificationWaitsFor(t *testing.T) {
	t.Parallel()
	entro := dayOf(t, "2026-03-29")
	opened := domain.RicertificazioneOpened{Ente: enteID, Comune: "039002", Entro: entro}
	listed := domain.UsersListed{Utenti: []domain.UtenteID{utenteID}, Entro: entro}
	reminded := domain.ConfirmationReminded{Entro: entro}
	for name, c := range map[string]struct {
		story []domain.Event
		at    string
		want  domain.RicertificazioneStep
	}{
		"nothing opened":                    {nil, "2026-03-30T00:00:00Z", domain.RicertificazioneWaits},
		"opened":                            {[]domain.Event{opened}, "2026-03-01T00:00:00Z", domain.RicertificazioneLists},
		"opened, and its last day is over":  {[]domain.Event{opened}, "2026-04-01T00:00:00Z", domain.RicertificazioneLists},
		"listed":                            {[]domain.Event{opened, listed}, "2026-03-21T22:59:59Z", domain.RicertificazioneWaits},
		"a week before":                     {[]domain.Event{opened, listed}, "2026-03-21T23:00:00Z", domain.RicertificazioneReminds},
		"reminded":                          {[]domain.Event{opened, listed, reminded}, "2026-03-29T21:59:59Z", domain.RicertificazioneWaits},
		"over":                              {[]domain.Event{opened, listed, reminded}, "2026-03-29T22:00:00Z", domain.RicertificazioneCloses},
		"over, the reminder missed":         {[]domain.Event{opened, listed}, "2026-03-29T22:00:00Z", domain.RicertificazioneCloses},
		"closed":                            {[]domain.Event{opened, listed, reminded, domain.RicertificazioneClosed{}}, "2026-05-01T00:00:00Z", domain.RicertificazioneWaits},
		"everybody confirmed, not yet over": {[]domain.Event{opened, listed, reminded, domain.UserConfirmed{Utente: utenteID}}, "2026-03-28T00:00:00Z", domain.RicertificazioneWaits},
	} {
		var s domain.Ricertificazione
		for _, e := range c.story {
			s = s.Evolve(e, domain.Meta{})
		}
		if got := s.Next(instantOf(t, c.at)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestTheSystemOpensOneRecertificationOfAPairAYear(t *testing.T) {
	t.Parallel()
	pair := domain.Pair{Ente: enteID, Comune: "039002"}
	first := domain.YearlyRicertificazione(pair, 2026)
	if again := domain.YearlyRicertificazione(pair, 2026); again != first {
		t.Errorf("two ids: %s, %s", first, again)
	}
	for _, other := range []domain.RicertificazioneID{
		domain.YearlyRicertificazione(pair, 2027), domain.YearlyRicertificazione(domain.Pair{Ente: enteID, Comune: "039010"}, 2026),
	} {
		if other == first {
			t.Error("one id for two")
		}
		if _, err := domain.ParseRicertificazioneID(string(other)); err != nil {
			t.Error(err)
		}
	}
}

func TestWhenTheEndOfAnActIsAnnounced(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		al        string
		announced int
		days      int
		at        string
	}{
		"first":                        {"2026-12-31", 0, 60, "2026-10-31T23:00:00Z"},
		"then":                         {"2026-12-31", 60, 30, "2026-11-30T23:00:00Z"},
		"last":                         {"2026-12-31", 30, 7, "2026-12-23T23:00:00Z"},
		"no more":                      {"2026-12-31", 7, 0, ""},
		"no day":                       {"", 0, 0, ""},
		"on the day summer time began": {"2026-04-28", 60, 30, "2026-03-28T23:00:00Z"},
		"the day after":                {"2026-04-29", 60, 30, "2026-03-29T22:00:00Z"},
		"on the day it ended":          {"2026-11-24", 60, 30, "2026-10-24T22:00:00Z"},
		"over a leap day":              {"2028-03-07", 30, 7, "2028-02-28T23:00:00Z"},
		"over none":                    {"2027-03-07", 30, 7, "2027-02-27T23:00:00Z"},
		"of an act to a leap day":      {"2028-02-29", 0, 60, "2027-12-30T23:00:00Z"},
	} {
		var al domain.Date
		if c.al != "" {
			al = dayOf(t, c.al)
		}
		days, at, ok := domain.NextConvenzioneNotice(al, c.announced)
		if days != c.days || ok != (c.at != "") || ok && at.UTC().Format(time.RFC3339) != c.at {
			t.Errorf("%s: %d days, from %s, %v", name, days, at.UTC(), ok)
		}
	}
}

func TestOfSeveralNoticesMissedOnlyTheLastIsDue(t *testing.T) {
	t.Parallel()
	act := func(al string) domain.Convenzione {
		s := domain.Convenzione{}.Evolve(domain.ConvenzioneDrafted{Ente: enteID, Comune: "039002", Al: dayOf(t, al)}, domain.Meta{})
		return s.Evolve(domain.ConvenzioneActivated{Numero: 1, Al: dayOf(t, al)}, domain.Meta{})
	}
	for name, c := range map[string]struct {
		events []domain.Event
		at     string
		days   int
	}{
		"too early":                     {nil, "2026-10-31T22:59:59Z", 0},
		"the first":                     {nil, "2026-10-31T23:00:00Z", 60},
		"the second, the first missed":  {nil, "2026-12-01T10:00:00Z", 30},
		"the last, both missed":         {nil, "2026-12-31T22:00:00Z", 7},
		"the last, afterwards":          {nil, "2027-02-01T10:00:00Z", 7},
		"announced":                     {[]domain.Event{domain.ExpiryAnnounced{Giorni: 60}}, "2026-11-15T00:00:00Z", 0},
		"all announced":                 {[]domain.Event{domain.ExpiryAnnounced{Giorni: 60}, domain.ExpiryAnnounced{Giorni: 7}}, "2027-01-01T00:00:00Z", 0},
		"ended meanwhile":               {[]domain.Event{domain.ConvenzioneEnded{}}, "2026-12-30T00:00:00Z", 0},
		"suspended, which ends as well": {[]domain.Event{domain.ConvenzioneSuspended{}}, "2026-12-30T00:00:00Z", 7},
		"renewed": {[]domain.Event{domain.ExpiryAnnounced{Giorni: 60}, domain.ConvenzioneDrafted{Ente: enteID, Comune: "039002", Al: dayOf(t, "2028-12-31")},
			domain.ConvenzioneActivated{Numero: 2, Al: dayOf(t, "2028-12-31")}}, "2026-12-30T00:00:00Z", 0},
	} {
		s := act("2026-12-31")
		for _, e := range c.events {
			s = s.Evolve(e, domain.Meta{})
		}
		if days, due := s.ExpiryNotice(instantOf(t, c.at)); days != c.days || due != (c.days > 0) {
			t.Errorf("%s: %d, %v", name, days, due)
		}
	}
}

func TestAPersonIsAdmittedAnewByARoleAndByReinstatement(t *testing.T) {
	t.Parallel()
	first, later := instantOf(t, "2026-01-10T08:00:00Z"), instantOf(t, "2026-05-10T08:00:00Z")
	at, elsewhere := domain.Pair{Ente: enteID, Comune: "039002"}, domain.Pair{Ente: enteID, Comune: "039010"}
	u := domain.Utente{}.Evolve(domain.RoleGiven{Role: domain.RoleStandard, Ente: enteID, Comune: "039002"}, domain.Meta{At: first})
	u = u.Evolve(domain.UtenteSuspended{Ente: enteID, Comune: "039002"}, domain.Meta{At: first.Add(time.Hour)})
	if got := u.AdmittedAt(at); !got.Equal(first) {
		t.Errorf("once suspended: %s", got)
	}
	u = u.Evolve(domain.UtenteReinstated{Ente: enteID, Comune: "039002"}, domain.Meta{At: later})
	if got := u.AdmittedAt(at); !got.Equal(later) || !u.AdmittedAt(elsewhere).IsZero() {
		t.Errorf("once reinstated: %s, elsewhere %s", got, u.AdmittedAt(elsewhere))
	}
	c := domain.Comune{}.Evolve(domain.TopNamed{Utente: utenteID}, domain.Meta{At: first})
	if diff := cmp.Diff(first, c.NamedAt(utenteID)); diff != "" {
		t.Error(diff)
	}
	if c = c.Evolve(domain.TopRemoved{Utente: utenteID}, domain.Meta{}); !c.NamedAt(utenteID).IsZero() {
		t.Error("removed, and named still")
	}
}
