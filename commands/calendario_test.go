package commands_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

var (
	workdays = []int{1, 2, 3, 4, 5}
	// someWeek is a week with an afternoon, and yearEnd a time for which its office is shut.
	someWeek = []domain.Fascia{{Giorni: workdays, Dalle: "08:30", Alle: "12:30"}, {Giorni: []int{2, 4}, Dalle: "15:00", Alle: "17:30"}}
	yearEnd  = domain.Chiusura{Dal: data("2026-12-24"), Al: data("2027-01-02"), Motivo: "Chiusura di fine anno"}
	calendar = commands.SetCalendario{OreSilenzio: 18, Aperture: someWeek, SantoPatrono: "05-04", Chiusure: []domain.Chiusura{yearEnd}}
)

func setting(change func(*commands.SetCalendario)) commands.SetCalendario {
	return changed(calendar, func(c *commands.SetCalendario) {
		c.Aperture, c.Chiusure = slices.Clone(c.Aperture), slices.Clone(c.Chiusure)
		change(c)
	})
}

func TestSetCalendario(t *testing.T) {
	own(t, calendar)
	first := domain.CalendarioSet{Versione: 1, OreSilenzio: 18, Aperture: someWeek, SantoPatrono: "05-04", Chiusure: []domain.Chiusura{yearEnd}}
	later := setting(func(c *commands.SetCalendario) { c.Precedente, c.OreSilenzio = 1, 24 })
	second := changed(first, func(e *domain.CalendarioSet) { e.Versione, e.OreSilenzio = 2, 24 })
	turned := setting(func(c *commands.SetCalendario) {
		c.Aperture = []domain.Fascia{{Giorni: []int{4, 2, 2}, Dalle: "15:00", Alle: "17:30"}, someWeek[0]}
		c.Chiusure[0].Motivo = " Chiusura di fine anno "
	})
	asIs := commands.SetCalendario{OreSilenzio: ancona.OreSilenzio, SantoPatrono: ancona.SantoPatrono, Aperture: []domain.Fascia{{Giorni: workdays, Dalle: "08:00", Alle: "14:00"}}}
	asksBeyond := func(s *domain.Standing) {
		s.Assignments = []domain.Assignment{{ProfileGrant: domain.ProfileGrant{Ente: ente, Comune: comune, Profile: prof}, Nazionale: true}}
	}
	closed := setting(func(c *commands.SetCalendario) { c.Aperture = nil })
	runSetup(t, string(comune), map[string]setup[domain.Comune]{
		"the first version":               {given: events(ancona), by: luisa, when: calendar, then: events(first)},
		"what holds already is none":      {given: events(ancona), by: luisa, when: asIs},
		"the same is none":                {given: events(ancona, first), by: luisa, when: calendar},
		"in whatever order":               {given: events(ancona, first), by: luisa, when: turned},
		"the next":                        {given: events(ancona, first), by: luisa, when: later, then: events(second)},
		"and back":                        {given: events(ancona, first, second), by: luisa, when: setting(func(c *commands.SetCalendario) { c.Precedente = 2 }), then: events(changed(first, func(e *domain.CalendarioSet) { e.Versione = 3 }))},
		"not over one not seen":           {given: events(ancona, first, second), by: luisa, when: setting(func(c *commands.SetCalendario) { c.Precedente = 1 }), fails: domain.Conflict, field: "precedente"},
		"nor after one that is not there": {given: events(ancona), by: luisa, when: later, fails: domain.Conflict, field: "precedente"},
		"one that never opens":            {given: events(ancona), by: luisa, when: closed, then: events(changed(first, func(e *domain.CalendarioSet) { e.Aperture = nil }))},
		"other words for a closure are a change": {given: events(ancona, first), by: luisa, when: setting(func(c *commands.SetCalendario) { c.Precedente, c.Chiusure[0].Motivo = 1, "Trasloco" }), then: events(changed(first, func(e *domain.CalendarioSet) {
			e.Versione, e.Chiusure = 2, []domain.Chiusura{{Dal: yearEnd.Dal, Al: yearEnd.Al, Motivo: "Trasloco"}}
		}))},
		"not opened further by who asks nationally": {given: events(ancona), by: luisa, also: asksBeyond, when: calendar, fails: domain.Forbidden},
		"nor with fewer hours":                      {given: events(ancona, second), by: luisa, also: asksBeyond, when: setting(func(c *commands.SetCalendario) { c.Precedente = 2 }), fails: domain.Forbidden},
		"nor with any, where silence never confirmed": {given: events(changed(ancona, func(e *domain.ComuneRegistered) { e.OreSilenzio = 0 })), by: luisa, also: asksBeyond, fails: domain.Forbidden,
			when: setting(func(c *commands.SetCalendario) {
				c.SantoPatrono, c.Aperture = ancona.SantoPatrono, []domain.Fascia{{Giorni: []int{1}, Dalle: "09:00", Alle: "10:00"}}
			})},
		"who may close the office, and lengthen terms": {given: events(ancona, first), by: luisa, also: asksBeyond, when: later, then: events(second)},
		"no hours":                 {given: events(ancona), by: luisa, when: setting(func(c *commands.SetCalendario) { c.OreSilenzio = 0 }), fails: domain.Invalid, field: "ore_silenzio"},
		"too many":                 {given: events(ancona), by: luisa, when: setting(func(c *commands.SetCalendario) { c.OreSilenzio = 1001 }), fails: domain.Invalid, field: "ore_silenzio"},
		"a saint of no day":        {given: events(ancona), by: luisa, when: setting(func(c *commands.SetCalendario) { c.SantoPatrono = "02-30" }), fails: domain.Invalid, field: "santo_patrono"},
		"the day before the month": {given: events(ancona), by: luisa, when: setting(func(c *commands.SetCalendario) { c.SantoPatrono = "29-09" }), fails: domain.Invalid, field: "santo_patrono"},
		"on a leap day":            {given: events(ancona), by: luisa, when: setting(func(c *commands.SetCalendario) { c.SantoPatrono = "02-29" }), then: events(changed(first, func(e *domain.CalendarioSet) { e.SantoPatrono = "02-29" }))},
		"shut for as long as can be": {given: events(ancona), by: luisa, when: setting(func(c *commands.SetCalendario) { c.Chiusure[0].Al = data("2027-12-24") }), then: events(changed(first, func(e *domain.CalendarioSet) {
			e.Chiusure = []domain.Chiusura{{Dal: yearEnd.Dal, Al: data("2027-12-24"), Motivo: yearEnd.Motivo}}
		}))},
		"by who asked nationally elsewhere, no hindrance": {given: events(ancona), by: luisa, when: calendar, then: events(first), also: func(s *domain.Standing) {
			s.Assignments = []domain.Assignment{{ProfileGrant: domain.ProfileGrant{Ente: ente, Comune: altro, Profile: prof}, Nazionale: true}}
		}},
	})
}

// What is wrong with a calendar is said by the item it is wrong with.
func TestACalendarThatIsNoneNamesTheItem(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*commands.SetCalendario)
		field  string
		says   string
	}{
		"of no day":               {func(c *commands.SetCalendario) { c.Aperture[1].Giorni = nil }, "aperture", "l'apertura 2 è di nessun giorno"},
		"of an eighth day":        {func(c *commands.SetCalendario) { c.Aperture[1].Giorni = []int{8} }, "aperture", "l'apertura 2 vuole giorni da 1 a 7"},
		"at no time":              {func(c *commands.SetCalendario) { c.Aperture[0].Dalle = "" }, "aperture", "l'apertura 1 vuole giorni da 1 a 7 e due ore"},
		"at an hour there is not": {func(c *commands.SetCalendario) { c.Aperture[0].Alle = "25:00" }, "aperture", "l'apertura 1 vuole"},
		"closing before it opens": {func(c *commands.SetCalendario) { c.Aperture[1].Alle = "14:00" }, "aperture", "l'apertura 2 chiude alle 14:00, prima di aprire alle 15:00"},
		"closing as it opens":     {func(c *commands.SetCalendario) { c.Aperture[1].Alle = "15:00" }, "aperture", "l'apertura 2 chiude alle 15:00"},
		"at the same time":        {func(c *commands.SetCalendario) { c.Aperture[1].Dalle = "12:29" }, "aperture", "di martedì le aperture 08:30–12:30 e 12:29–17:30 si sovrappongono"},
		"twice":                   {func(c *commands.SetCalendario) { c.Aperture = append(c.Aperture, c.Aperture[1]) }, "aperture", "di martedì le aperture 15:00–17:30 e 15:00–17:30"},
		"in too many parts":       {func(c *commands.SetCalendario) { c.Aperture = make([]domain.Fascia, 22) }, "aperture", "al più 21"},
		"shut too often":          {func(c *commands.SetCalendario) { c.Chiusure = make([]domain.Chiusura, 61) }, "chiusure", "al più 60"},
		"shut from no day":        {func(c *commands.SetCalendario) { c.Chiusure[0].Dal = data("2026-12") }, "chiusure", "la chiusura 1 vuole il primo e l'ultimo giorno"},
		"open before it was shut": {func(c *commands.SetCalendario) {
			c.Chiusure = append(c.Chiusure, domain.Chiusura{Dal: yearEnd.Al, Al: yearEnd.Dal, Motivo: "x"})
		}, "chiusure", "la chiusura 2 finisce il 24/12/2026, prima di cominciare il 02/01/2027"},
		"shut for more than a year": {func(c *commands.SetCalendario) { c.Chiusure[0].Al = data("2027-12-25") }, "chiusure", "la chiusura 1 dura più di 366 giorni"},
		"shut without a reason":     {func(c *commands.SetCalendario) { c.Chiusure[0].Motivo = " " }, "chiusure", "la chiusura 1 vuole un motivo"},
		"for a reason of two lines": {func(c *commands.SetCalendario) { c.Chiusure[0].Motivo = "a\nb" }, "chiusure", "la chiusura 1 vuole un motivo"},
		"for too long a reason":     {func(c *commands.SetCalendario) { c.Chiusure[0].Motivo = strings.Repeat("è", 201) }, "chiusure", "la chiusura 1 vuole un motivo"},
	} {
		s := setup[domain.Comune]{given: events(ancona), by: luisa, when: setting(c.change), fails: domain.Invalid, field: c.field}
		runSetup(t, string(comune), map[string]setup[domain.Comune]{name: s})
		if _, err := s.when.Decide(s.inputs(string(comune))); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
}

// A request awaits silence by the calendar that is in force as it begins to wait, and
// names it.
func TestARequestNamesTheCalendarOfItsTerm(t *testing.T) {
	look := commands.LookBeyond{Attempt: 1, ANPR: "4711"}
	by := func(set domain.CalendarioSet) func(*given) {
		return func(g *given) { g.Parties.Comune.Calendari.InForce = set }
	}
	always := []domain.Fascia{{Giorni: []int{1, 2, 3, 4, 5, 6, 7}, Dalle: "00:00", Alle: "24:00"}}
	due, tomorrow := now.Add(5*time.Hour), time.Date(2026, 11, 24, 23, 0, 0, 0, time.UTC)
	run(t, map[string]spec{
		"of a version": {given: events(silent, sought), by: domain.Sistema, when: look, but: by(domain.CalendarioSet{Versione: 4, OreSilenzio: 5, Aperture: always}),
			then: events(absent, domain.ConfirmationAwaited{Due: &due, Calendario: 4})},
		"no term while the office never opens": {given: events(silent, sought), by: domain.Sistema, when: look, but: by(domain.CalendarioSet{Versione: 5, OreSilenzio: 5}),
			then: events(absent, domain.ConfirmationAwaited{Scade: &expires, Calendario: 5})},
		"which says after how many days it expires": {given: events(national, sought), by: domain.Sistema, when: look, but: by(domain.CalendarioSet{Versione: 6, OreSilenzio: 5, GiorniAttesa: 1, Aperture: always}),
			then: events(absent, domain.ConfirmationAwaited{Scade: &tomorrow, Calendario: 6})},
	})
}
