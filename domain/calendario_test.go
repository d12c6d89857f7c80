package domain_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/domain"
)

// every is a window of every day of a week.
func every(from, to string) domain.Fascia {
	return domain.Fascia{Giorni: []int{1, 2, 3, 4, 5, 6, 7}, Dalle: from, Alle: to}
}

// shut is a time for which an office is closed.
func shut(t *testing.T, from, to string) domain.Chiusura {
	t.Helper()
	dal, err1 := domain.ParseDate(from)
	al, err2 := domain.ParseDate(to)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	return domain.Chiusura{Dal: dal, Al: al, Motivo: "Inventario"}
}

// What a Comune sets says when silence confirms, to the minute: over nights on which the
// clocks change, ends of years, leap days and whatever shuts the office.
func TestTheTermByACalendarThatWasSet(t *testing.T) {
	t.Parallel()
	day := domain.Fascia{Giorni: []int{1, 2, 3, 4, 5}, Dalle: "08:30", Alle: "12:30"}
	twice := domain.CalendarioSet{Versione: 3, OreSilenzio: 6, Aperture: []domain.Fascia{day, {Giorni: []int{2, 4}, Dalle: "15:00", Alle: "17:30"}}, SantoPatrono: "09-29"}
	night := domain.CalendarioSet{Aperture: []domain.Fascia{every("22:00", "24:00"), every("00:00", "06:00")}}
	always := domain.CalendarioSet{Aperture: []domain.Fascia{every("00:00", "24:00")}}
	small := domain.CalendarioSet{Aperture: []domain.Fascia{every("01:00", "02:30"), every("02:30", "03:30")}}
	august := twice
	august.Chiusure = []domain.Chiusura{shut(t, "2026-08-10", "2026-08-21"), shut(t, "2026-08-20", "2026-08-28")}
	works := twice
	works.Chiusure = []domain.Chiusura{shut(t, "2026-11-30", "2027-03-14")}
	eve := twice
	eve.Chiusure = []domain.Chiusura{shut(t, "2026-12-24", "2026-12-31")}
	for name, c := range map[string]struct {
		from string
		ore  int
		set  domain.CalendarioSet
		want string
	}{
		"the Comune's own term where none is asked for": {"2026-11-23 08:30", 0, twice, "2026-11-24 10:30"},
		"over the break of the same day":                {"2026-11-24 11:30", 2, twice, "2026-11-24 16:00"},
		"asked during the break":                        {"2026-11-24 13:00", 1, twice, "2026-11-24 16:00"},
		"ends as the morning does":                      {"2026-11-24 11:30", 1, twice, "2026-11-24 12:30"},
		"asked as the afternoon ends":                   {"2026-11-24 17:30", 1, twice, "2026-11-25 09:30"},
		"over the weekend":                              {"2026-11-27 12:00", 1, twice, "2026-11-30 09:00"},
		"over New Year and a weekend":                   {"2027-12-31 12:00", 1, twice, "2028-01-03 09:00"},
		"on the afternoon of 31 December":               {"2026-12-31 12:00", 1, twice, "2026-12-31 15:30"},
		"over a year that ends in a closure":            {"2026-12-23 12:00", 1, eve, "2027-01-04 09:00"},
		"over a leap day that is a Tuesday":             {"2028-02-28 12:00", 8, twice, "2028-03-01 09:30"},
		"on a leap day":                                 {"2028-02-29 08:30", 2, twice, "2028-02-29 10:30"},
		"over the end of a February without one":        {"2027-02-26 12:00", 1, twice, "2027-03-01 09:00"},
		"over the patron saint's day":                   {"2026-09-28 12:00", 1, twice, "2026-09-30 09:00"},
		"over Easter Monday":                            {"2027-03-26 12:00", 1, twice, "2027-03-30 09:00"},
		"over 25 April, a Tuesday":                      {"2028-04-24 12:00", 1, twice, "2028-04-26 09:00"},
		"over 2 June":                                   {"2026-06-01 12:00", 1, twice, "2026-06-03 09:00"},
		"over closures that overlap":                    {"2026-08-07 12:00", 1, august, "2026-08-31 09:00"},
		"asked while it is shut":                        {"2026-08-14 09:00", 1, august, "2026-08-31 09:30"},
		"asked before what does not concern it":         {"2026-08-06 08:30", 2, august, "2026-08-06 10:30"},
		"shut for longer than holidays explain":         {"2026-11-27 12:00", 1, works, "2027-03-15 09:00"},
		// The night of 28 to 29 March 2026 has an hour less, that of 24 to 25 October one more.
		"at night, before summer time":             {"2026-03-27 22:00", 8, night, "2026-03-28 06:00"},
		"at night, as it begins":                   {"2026-03-28 22:00", 8, night, "2026-03-29 23:00"},
		"at night, as it begins, seven hours":      {"2026-03-28 22:00", 7, night, "2026-03-29 06:00"},
		"at night, as it ends":                     {"2026-10-24 22:00", 8, night, "2026-10-25 05:00"},
		"at night, as it ends, nine hours":         {"2026-10-24 22:00", 9, night, "2026-10-25 06:00"},
		"at night, as it ends, at two":             {"2026-10-24 22:00", 4, night, "2026-10-25T00:00:00Z"},
		"at night, as it ends, at two again":       {"2026-10-24 22:00", 5, night, "2026-10-25T01:00:00Z"},
		"the clock around, as summer time begins":  {"2026-03-29 00:00", 23, always, "2026-03-30 00:00"},
		"the clock around, as it ends":             {"2026-10-25 00:00", 25, always, "2026-10-26 00:00"},
		"openings that the skipped hour cuts":      {"2026-03-29 00:00", 1, small, "2026-03-29 03:00"},
		"and joins":                                {"2026-03-29 00:30", 2, small, "2026-03-30 01:30"},
		"openings that the repeated hour prolongs": {"2026-10-25 00:00", 3, small, "2026-10-25 03:00"},
	} {
		want, err := time.Parse(time.RFC3339, c.want)
		if err != nil {
			want = roma(t, c.want)
		}
		if got := c.set.SilenceDue(roma(t, c.from), c.ore); !got.Equal(want) {
			t.Errorf("%s: due %s", name, domain.ItalianTime(got))
		}
	}
}

func TestACalendarByWhichSilenceNeverConfirms(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]domain.CalendarioSet{
		"no opening":                     {OreSilenzio: 12},
		"only openings that cannot be":   {OreSilenzio: 12, Aperture: []domain.Fascia{{Giorni: []int{1}, Dalle: "14:00", Alle: "08:00"}, {Giorni: []int{0, 8}, Dalle: "08:00", Alle: "14:00"}}},
		"no term":                        {Aperture: []domain.Fascia{every("08:00", "14:00")}},
		"open on holidays and then only": {OreSilenzio: 1, Aperture: []domain.Fascia{{Giorni: []int{7}, Dalle: "02:00", Alle: "02:00"}}},
	} {
		if due := set.SilenceDue(mattina, 0); !due.IsZero() {
			t.Errorf("%s: due at %s", name, due)
		}
	}
}

// A Comune goes by the calendar it has set last, and before the first by what it was
// registered with; a term that runs stays as it was told.
func TestTheCalendarOfAComune(t *testing.T) {
	t.Parallel()
	registered := domain.ComuneRegistered{ISTAT: "039002", OreSilenzio: 12, SantoPatrono: "09-29"}
	set := golden["comune.calendar-set.v1"].(domain.CalendarioSet)
	at := roma(t, "2026-11-23 08:00")
	comune := fold(domain.Comune{}, []domain.Event{registered})
	due, versione := comune.SilenceDue(at, 0)
	if versione != 0 || !due.Equal(roma(t, "2026-11-24 14:00")) || comune.OreSilenzio() != 12 || len(comune.Calendar().Open(domain.Date{Year: 2026, Month: 9, Day: 29})) != 0 {
		t.Errorf("before the first: version %d, due at %s: %+v", versione, due, comune.Calendario())
	}
	waiting := fold(domain.Visura{}, []domain.Event{domain.VisuraRequested{Conferma: domain.SilenzioAssenso}, domain.ConfirmationAwaited{Due: &due, Calendario: versione}})
	changed := fold(domain.Comune{}, []domain.Event{registered, set, domain.ComuneRegistered{ISTAT: "039002", Nome: "Altro", OreSilenzio: 99, SantoPatrono: "01-02"}})
	if changed.Calendario().Versione != set.Versione || changed.OreSilenzio() != set.OreSilenzio || changed.Calendar().SantoPatrono != set.SantoPatrono {
		t.Errorf("what is registered later does not replace it: %+v", changed.Calendario())
	}
	if got, v := changed.SilenceDue(at, 0); got.Equal(due) || v != set.Versione {
		t.Errorf("asked now: version %d, due at %s", v, got)
	}
	if !waiting.Due.Equal(due) || waiting.Next(due.Add(-time.Second)) != domain.AwaitConfirmation || waiting.Next(due) != domain.ApproveBySilence {
		t.Errorf("what waits is due at %s, was told %s", waiting.Due, due)
	}
}

// One calendar is wider than another where there is an instant at which the office is
// open by it alone, holidays aside.
func TestWiderIsOpenAtAnInstantMore(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		set  func(*domain.CalendarioSet)
		want bool
	}{
		"the same": {func(*domain.CalendarioSet) {}, false},
		"in parts": {func(e *domain.CalendarioSet) {
			e.Aperture = []domain.Fascia{every("08:00", "11:00"), every("11:00", "14:00")}
		}, false},
		"with a break": {func(e *domain.CalendarioSet) {
			e.Aperture = []domain.Fascia{every("08:00", "10:00"), every("11:00", "14:00")}
		}, false},
		"a minute sooner":         {func(e *domain.CalendarioSet) { e.Aperture = []domain.Fascia{every("07:59", "14:00")} }, true},
		"a minute later":          {func(e *domain.CalendarioSet) { e.Aperture = []domain.Fascia{every("08:00", "14:01")} }, true},
		"as long, at other times": {func(e *domain.CalendarioSet) { e.Aperture = []domain.Fascia{every("09:00", "15:00")} }, true},
		"never":                   {func(e *domain.CalendarioSet) { e.Aperture = nil }, false},
		"shut for longer":         {func(e *domain.CalendarioSet) { e.Chiusure = []domain.Chiusura{shut(t, "2026-12-23", "2027-01-05")} }, false},
		"shut in two": {func(e *domain.CalendarioSet) {
			e.Chiusure = []domain.Chiusura{shut(t, "2026-12-24", "2026-12-28"), shut(t, "2026-12-29", "2027-01-02")}
		}, false},
		"shut for a day less":             {func(e *domain.CalendarioSet) { e.Chiusure = []domain.Chiusura{shut(t, "2026-12-24", "2027-01-01")} }, true},
		"for a day less that is over":     {func(e *domain.CalendarioSet) { e.Chiusure = []domain.Chiusura{shut(t, "2026-12-25", "2027-01-02")} }, false},
		"without the patron saint":        {func(e *domain.CalendarioSet) { e.SantoPatrono = "" }, true},
		"with another":                    {func(e *domain.CalendarioSet) { e.SantoPatrono = "01-02" }, true},
		"fewer hours are no more opening": {func(e *domain.CalendarioSet) { e.OreSilenzio = 1 }, false},
	} {
		was := domain.CalendarioSet{OreSilenzio: 12, Aperture: []domain.Fascia{every("08:00", "14:00")}, SantoPatrono: "09-29", Chiusure: []domain.Chiusura{shut(t, "2026-12-24", "2027-01-02")}}
		next := was
		c.set(&next)
		if got := next.Calendar().Wider(was.Calendar(), domain.Date{Year: 2026, Month: 12, Day: 25}); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		was, next := officeHours.Draw(t, "was"), officeHours.Draw(t, "next")
		from := anyInstant.Draw(t, "from").Truncate(time.Minute)
		if next.Wider(was, domain.ItalianDay(from)) {
			return
		}
		if hours := rapid.IntRange(1, 30).Draw(t, "hours"); !domain.SilenceDue(from, hours, next).IsZero() && domain.SilenceDue(from, hours, next).Before(domain.SilenceDue(from, hours, was)) {
			t.Fatal("a calendar that is not wider ends a term sooner")
		}
	})
}

// What is shown of a change are the instants at which it is felt, each once and in order.
func TestTermsAreComparedWhereCalendarsDiffer(t *testing.T) {
	t.Parallel()
	was := domain.CalendarioSet{OreSilenzio: 6, Aperture: []domain.Fascia{every("08:00", "14:00")}, SantoPatrono: "09-29"}
	shutNow := was
	shutNow.Chiusure = []domain.Chiusura{shut(t, "2026-11-20", "2026-11-24"), shut(t, "2026-12-24", "2026-12-31"), shut(t, "2026-12-05", "2026-12-05"), shut(t, "2027-08-09", "2027-08-20"), shut(t, "2027-12-24", "2027-12-31")}
	leap, never := was, was
	leap.SantoPatrono, never.Aperture = "02-29", nil
	for name, c := range map[string]struct {
		next domain.CalendarioSet
		want []string // when asked, by the one and by the other; - is never
	}{
		"nothing": {was, []string{"2026-11-23 10:00 > 2026-11-24 10:00", "2026-11-27 10:00 > 2026-11-28 10:00", "2026-12-31 10:00 > 2027-01-02 10:00", "2027-09-28 10:00 > 2027-09-30 10:00"}},
		"closures": {shutNow, []string{
			"2026-11-23 10:00 > 2026-11-24 10:00 2026-11-25 14:00", "2026-11-27 10:00 > 2026-11-28 10:00", "2026-12-04 10:00 > 2026-12-05 10:00 2026-12-06 10:00",
			"2026-12-23 10:00 > 2026-12-24 10:00 2027-01-02 10:00", "2026-12-31 10:00 > 2027-01-02 10:00 2027-01-02 14:00", "2027-08-08 10:00 > 2027-08-09 10:00 2027-08-21 10:00", "2027-09-28 10:00 > 2027-09-30 10:00",
		}},
		"a saint of leap years": {leap, []string{
			"2026-11-23 10:00 > 2026-11-24 10:00", "2026-11-27 10:00 > 2026-11-28 10:00", "2026-12-31 10:00 > 2027-01-02 10:00", "2027-09-28 10:00 > 2027-09-30 10:00 2027-09-29 10:00",
			"2028-02-28 10:00 > 2028-02-29 10:00 2028-03-01 10:00",
		}},
		"no opening": {never, []string{"2026-11-23 10:00 > 2026-11-24 10:00 -", "2026-11-27 10:00 > 2026-11-28 10:00 -", "2026-12-31 10:00 > 2027-01-02 10:00 -", "2027-09-28 10:00 > 2027-09-30 10:00 -"}},
	} {
		var got []string
		clock := func(at *time.Time) string {
			if at == nil {
				return "-"
			}
			return domain.ItalianTime(*at).Format("2006-01-02 15:04")
		}
		for _, term := range was.Compare(c.next, roma(t, "2026-11-23 10:00")) {
			line := clock(&term.At) + " > " + clock(term.Prima)
			if term.Differs() {
				line += " " + clock(term.Dopo)
			}
			got = append(got, line)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	friday := was.Compare(was, roma(t, "2026-11-27 11:00"))
	if len(friday) < 2 || !friday[1].At.Equal(roma(t, "2026-12-04 10:00")) {
		t.Errorf("on a Friday the next one counts: %+v", friday)
	}
}
