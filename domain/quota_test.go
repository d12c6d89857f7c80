package domain_test

import (
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// A period is a civil one of Italy, whatever the clocks do in it.
func TestAQuotaCountsInCivilPeriodsOfItaly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		per          domain.Periodo
		at, from, to string
	}{
		"a minute":                           {domain.AlMinuto, "2026-11-30T10:41:59.9Z", "2026-11-30T10:41:00Z", "2026-11-30T10:42:00Z"},
		"its first instant":                  {domain.AlMinuto, "2026-11-30T10:42:00Z", "2026-11-30T10:42:00Z", "2026-11-30T10:43:00Z"},
		"a day of winter":                    {domain.AlGiorno, "2026-11-30T12:00:00Z", "2026-11-29T23:00:00Z", "2026-11-30T23:00:00Z"},
		"the last instant before midnight":   {domain.AlGiorno, "2026-11-30T22:59:59.999Z", "2026-11-29T23:00:00Z", "2026-11-30T23:00:00Z"},
		"midnight":                           {domain.AlGiorno, "2026-11-30T23:00:00Z", "2026-11-30T23:00:00Z", "2026-12-01T23:00:00Z"},
		"a day of summer":                    {domain.AlGiorno, "2026-07-01T22:00:00Z", "2026-07-01T22:00:00Z", "2026-07-02T22:00:00Z"},
		"the day of 23 hours":                {domain.AlGiorno, "2026-03-29T01:30:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},
		"the day of 25 hours":                {domain.AlGiorno, "2026-10-25T01:30:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"},
		"a minute in the hour that is twice": {domain.AlMinuto, "2026-10-25T00:30:10Z", "2026-10-25T00:30:00Z", "2026-10-25T00:31:00Z"},
		"the last instant of a month":        {domain.AlMese, "2026-11-30T22:59:59Z", "2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z"},
		"the first of the next":              {domain.AlMese, "2026-11-30T23:00:00Z", "2026-11-30T23:00:00Z", "2026-12-31T23:00:00Z"},
		"a month in which summer begins":     {domain.AlMese, "2026-03-15T12:00:00Z", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"},
		"a leap February":                    {domain.AlMese, "2028-02-29T12:00:00Z", "2028-01-31T23:00:00Z", "2028-02-29T23:00:00Z"},
		"the turn of a year":                 {domain.AlMese, "2026-12-31T23:30:00Z", "2026-12-31T23:00:00Z", "2027-01-31T23:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			from, to := domain.Quota{Per: c.per}.Window(instant(t, c.at))
			if got := from.Format(time.RFC3339); got != c.from {
				t.Errorf("from %s, want %s", got, c.from)
			}
			if got := to.Format(time.RFC3339); got != c.to {
				t.Errorf("to %s, want %s", got, c.to)
			}
		})
	}
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Whose requests count together, and which people are one.
func TestWhatARequestCountsAs(t *testing.T) {
	t.Parallel()
	at := domain.Meta{At: instant(t, "2026-11-30T10:00:00Z"), By: domain.Actor{Utente: utenteID, Ente: enteID}}
	other := at
	other.By.Utente = "00000000-0000-4000-8000-000000000009"
	later := at
	later.At = instant(t, "2026-11-30T23:00:00Z")
	request := func(pratica, token string) domain.VisuraRequested {
		return domain.VisuraRequested{Comune: "039002", Ente: enteID, SubjectToken: token, Purpose: domain.Purpose{NumeroPratica: pratica}}
	}
	voce := func(q domain.Quota, r domain.VisuraRequested, m domain.Meta) domain.Voce {
		q.Limite = 5
		r.Quote = []domain.QuotaContata{{Quota: q}}
		return r.Voci(m)[0]
	}
	mine, theirs := domain.Quota{Di: domain.DiUtente, Misura: domain.Richieste, Per: domain.AlGiorno}, domain.Quota{Di: domain.DiEnte, Misura: domain.Richieste, Per: domain.AlGiorno}
	people, practice := domain.Quota{Di: domain.DiEnte, Misura: domain.Soggetti, Per: domain.AlGiorno}, domain.Quota{Di: domain.DiEnte, Misura: domain.SoggettiPratica, Per: domain.AlMese}
	same := func(what string, a, b domain.Voce, count, person bool) {
		t.Helper()
		if (a.Chiave == b.Chiave) != count || (a.Persona == b.Persona) != person {
			t.Errorf("%s: %+v and %+v", what, a, b)
		}
	}
	one := request("1/2026", "x")
	same("two requests of a person", voce(mine, one, at), voce(mine, one, at), true, true)
	same("of two people", voce(mine, one, at), voce(mine, one, other), false, true)
	same("of two people of an Ente", voce(theirs, one, at), voce(theirs, one, other), true, true)
	same("after midnight", voce(mine, one, at), voce(mine, one, later), false, true)
	same("twice about one", voce(people, one, at), voce(people, one, at), true, true)
	same("about two", voce(people, one, at), voce(people, request("1/2026", "y"), at), true, false)
	same("about one on another day", voce(people, one, at), voce(people, one, later), false, false)
	same("for two practices", voce(practice, one, at), voce(practice, request("2/2026", "y"), at), false, false)
	erased := request("1/2026", "")
	erased.Quote = []domain.QuotaContata{{Quota: mine}, {Quota: people}}
	if got := erased.Voci(at); len(got) != 1 {
		t.Errorf("of an erased person: %+v", got)
	}
}
