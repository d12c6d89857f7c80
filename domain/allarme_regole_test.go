package domain_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/domain"
)

// utc is an instant given as it is read in UTC.
func utc(t *testing.T, s string) time.Time {
	t.Helper()
	instant, err := time.Parse("2006-01-02 15:04:05", s)
	if err != nil {
		t.Fatal(err)
	}
	return instant
}

func TestSuspiciousHours(t *testing.T) {
	t.Parallel()
	night := domain.OrarioSospetto{Dalle: "22:00", Alle: "06:00"}
	lunch := domain.OrarioSospetto{Dalle: "13:00", Alle: "14:00"}
	late := domain.OrarioSospetto{Dalle: "20:00", Alle: "24:00"}
	weekends, holidays := night, night
	weekends.FineSettimana, holidays.Festivi = true, true
	for name, c := range map[string]struct {
		rule domain.OrarioSospetto
		utc  string
		day  string // on which the hours began; empty: it is not within them
	}{
		"a second before ten":             {night, "2026-11-23 20:59:59", ""},
		"at ten":                          {night, "2026-11-23 21:00:00", "2026-11-23"},
		"a second before midnight":        {night, "2026-11-23 22:59:59", "2026-11-23"},
		"at midnight":                     {night, "2026-11-23 23:00:00", "2026-11-23"},
		"a second before six":             {night, "2026-11-24 04:59:59", "2026-11-23"},
		"at six":                          {night, "2026-11-24 05:00:00", ""},
		"at ten in summer":                {night, "2026-07-06 20:00:00", "2026-07-06"},
		"a second before ten in summer":   {night, "2026-07-06 19:59:59", ""},
		"before summer time begins":       {night, "2026-03-29 00:59:59", "2026-03-28"},
		"as summer time begins":           {night, "2026-03-29 01:00:00", "2026-03-28"},
		"before six, when it has begun":   {night, "2026-03-29 03:59:59", "2026-03-28"},
		"at six, when it has begun":       {night, "2026-03-29 04:00:00", ""},
		"in the hour that comes twice":    {night, "2026-10-25 00:30:00", "2026-10-24"},
		"when it comes again":             {night, "2026-10-25 01:30:00", "2026-10-24"},
		"before six, when it has ended":   {night, "2026-10-25 04:59:59", "2026-10-24"},
		"at six, when it has ended":       {night, "2026-10-25 05:00:00", ""},
		"within hours of one day":         {lunch, "2026-11-23 12:00:00", "2026-11-23"},
		"before them":                     {lunch, "2026-11-23 11:59:59", ""},
		"after them":                      {lunch, "2026-11-23 13:00:00", ""},
		"up to midnight":                  {late, "2026-11-23 22:59:59", "2026-11-23"},
		"and no longer":                   {late, "2026-11-23 23:00:00", ""},
		"on a Saturday morning":           {weekends, "2026-11-28 09:00:00", "2026-11-28"},
		"on a Sunday":                     {weekends, "2026-11-29 09:00:00", "2026-11-29"},
		"on a Monday":                     {weekends, "2026-11-30 09:00:00", ""},
		"on a Saturday before six":        {weekends, "2026-11-28 03:00:00", "2026-11-27"},
		"on a weekend that is none":       {night, "2026-11-28 09:00:00", ""},
		"on a holiday":                    {holidays, "2026-12-08 09:00:00", "2026-12-08"},
		"on the patron saint's day":       {holidays, "2026-09-29 09:00:00", "2026-09-29"},
		"on the day after":                {holidays, "2026-09-30 09:00:00", ""},
		"on a holiday that is none":       {night, "2026-12-08 09:00:00", ""},
		"on Easter Monday":                {holidays, "2026-04-06 09:00:00", "2026-04-06"},
		"on a weekend, holidays alone on": {holidays, "2026-11-28 09:00:00", ""},
	} {
		registered := domain.Patroni{}.Evolve(domain.ComuneRegistered{SantoPatrono: "09-29"}, domain.Meta{At: utc(t, "2026-01-01 00:00:00")})
		when := utc(t, c.utc)
		day, ok := c.rule.Includes(when, func(d domain.Date) bool { return registered.Festivo(d, when) })
		if ok != (c.day != "") || ok && day.String() != c.day {
			t.Errorf("%s: %v, of %s", name, ok, day)
		}
	}
}

// What counts is the version in force when the request was made, whenever that is noticed.
func TestTheRuleInForceIsThatOfTheInstant(t *testing.T) {
	t.Parallel()
	const hospital = domain.EnteID("0c9b7f6e-1d2a-4b3c-8d4e-5f6a7b8c9d0f")
	rule := func(versione int, ente domain.EnteID, soglia int) domain.RegolaAllarmeSet {
		return domain.RegolaAllarmeSet{Codice: domain.AllarmeSoggettoUtente, Versione: versione, Ente: ente, Attiva: true, Gravita: domain.GravitaAlta, Ripetizione: &domain.Ripetizione{Soglia: soglia, Giorni: 30}}
	}
	yesterday := utc(t, "2026-11-22 09:00:00")
	s := domain.RegoleAllarmi{}
	for i, e := range []domain.Event{rule(1, "", 4), rule(2, hospital, 9), rule(3, "", 2), domain.RegolaAllarmeLifted{Codice: domain.AllarmeSoggettoUtente, Ente: hospital}} {
		s = s.Evolve(e, domain.Meta{At: yesterday.Add(time.Duration(i) * time.Hour)})
	}
	for name, c := range map[string]struct {
		ente     domain.EnteID
		at       time.Time
		versione int
		soglia   int
	}{
		"before any was set":           {enteID, yesterday.Add(-1), 0, 3},
		"once it was":                  {enteID, yesterday, 1, 4},
		"a moment before another":      {enteID, yesterday.Add(2*time.Hour - 1), 1, 4},
		"from then on":                 {enteID, yesterday.Add(2 * time.Hour), 3, 2},
		"of an Ente that has its own":  {hospital, yesterday.Add(2 * time.Hour), 2, 9},
		"before it had":                {hospital, yesterday, 1, 4},
		"once that is lifted":          {hospital, yesterday.Add(3 * time.Hour), 3, 2},
		"a day later":                  {enteID, yesterday.AddDate(0, 0, 1), 3, 2},
		"of those with none, in words": {"", yesterday, 1, 4},
	} {
		var got domain.RegolaAllarme
		for _, r := range s.InForce(c.ente, c.at) {
			if r.Codice == domain.AllarmeSoggettoUtente {
				got = r
			}
		}
		if got.Versione != c.versione || got.Ripetizione.Soglia != c.soglia {
			t.Errorf("%s: version %d, %d requests", name, got.Versione, got.Ripetizione.Soglia)
		}
	}
	if s.Last(domain.AllarmeSoggettoUtente) != 3 || s.Last(domain.AllarmeOrario) != 0 {
		t.Errorf("set last: %d and %d", s.Last(domain.AllarmeSoggettoUtente), s.Last(domain.AllarmeOrario))
	}
	moved := domain.Patroni{}.Evolve(domain.ComuneRegistered{SantoPatrono: "09-29"}, domain.Meta{At: yesterday}).Evolve(domain.CalendarioSet{SantoPatrono: "06-24"}, domain.Meta{At: yesterday.AddDate(0, 0, 1)})
	saint := domain.Date{Year: 2026, Month: 6, Day: 24}
	if moved.Festivo(saint, yesterday) || !moved.Festivo(saint, yesterday.AddDate(0, 0, 1)) {
		t.Error("the patron saint's day is that of the instant, too")
	}
}

func TestTheSamePersonAgain(t *testing.T) {
	t.Parallel()
	start := utc(t, "2026-11-01 09:00:00")
	ask := func(day int, tipo domain.Tipo, pratica string) domain.RichiestaSuPersona {
		when := start.AddDate(0, 0, day)
		return domain.RichiestaSuPersona{Visura: domain.VisuraID(when.Format(time.RFC3339)), Utente: utenteID, Tipo: tipo, NumeroPratica: pratica, At: when}
	}
	three := domain.Ripetizione{Soglia: 3, Giorni: 30}
	others := three
	others.SenzaStessaPratica = true
	res, civ, nas := domain.Residenza, domain.StatoCivile, domain.Nascita
	for name, c := range map[string]struct {
		rule  domain.Ripetizione
		asked []domain.RichiestaSuPersona
		count int
		met   bool
	}{
		"nobody":                     {three, nil, 0, false},
		"twice":                      {three, []domain.RichiestaSuPersona{ask(0, res, "1"), ask(1, res, "1")}, 2, false},
		"three times":                {three, []domain.RichiestaSuPersona{ask(0, res, "1"), ask(1, res, "1"), ask(2, res, "1")}, 3, true},
		"in thirty days":             {three, []domain.RichiestaSuPersona{ask(0, res, "1"), ask(1, res, "1"), ask(30, res, "1")}, 2, false},
		"in less":                    {three, []domain.RichiestaSuPersona{ask(0, res, "1"), ask(1, res, "1"), ask(29, res, "1")}, 3, true},
		"once more":                  {three, []domain.RichiestaSuPersona{ask(0, res, "1"), ask(1, res, "2"), ask(2, res, "3"), ask(3, res, "4")}, 4, true},
		"for one practice, left out": {others, []domain.RichiestaSuPersona{ask(0, res, "1"), ask(1, civ, "1"), ask(2, nas, "1")}, 1, false},
		"for several, all the same":  {others, []domain.RichiestaSuPersona{ask(0, res, "1"), ask(1, civ, "2"), ask(2, nas, "3")}, 3, true},
		"of one type within a week":  {others, []domain.RichiestaSuPersona{ask(0, res, "1"), ask(7, res, "1"), ask(14, res, "1")}, 3, true},
		"of one type after a week":   {others, []domain.RichiestaSuPersona{ask(0, res, "1"), ask(8, res, "1"), ask(16, res, "1")}, 1, false},
		"the last is left out":       {others, []domain.RichiestaSuPersona{ask(0, res, "1"), ask(1, civ, "2"), ask(2, res, "3"), ask(3, nas, "3")}, 3, false},
	} {
		counted, met := c.rule.Met(c.asked)
		if len(counted) != c.count || met != c.met {
			t.Errorf("%s: %d count, met: %v", name, len(counted), met)
		}
	}
}

func TestOnlyRulesThatSomeRequestsMeetAreTaken(t *testing.T) {
	t.Parallel()
	for _, r := range domain.RegoleIniziali() {
		if err := r.Check(); err != nil || r.Text() == "" || r.Codice.Text() == "" || !r.Same(r) {
			t.Errorf("%s: %v, %q", r.Codice, err, r.Text())
		}
	}
	hours := func(dalle, alle string) domain.RegolaAllarme {
		return domain.RegolaAllarme{Codice: domain.AllarmeOrario, Gravita: domain.GravitaBassa, Orario: &domain.OrarioSospetto{Dalle: dalle, Alle: alle}}
	}
	again := func(soglia, giorni int) domain.RegolaAllarme {
		return domain.RegolaAllarme{Codice: domain.AllarmeSoggettoEnte, Gravita: domain.GravitaBassa, Ripetizione: &domain.Ripetizione{Soglia: soglia, Giorni: giorni}}
	}
	for field, rules := range map[string][]domain.RegolaAllarme{
		"":            {hours("20:00", "24:00"), hours("00:00", "06:00"), again(2, 1), again(100, 90)},
		"codice":      {{Codice: "ALR-VIP", Gravita: domain.GravitaAlta}},
		"gravita":     {{Codice: domain.AllarmeOrario, Gravita: "altissima", Orario: &domain.OrarioSospetto{Dalle: "22:00", Alle: "06:00"}}},
		"orario":      {hours("22:00", "22:00"), hours("22", "06:00"), hours("24:00", "06:00"), hours("", ""), {Codice: domain.AllarmeOrario, Gravita: domain.GravitaAlta}, {Codice: domain.AllarmeSoggettoEnte, Gravita: domain.GravitaAlta, Orario: &domain.OrarioSospetto{}}},
		"ripetizione": {again(1, 30), again(101, 30), again(3, 0), again(3, 91), {Codice: domain.AllarmeSoggettoUtente, Gravita: domain.GravitaAlta}},
	} {
		for i, r := range rules {
			err := r.Check()
			refusal, refused := err.(*domain.Error)
			if refused != (field != "") || refused && refusal.Field != field {
				t.Errorf("%s %d: %v", field, i, err)
			}
		}
	}
	if night, later := hours("22:00", "06:00"), hours("23:00", "06:00"); night.Same(later) || !night.Same(hours("22:00", "06:00")) || night.Same(again(3, 30)) {
		t.Error("two versions differ by their parameters")
	}
}

func TestWhatACaseIsAboutTellsItsID(t *testing.T) {
	t.Parallel()
	opened := domain.CasoOpened{Regola: domain.RegoleIniziali()[1], Comune: "039002", Ente: enteID, Utente: utenteID}
	ids := map[domain.CasoID]string{opened.CasoID(string(visuraID)): "itself"}
	for name, change := range map[string]func(*domain.CasoOpened){
		"another rule":    func(e *domain.CasoOpened) { e.Regola = domain.RegoleIniziali()[2] },
		"another version": func(e *domain.CasoOpened) { e.Regola.Versione = 1 },
		"another Comune":  func(e *domain.CasoOpened) { e.Comune = "042002" },
		"another Ente":    func(e *domain.CasoOpened) { e.Ente = domain.EnteID(otherUtente) },
		"nobody":          func(e *domain.CasoOpened) { e.Utente = "" },
	} {
		other := opened
		change(&other)
		if same, ok := ids[other.CasoID(string(visuraID))]; ok {
			t.Errorf("%s is %s", name, same)
		}
		ids[other.CasoID(string(visuraID))] = name
	}
	id := opened.CasoID("2026-11-23")
	if parsed, err := domain.ParseCasoID(string(id)); err != nil || parsed != id || ids[id] != "" {
		t.Errorf("%s: %v", id, err)
	}
}

func TestACaseGrowsUntilItEnds(t *testing.T) {
	t.Parallel()
	one, two := domain.VisuraDiCaso{Visura: visuraID, Utente: utenteID}, domain.VisuraDiCaso{Visura: "3f2b0c5e-8f59-4f0a-9a64-6f7f0d1f2a3c", Utente: otherUtente}
	by := domain.Meta{By: domain.Actor{Utente: "6a0e5a52-6a3c-4c27-8a44-0b1f6f3d7e12", Role: domain.RoleTop, Comune: "039002"}}
	s := domain.Caso{}.Evolve(domain.CasoOpened{Comune: "039002", Ente: enteID, Visure: []domain.VisuraDiCaso{one}}, domain.Meta{})
	if s.Stato != domain.CasoWaiting || !s.About(utenteID) || s.About(otherUtente) || !s.Has(visuraID) || s.Riservato {
		t.Errorf("opened: %+v", s)
	}
	s = s.Evolve(domain.CasoRequestsAdded{Visure: []domain.VisuraDiCaso{two}, Riservato: true}, domain.Meta{})
	if diff := cmp.Diff([]domain.VisuraDiCaso{one, two}, s.Visure); diff != "" || !s.About(otherUtente) || !s.Riservato {
		t.Errorf("added: %+v\n%s", s, diff)
	}
	if s = s.Evolve(domain.CasoTaken{}, by); s.Stato != domain.CasoInCharge || s.Incaricato != by.By.Utente {
		t.Errorf("taken: %+v", s)
	}
	if s = s.Evolve(domain.CasoClosed{Esito: domain.EsitoGiustificata}, by); s.Stato != domain.CasoEnded {
		t.Errorf("closed: %+v", s)
	}
}
