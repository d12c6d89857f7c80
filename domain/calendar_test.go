package domain_test

import (
	"testing"
	"time"
	_ "time/tzdata" // the zone files the clocks of Italy are held against

	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/domain"
)

// roma reads a time off the clocks of Italy.
func roma(t *testing.T, s string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestTermineSilenzio(t *testing.T) {
	t.Parallel()
	bagnacavallo := domain.Comune{ComuneRegistered: domain.ComuneRegistered{SantoPatrono: "09-29"}}.Calendar()
	sempre := domain.Calendar{}
	for day := range sempre.Hours {
		sempre.Hours[day] = []domain.Opening{{To: 24 * time.Hour}}
	}
	for name, c := range map[string]struct {
		from string
		ore  int
		cal  domain.Calendar
		want string
	}{
		"within the morning":                     {"2026-11-23 09:30", 2, bagnacavallo, "2026-11-23 11:30"},
		"to the minute of closing":               {"2026-11-23 10:00", 4, bagnacavallo, "2026-11-23 14:00"},
		"asked at night, counts from opening":    {"2026-11-23 03:00", 1, bagnacavallo, "2026-11-23 09:00"},
		"asked at opening":                       {"2026-11-23 08:00", 6, bagnacavallo, "2026-11-23 14:00"},
		"asked at closing":                       {"2026-11-23 14:00", 1, bagnacavallo, "2026-11-24 09:00"},
		"an hour more than the day has":          {"2026-11-23 08:00", 7, bagnacavallo, "2026-11-24 09:00"},
		"over a weekend":                         {"2026-11-27 13:00", 2, bagnacavallo, "2026-11-30 09:00"},
		"four days of six hours":                 {"2026-11-23 09:30", 24, bagnacavallo, "2026-11-27 09:30"},
		"over the Immacolata, a Tuesday":         {"2026-12-07 13:00", 2, bagnacavallo, "2026-12-09 09:00"},
		"over Christmas and Santo Stefano":       {"2026-12-24 13:00", 2, bagnacavallo, "2026-12-28 09:00"},
		"over New Year's Day":                    {"2026-12-31 13:00", 2, bagnacavallo, "2027-01-04 09:00"},
		"over the Epiphany":                      {"2027-01-05 13:00", 2, bagnacavallo, "2027-01-07 09:00"},
		"over Easter Monday":                     {"2027-03-26 13:00", 2, bagnacavallo, "2027-03-30 09:00"},
		"over the patron saint's day":            {"2026-09-28 13:00", 2, bagnacavallo, "2026-09-30 09:00"},
		"a patron saint elsewhere is a work day": {"2026-09-28 13:00", 2, domain.Comune{}.Calendar(), "2026-09-29 09:00"},
		"4 October 2027, a Monday, is a holiday": {"2027-10-01 13:00", 2, bagnacavallo, "2027-10-05 09:00"},
		"4 October 2024, a Friday, was none":     {"2024-10-03 13:00", 2, bagnacavallo, "2024-10-04 09:00"},
		"across the start of summer time":        {"2026-03-27 13:00", 2, bagnacavallo, "2026-03-30 09:00"},
		"across its end":                         {"2026-10-23 13:00", 2, bagnacavallo, "2026-10-26 09:00"},
		"the day of 23 hours has 23":             {"2026-03-28 23:00", 25, sempre, "2026-03-30 01:00"},
		"the day of 25 hours has 25":             {"2026-10-24 23:00", 25, sempre, "2026-10-25 23:00"},
		"no hours are no wait":                   {"2026-11-28 03:00", 0, bagnacavallo, "2026-11-28 03:00"},
	} {
		if got := domain.SilenceDue(roma(t, c.from), c.ore, c.cal); !got.Equal(roma(t, c.want)) {
			t.Errorf("%s: %s", name, domain.ItalianTime(got))
		}
	}
}

func TestAnOfficeThatNeverOpensNeverConsents(t *testing.T) {
	t.Parallel()
	if got := domain.SilenceDue(mattina, 1, domain.Calendar{}); !got.IsZero() {
		t.Errorf("term at %s", got)
	}
}

func TestTheTermFallsWithinOpeningHoursAndGrowsWithThem(t *testing.T) {
	t.Parallel()
	cal := domain.Comune{ComuneRegistered: domain.ComuneRegistered{SantoPatrono: "06-24"}}.Calendar()
	rapid.Check(t, func(t *rapid.T) {
		from := mattina.Add(time.Duration(rapid.Int64Range(0, 10*365*24*3600).Draw(t, "from")) * time.Second)
		ore := rapid.IntRange(1, 200).Draw(t, "ore")
		due := domain.SilenceDue(from, ore, cal)
		there := domain.ItalianTime(due)
		openings := cal.Open(domain.DateOf(there))
		clock := time.Duration(there.Hour())*time.Hour + time.Duration(there.Minute())*time.Minute + time.Duration(there.Second())*time.Second
		switch {
		case len(openings) != 1 || clock < openings[0].From || clock > openings[0].To:
			t.Fatalf("due when the office is closed: %s", there)
		case due.Sub(from) < time.Duration(ore)*time.Hour:
			t.Fatalf("%d hours are over after %s", ore, due.Sub(from))
		case !domain.SilenceDue(from, ore+1, cal).After(due):
			t.Fatal("an hour more ends no later")
		case cal.OpenBetween(from, due) != time.Duration(ore)*time.Hour:
			t.Fatalf("%d hours are %s of office time", ore, cal.OpenBetween(from, due))
		case domain.SilenceDue(from.Add(time.Minute), ore, cal).Before(due):
			t.Fatal("who asks later is answered sooner")
		}
	})
}

func TestPasqua(t *testing.T) {
	t.Parallel()
	for want, anno := range map[string]int{
		"1818-03-22": 1818, "1943-04-25": 1943, "1954-04-18": 1954, "1961-04-02": 1961, "2000-04-23": 2000, "2008-03-23": 2008,
		"2011-04-24": 2011, "2024-03-31": 2024, "2025-04-20": 2025, "2026-04-05": 2026, "2027-03-28": 2027, "2028-04-16": 2028,
		"2030-04-21": 2030, "2038-04-25": 2038, "2076-04-19": 2076, "2285-03-22": 2285,
	} {
		if got := domain.Easter(anno).String(); got != want {
			t.Errorf("Easter %d is on %s, want %s", anno, got, want)
		}
	}
}

func TestFestivo(t *testing.T) {
	t.Parallel()
	for day, want := range map[string]bool{
		"2026-01-01": true, "2026-01-06": true, "2026-04-05": true, "2026-04-06": true, "2026-04-25": true, "2026-05-01": true,
		"2026-06-02": true, "2026-08-15": true, "2026-10-04": true, "2026-11-01": true, "2026-12-08": true, "2026-12-25": true,
		"2026-12-26": true, "2025-10-04": false, "2026-04-04": false, "2026-04-07": false, "2026-12-24": false, "2026-12-31": false,
		"2026-03-19": false, "2026-11-02": false,
	} {
		d, err := domain.ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		if got := domain.Holiday(d); got != want {
			t.Errorf("%s: holiday %v, want %v", day, got, want)
		}
	}
}

func TestOraItalianaAgreesWithTheTimeZoneFiles(t *testing.T) {
	t.Parallel()
	zone := roma(t, "2026-01-01 00:00").Location()
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(852076800, 2145916800).Draw(t, "at"), 0) // 1997 to 2037
		if got, want := domain.ItalianTime(at), at.In(zone); got.Format(time.RFC3339) != want.Format(time.RFC3339) {
			t.Fatalf("%s, want %s", got, want)
		}
	})
}
