package commands_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

var (
	requested = domain.VisuraRequested{
		Comune: comune, Ente: ente, Convenzione: conv, Atto: 1, Profile: prof, Tipo: domain.Residenza,
		Ambito: domain.Comunale, Conferma: domain.Immediata,
		Purpose:      domain.Purpose{Finalita: "ISEE", Descrizione: "Controllo ISEE", BaseGiuridica: "art. 71 DPR 445/2000", NumeroPratica: "2026/004711"},
		Soggetto:     domain.Soggetto{CodiceFiscale: rossi},
		SubjectToken: tokenOf(domain.Soggetto{CodiceFiscale: rossi}),
	}
	national  = with(requested, func(r *domain.VisuraRequested) { r.Ambito, r.Conferma = domain.Nazionale, domain.Manuale })
	silent    = with(requested, func(r *domain.VisuraRequested) { r.Ambito, r.Conferma = domain.Nazionale, domain.SilenzioAssenso })
	sought    = domain.ResidentSought(started)
	absent    = domain.NotResident{Attempt: 1, ANPR: "4711"}
	awaited   = domain.ConfirmationAwaited{Scade: &expires}
	due       = time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC) // 12 office hours of 8-14 after Monday 10:30 in Italy: 3½, 6 and 2½
	overdue   = domain.ConfirmationAwaited{Due: at(now.Add(-time.Minute))}
	immediate = domain.VisuraApproved{Conferma: domain.Immediata, Effective: now}
	byOfficer = domain.VisuraApproved{Conferma: domain.Manuale, Effective: now}
	bySilence = domain.VisuraApproved{Conferma: domain.SilenzioAssenso, Effective: now.Add(-time.Minute)}
	started   = domain.QueryStarted{Attempt: 1, IDOperazioneComune: domain.NewIDOperazione(visura, 1, now), Ambito: domain.Comunale, Numero: ciuv}
	issued    = domain.VisuraIssued{Numero: ciuv, SHA256: "abc", Size: 3, Ambito: domain.Comunale}
	closed    = domain.VisuraNotIssuable{Reason: domain.ReasonNotFound}
	rejected  = domain.VisuraRejected{Motivo: "altro", Testo: "non risulta"}
	withdrawn = domain.VisuraWithdrawn{Testo: "errore"}
	lapsed    = domain.VisuraLapsed{Item: domain.LapsedAct}
	erased    = domain.VisuraErased{Basis: "scarto"}
)

var lastMinute = time.Date(2026, 12, 31, 22, 59, 0, 0, time.UTC) // of 2026, in Italy

func with(r domain.VisuraRequested, change func(*domain.VisuraRequested)) domain.VisuraRequested {
	change(&r)
	return r
}

func at(t time.Time) *time.Time { return &t }

func events(e ...domain.Event) []domain.Event { return e }

func TestRequestVisura(t *testing.T) {
	ask := commands.RequestVisura{
		Comune: "042002", Tipo: "residenza", Finalita: "ISEE", NumeroPratica: "2026/004711",
		Soggetto: commands.SoggettoRichiesto{CodiceFiscale: "rssmra80a01h501u"},
	}
	asking := func(change func(*commands.RequestVisura)) commands.RequestVisura {
		c := ask
		change(&c)
		return c
	}
	beyond := asking(func(c *commands.RequestVisura) { c.Ambito = "nazionale" })
	byName := asking(func(c *commands.RequestVisura) {
		c.Soggetto = commands.SoggettoRichiesto{Cognome: " Rossi ", Nome: "mario", Sesso: "m", DataNascita: "1980-01-01"}
	})
	named := with(requested, func(r *domain.VisuraRequested) {
		r.Soggetto = domain.Soggetto{Cognome: "ROSSI", Nome: "MARIO", Sesso: "M", DataNascita: data("1980-01-01")}
	})
	whom := func(s commands.SoggettoRichiesto) commands.RequestVisura {
		return asking(func(c *commands.RequestVisura) { c.Soggetto = s })
	}
	about := func(s domain.Soggetto) []domain.Event {
		return events(with(requested, func(r *domain.VisuraRequested) { r.Soggetto = s }), immediate, started)
	}
	run(t, map[string]spec{
		"a resident's is approved and asked for at once": {when: ask, then: events(requested, immediate, started)},
		"by a provisional code of eleven digits":         {when: whom(commands.SoggettoRichiesto{CodiceFiscale: "00412345670"}), then: about(domain.Soggetto{CodiceFiscale: "00412345670"})},
		"about who has no name": {when: whom(commands.SoggettoRichiesto{Cognome: "Diallo", SenzaNome: true, Sesso: "M", DataNascita: "1980-05-05"}),
			then: about(domain.Soggetto{Cognome: "DIALLO", Sesso: "M", DataNascita: data("1980-05-05")})},
		"about who has no surname": {when: whom(commands.SoggettoRichiesto{SenzaCognome: true, Nome: "Sukarno", Sesso: "N", DataNascita: "1980-05-05"}),
			then: about(domain.Soggetto{Nome: "SUKARNO", Sesso: "N", DataNascita: data("1980-05-05")})},
		"about who was born in a year": {when: whom(commands.SoggettoRichiesto{Cognome: "Rossi", Nome: "Mario", Sesso: "M", DataNascita: "1980"}),
			then: about(domain.Soggetto{Cognome: "ROSSI", Nome: "MARIO", Sesso: "M", DataNascita: data("1980")})},
		"about who was born in a month": {when: whom(commands.SoggettoRichiesto{Cognome: "Rossi", Nome: "Mario", Sesso: "M", DataNascita: "1980-05"}),
			then: about(domain.Soggetto{Cognome: "ROSSI", Nome: "MARIO", Sesso: "M", DataNascita: data("1980-05")})},
		"what is not known of a birth date may be written 00": {when: whom(commands.SoggettoRichiesto{Cognome: "Rossi", Nome: "Mario", Sesso: "M", DataNascita: "1980-00-00"}),
			then: about(domain.Soggetto{Cognome: "ROSSI", Nome: "MARIO", Sesso: "M", DataNascita: data("1980")})},
		"a day alone may be": {when: whom(commands.SoggettoRichiesto{Cognome: "Rossi", Nome: "Mario", Sesso: "M", DataNascita: "1980-05-00"}),
			then: about(domain.Soggetto{Cognome: "ROSSI", Nome: "MARIO", Sesso: "M", DataNascita: data("1980-05")})},
		"with letters the registry lacks and can be asked for": {when: whom(commands.SoggettoRichiesto{Cognome: "Nguyễn", Nome: "Ștefan", Sesso: "M", DataNascita: "1980-05-05"}),
			then: about(domain.Soggetto{Cognome: "NGUYỄN", Nome: "ȘTEFAN", Sesso: "M", DataNascita: data("1980-05-05")})},
		"the person may be named by generalità": {when: byName, then: events(named, immediate, started)},
		"an ADMIN asks with the TOP's profile":  {by: anna, when: ask, then: events(requested, immediate, started)},
		"a national one looks at home first":    {when: beyond, then: events(national, sought)},
		"also where silence would be consent": {when: beyond, then: events(silent, sought),
			but: inMode(domain.Modo{Conferma: domain.SilenzioAssenso})},
		"and where it is confirmed at once": {when: beyond, then: events(with(national, func(r *domain.VisuraRequested) { r.Conferma = domain.Immediata }), immediate, started),
			but: func(g *given) {
				inMode(domain.Modo{Conferma: domain.Immediata})(g)
				atMost(func(m *domain.Massimo) { m.Nazionale.Conferma = domain.Immediata })(g)
			}},
		"twice is the same as once":              {given: events(requested, immediate), when: ask},
		"twice is the same after the convention": {given: events(requested, immediate, started, issued), when: ask, at: now.AddDate(1, 0, 0)},
		"another request under the same id":      {given: events(requested, immediate), when: asking(func(c *commands.RequestVisura) { c.NumeroPratica = "2026/004712" }), fails: domain.Conflict, field: "id"},
		"the same for another Ente is another": {given: events(requested, immediate), by: domain.Actor{Utente: mario.Utente, Role: domain.RoleStandard, Ente: "00000000-0000-4000-8000-0000000000e2"},
			when: ask, fails: domain.Conflict, field: "id"},
		"another person's request under the id":             {given: events(requested), by: anna, when: ask, fails: domain.Conflict, field: "id"},
		"a repetition by who lost the assignment since":     {given: events(requested, immediate), when: ask, but: func(g *given) { g.Actor.Assignments = nil }},
		"a repetition once the person is erased is another": {given: events(requested, immediate, started, issued, erased), when: ask, fails: domain.Conflict, field: "id"},

		"an unknown kind":                   {when: asking(func(c *commands.RequestVisura) { c.Tipo = "impronte" }), fails: domain.Invalid, field: "tipo"},
		"a malformed Comune":                {when: asking(func(c *commands.RequestVisura) { c.Comune = "42002" }), fails: domain.Invalid, field: "comune"},
		"an unknown scope":                  {when: asking(func(c *commands.RequestVisura) { c.Ambito = "mondiale" }), fails: domain.Invalid, field: "ambito"},
		"a wrong check character":           {when: asking(func(c *commands.RequestVisura) { c.Soggetto.CodiceFiscale = "RSSMRA80A01H501X" }), fails: domain.Invalid, field: "soggetto.codice_fiscale"},
		"code and generalità together":      {when: asking(func(c *commands.RequestVisura) { c.Soggetto.Cognome = "Rossi" }), fails: domain.Invalid, field: "soggetto"},
		"a surname alone would be browsing": {when: asking(func(c *commands.RequestVisura) { c.Soggetto = commands.SoggettoRichiesto{Cognome: "Rossi"} }), fails: domain.Invalid, field: "soggetto"},
		"wildcards would be browsing": {when: asking(func(c *commands.RequestVisura) {
			c.Soggetto = commands.SoggettoRichiesto{Cognome: "Ros*", Nome: "Mario", Sesso: "M", DataNascita: "1980-01-01"}
		}), fails: domain.Invalid, field: "soggetto.cognome"},
		"a name with what nobody is called": {when: asking(func(c *commands.RequestVisura) {
			c.Soggetto = commands.SoggettoRichiesto{Cognome: "Rossi", Nome: "Mario\x00", Sesso: "M", DataNascita: "1980-01-01"}
		}), fails: domain.Invalid, field: "soggetto.nome"},
		"a birth date that is not on the calendar": {when: asking(func(c *commands.RequestVisura) {
			c.Soggetto = commands.SoggettoRichiesto{Cognome: "Rossi", Nome: "Mario", Sesso: "M", DataNascita: "1981-02-29"}
		}), fails: domain.Invalid, field: "soggetto.data_nascita"},
		"a birth date of an unknown year": {when: whom(commands.SoggettoRichiesto{Cognome: "Rossi", Nome: "Mario", Sesso: "M", DataNascita: "0000-00-00"}),
			fails: domain.Invalid, field: "soggetto.data_nascita"},
		"a birth date of a day in no month": {when: whom(commands.SoggettoRichiesto{Cognome: "Rossi", Nome: "Mario", Sesso: "M", DataNascita: "1980-00-05"}),
			fails: domain.Invalid, field: "soggetto.data_nascita"},
		"no birth date": {when: whom(commands.SoggettoRichiesto{Cognome: "Rossi", Nome: "Mario", Sesso: "M"}), fails: domain.Invalid, field: "soggetto.data_nascita"},
		"no name, and not said that there is none": {when: whom(commands.SoggettoRichiesto{Cognome: "Diallo", Sesso: "M", DataNascita: "1980-05-05"}),
			fails: domain.Invalid, field: "soggetto"},
		"a name of who is said to have none": {when: whom(commands.SoggettoRichiesto{Cognome: "Diallo", Nome: "Amadou", SenzaNome: true, Sesso: "M", DataNascita: "1980-05-05"}),
			fails: domain.Invalid, field: "soggetto"},
		"neither surname nor name": {when: whom(commands.SoggettoRichiesto{SenzaCognome: true, SenzaNome: true, Sesso: "M", DataNascita: "1980-05-05"}),
			fails: domain.Invalid, field: "soggetto"},
		"a code, and that there is no name": {when: whom(commands.SoggettoRichiesto{CodiceFiscale: string(rossi), SenzaNome: true}), fails: domain.Invalid, field: "soggetto"},
		"a name in letters that cannot be asked for": {when: whom(commands.SoggettoRichiesto{Cognome: "Иванов", Nome: "Иван", Sesso: "M", DataNascita: "1980-05-05"}),
			fails: domain.Invalid, field: "soggetto.cognome"},
		"a provisional code with a wrong digit": {when: whom(commands.SoggettoRichiesto{CodiceFiscale: "00412345671"}), fails: domain.Invalid, field: "soggetto.codice_fiscale"},
		"day 00 in the code":                    {when: whom(commands.SoggettoRichiesto{CodiceFiscale: "MLNTLL80E00A547Q"}), fails: domain.Invalid, field: "soggetto.codice_fiscale"},
		"day 32 in the code":                    {when: whom(commands.SoggettoRichiesto{CodiceFiscale: "MLNTLL80E32A547X"}), fails: domain.Invalid, field: "soggetto.codice_fiscale"},
		"day 40 in the code":                    {when: whom(commands.SoggettoRichiesto{CodiceFiscale: "MLNTLL80E40A547U"}), fails: domain.Invalid, field: "soggetto.codice_fiscale"},
		"day 72 in the code":                    {when: whom(commands.SoggettoRichiesto{CodiceFiscale: "MLNTLL80E72A547B"}), fails: domain.Invalid, field: "soggetto.codice_fiscale"},
		"day 99 in the code":                    {when: whom(commands.SoggettoRichiesto{CodiceFiscale: "MLNTLL80E99A547T"}), fails: domain.Invalid, field: "soggetto.codice_fiscale"},
		"30 February in the code":               {when: whom(commands.SoggettoRichiesto{CodiceFiscale: "MLNTLL80B30A547K"}), fails: domain.Invalid, field: "soggetto.codice_fiscale"},
		"a filler for a practice number":        {when: asking(func(c *commands.RequestVisura) { c.NumeroPratica = "xxx" }), fails: domain.Invalid, field: "numero_pratica"},
		"the subject's name for one":            {when: asking(func(c *commands.RequestVisura) { c.Soggetto, c.NumeroPratica = byName.Soggetto, "ROSSI-MARIO-1" }), fails: domain.Invalid, field: "numero_pratica"},
		"the tax code for a practice number":    {when: asking(func(c *commands.RequestVisura) { c.NumeroPratica = string(rossi) }), fails: domain.Invalid, field: "numero_pratica"},
		"no purpose":                            {when: asking(func(c *commands.RequestVisura) { c.Finalita = " " }), fails: domain.Invalid, field: "finalita"},
		"a purpose that is for this type":       {when: ask, but: underAct(boundTo(domain.StatoCivile, domain.Residenza)), then: events(requested, immediate, started)},
		"a purpose for another type":            {when: ask, but: underAct(boundTo(domain.StatoCivile)), fails: domain.Invalid, field: "finalita"},
		"a purpose the convention lacks":        {when: asking(func(c *commands.RequestVisura) { c.Finalita = "TARI" }), fails: domain.Invalid, field: "finalita"},
		"a kind the profile lacks":              {when: asking(func(c *commands.RequestVisura) { c.Tipo = "stato_civile" }), fails: domain.Forbidden, field: "tipo"},
		"a kind the convention lacks":           {when: ask, but: atMost(func(m *domain.Massimo) { m.Tipi = []domain.Tipo{domain.Nascita} }), fails: domain.Forbidden, field: "tipo"},
		"a Comune without assignment":           {when: ask, but: func(g *given) { g.Actor.Assignments = nil }, fails: domain.Forbidden, field: "profile"},
		"an unknown user":                       {when: ask, but: func(g *given) { g.Actor.Roles = nil }, fails: domain.Forbidden},
		"a TOP does not request":                {by: luisa, when: ask, fails: domain.Forbidden},
		"an ADMIN with an ADMIN's profile":      {by: anna, when: ask, but: holdingProfile(func(a *domain.Assignment) { a.By = anna }), fails: domain.Forbidden, field: "profile"},
		"an ANAGRAFE does not request":          {by: carla, when: ask, fails: domain.Forbidden},
		"an auditor does not request":           {by: revis, when: ask, fails: domain.Forbidden},
		"an operator by another Comune":         {when: ask, but: func(g *given) { g.Actor.Roles = byAnother(domain.RoleStandard) }, fails: domain.NotFound, field: "comune"},
		"an ADMIN by another Comune":            {by: anna, when: ask, but: func(g *given) { g.Actor.Roles = byAnother(domain.RoleAdmin, domain.RoleStandard) }, fails: domain.NotFound, field: "comune"},
		"an operator by two":                    {when: ask, but: func(g *given) { g.Actor.Roles = append(g.Actor.Roles, byAnother(domain.RoleStandard)...) }, then: events(requested, immediate, started)},
		"the last day of the convention, Italian time": {when: ask, at: lastMinute,
			then: events(requested, domain.VisuraApproved{Conferma: domain.Immediata, Effective: lastMinute},
				domain.QueryStarted{Attempt: 1, IDOperazioneComune: domain.NewIDOperazione(visura, 1, lastMinute), Ambito: domain.Comunale, Numero: ciuv})},
		"the day after the convention, Italian time": {when: ask, at: time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC), fails: domain.Forbidden, field: "comune"},
	})
}

// byAnother are roles at the Ente that another Comune gave.
func byAnother(roles ...domain.Role) (given []domain.RoleHeld) {
	for _, role := range roles {
		given = append(given, domain.RoleHeld{RoleGiven: domain.RoleGiven{Role: role, Ente: ente, Comune: altro}})
	}
	return given
}

// Who may not ask learns the same of an id that is in use and of one that is
// not.
func TestStrangersAreNotToldThatAnIDIsUsed(t *testing.T) {
	ask := commands.RequestVisura{
		Comune: "042002", Tipo: "residenza", Finalita: "ISEE", NumeroPratica: "2026/000001",
		Soggetto: commands.SoggettoRichiesto{CodiceFiscale: string(rossi)},
	}
	for name, c := range map[string]struct {
		by  domain.Actor
		but func(*given)
	}{
		"an auditor":                            {by: revis},
		"the Comune's TOP":                      {by: luisa},
		"the Comune's ANAGRAFE":                 {by: carla},
		"an operator without a profile there":   {by: piero, but: func(g *given) { g.Actor.Assignments = nil }},
		"an operator by another Comune":         {by: piero, but: func(g *given) { g.Actor.Roles = byAnother(domain.RoleStandard) }},
		"an operator whose agreement has ended": {by: piero, but: underAct(func(a *domain.ConvenzioneDrafted) { a.Al = data("2026-11-22") })},
		"an ADMIN whom an ADMIN profiled":       {by: anna, but: holdingProfile(func(a *domain.Assignment) { a.By = anna })},
		"who holds no role":                     {by: piero, but: func(g *given) { g.Actor = domain.Standing{} }},
	} {
		t.Run(name, func(t *testing.T) {
			s := spec{by: c.by, but: c.but}
			_, unused := ask.Decide(s.inputs())
			for status, then := range map[string][]domain.Event{
				"awaiting": events(national, awaited), "in progress": events(requested, immediate), "issued": events(requested, immediate, started, issued),
			} {
				s.given = then
				got, err := ask.Decide(s.inputs())
				if code := domain.CodeOf(err); code != domain.Forbidden && code != domain.NotFound || len(got) > 0 {
					t.Errorf("%s: %v, %v", status, got, err)
				}
				if diff := cmp.Diff(unused, err); diff != "" {
					t.Errorf("%s is told from unused (-unused +used):\n%s", status, diff)
				}
			}
		})
	}
}

func TestOfARefusedRequestOnlyItemsOfClosedListsAreKept(t *testing.T) {
	for name, c := range map[string]struct {
		ask  commands.RequestVisura
		want domain.Asked
	}{
		"all in their lists": {commands.RequestVisura{Comune: "042002", Tipo: "residenza", Ambito: "nazionale"},
			domain.Asked{Comune: comune, Tipo: domain.Residenza, Ambito: domain.Nazionale}},
		"without a scope it is the Comune's": {commands.RequestVisura{Comune: "042002", Tipo: "morte"},
			domain.Asked{Comune: comune, Tipo: domain.Morte, Ambito: domain.Comunale}},
		"a codice fiscale in every field": {commands.RequestVisura{Comune: string(rossi), Tipo: string(rossi), Ambito: string(rossi)}, domain.Asked{}},
		"who, what for and by what number": {commands.RequestVisura{
			Soggetto: commands.SoggettoRichiesto{CodiceFiscale: string(rossi), Cognome: "Rossi"}, Finalita: "ISEE", NumeroPratica: "2026/004711", Ambito: "comunale",
		}, domain.Asked{Ambito: domain.Comunale}},
		"almost in their lists": {commands.RequestVisura{Comune: "42002", Tipo: "Residenza", Ambito: "NAZIONALE"}, domain.Asked{}},
	} {
		if diff := cmp.Diff(c.want, c.ask.Asked()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestApproveVisura(t *testing.T) {
	approve := commands.ApproveVisura{}
	run(t, map[string]spec{
		"an officer approves":                {given: events(national, awaited), by: luisa, when: approve, then: events(byOfficer)},
		"twice is the same as once":          {given: events(national, awaited, byOfficer), by: luisa, when: approve},
		"past the term silence has approved": {given: events(silent, overdue), by: luisa, when: approve, then: events(bySilence)},
		"nothing to approve":                 {given: events(requested, immediate), by: luisa, when: approve, fails: domain.Conflict},
		"a rejected one stays so":            {given: events(national, awaited, rejected), by: luisa, when: approve, fails: domain.Conflict},
		"an ANAGRAFE approves":               {given: events(national, awaited), by: carla, when: approve, then: events(byOfficer)},
		"an ANAGRAFE no longer does not":     {given: events(national, awaited), by: carla, when: approve, but: func(g *given) { g.Actor.Roles = nil }, fails: domain.NotFound},
		"the requester does not approve":     {given: events(national, awaited), when: approve, fails: domain.Forbidden},
		"the Ente's ADMIN does not approve":  {given: events(national, awaited), by: anna, when: approve, fails: domain.Forbidden},
		"an auditor does not approve":        {given: events(national, awaited), by: revis, when: approve, fails: domain.Forbidden},
		"an officer does not approve their own": {given: events(national, awaited), by: domain.Actor{Utente: mario.Utente, Role: domain.RoleTop, Comune: comune},
			when: approve, fails: domain.Forbidden},
		"another Comune's officer sees nothing": {given: events(national, awaited), by: domain.Actor{Utente: luisa.Utente, Role: domain.RoleTop, Comune: altro},
			when: approve, fails: domain.NotFound},
		"an officer who is away does not":              {given: events(national, awaited), by: carla, when: approve, but: away("2026-11-23", "2026-11-23"), fails: domain.Forbidden, field: "utente"},
		"nor does a TOP who is":                        {given: events(national, awaited), by: luisa, when: approve, but: away("2026-11-01", "2026-11-30"), fails: domain.Forbidden, field: "utente"},
		"who is back does":                             {given: events(national, awaited), by: carla, when: approve, but: away("2026-11-01", "2026-11-22"), then: events(byOfficer)},
		"and so does who leaves tomorrow":              {given: events(national, awaited), by: carla, when: approve, but: away("2026-11-24", "2026-11-30"), then: events(byOfficer)},
		"there is none":                                {by: luisa, when: approve, fails: domain.NotFound},
		"what is no longer allowed ends":               {given: events(national, absent, awaited), by: luisa, when: approve, but: overAct, then: events(lapsed)},
		"also when silence has approved":               {given: events(silent, absent, domain.ConfirmationAwaited{Due: &due}), by: luisa, when: approve, at: due, but: overAct, then: events(lapsed)},
		"one that lapsed is not refused, nor approved": {given: events(national, awaited, lapsed), by: luisa, when: approve},
	})
}

// overAct is a world in which the act with the Ente has ended.
func overAct(g *given) {
	g.Parties.Convenzione = g.Parties.Convenzione.Evolve(domain.ConvenzioneEnded{}, domain.Meta{})
}

// away is a world in which who acts is away from the Comune for some days.
func away(dal, al string) func(*given) {
	return func(g *given) {
		g.Actor.Absences = []domain.AbsenceDeclared{{Comune: comune, Dal: data(dal), Al: data(al)}}
	}
}

func TestApproveBySilence(t *testing.T) {
	silence := commands.ApproveBySilence{}
	run(t, map[string]spec{
		"effective when the term ended":  {given: events(silent, overdue), by: domain.Sistema, when: silence, then: events(bySilence)},
		"not before the term":            {given: events(silent, domain.ConfirmationAwaited{Due: at(now.Add(time.Second))}), by: domain.Sistema, when: silence},
		"not without a term":             {given: events(national, awaited), by: domain.Sistema, when: silence},
		"a refusal in time wins":         {given: events(silent, overdue, rejected), by: domain.Sistema, when: silence},
		"nobody else speaks for silence": {given: events(silent, overdue), by: luisa, when: silence, fails: domain.Forbidden},
	})
}

func TestRejectVisura(t *testing.T) {
	reject := commands.RejectVisura{Motivo: "altro", Testo: "non risulta"}
	run(t, map[string]spec{
		"an officer rejects":        {given: events(national, awaited), by: luisa, when: reject, then: events(rejected)},
		"twice is the same as once": {given: events(national, awaited, rejected), by: luisa, when: reject},
		"an ANAGRAFE rejects":       {given: events(national, awaited), by: carla, when: reject, then: events(rejected)},
		"another Comune's ANAGRAFE does not": {given: events(national, awaited), by: domain.Actor{Utente: carla.Utente, Role: domain.RoleAnagrafe, Comune: altro},
			when: reject, fails: domain.NotFound},
		"an officer who is away does not":  {given: events(national, awaited), by: carla, when: reject, but: away("2026-11-23", "2026-11-23"), fails: domain.Forbidden, field: "utente"},
		"another reason wants words":       {given: events(national, awaited), by: luisa, when: commands.RejectVisura{Motivo: "altro", Testo: " "}, fails: domain.Invalid, field: "testo"},
		"a reason that is not on the list": {given: events(national, awaited), by: luisa, when: commands.RejectVisura{Motivo: "boh"}, fails: domain.Invalid, field: "motivo"},
		"words nobody types":               {given: events(national, awaited), by: luisa, when: commands.RejectVisura{Motivo: "altro", Testo: "no\x00"}, fails: domain.Invalid, field: "testo"},
		"words without end":                {given: events(national, awaited), by: luisa, when: commands.RejectVisura{Motivo: "altro", Testo: strings.Repeat("è", 1001)}, fails: domain.Invalid, field: "testo"},
		"after the term it is too late":    {given: events(silent, overdue), by: luisa, when: reject, fails: domain.Conflict},
		"an approved one goes on":          {given: events(national, awaited, byOfficer), by: luisa, when: reject, fails: domain.Conflict},
		"an operator does not reject":      {given: events(national, awaited), when: reject, fails: domain.Forbidden},
		"there is none":                    {by: luisa, when: reject, fails: domain.NotFound},
	})
}

func TestWithdrawVisura(t *testing.T) {
	withdraw := commands.WithdrawVisura{Testo: "errore"}
	run(t, map[string]spec{
		"the requester withdraws":       {given: events(national, awaited), when: withdraw, then: events(withdrawn)},
		"twice is the same as once":     {given: events(national, awaited, withdrawn), when: withdraw},
		"also while ANPR is asked":      {given: events(requested, immediate, started), when: withdraw, then: events(withdrawn)},
		"or at home":                    {given: events(national, sought), when: withdraw, then: events(withdrawn)},
		"and after silence":             {given: events(silent, overdue), when: withdraw, then: events(withdrawn)},
		"what lapsed has ended":         {given: events(national, awaited, lapsed), when: withdraw, fails: domain.Conflict},
		"an issued visura stays":        {given: events(requested, immediate, started, issued), when: withdraw, fails: domain.Conflict},
		"words nobody types":            {given: events(national, awaited), when: commands.WithdrawVisura{Testo: "\x1b[0m"}, fails: domain.Invalid, field: "testo"},
		"the officer does not withdraw": {given: events(national, awaited), by: luisa, when: withdraw, fails: domain.Forbidden},
		"the ANAGRAFE does not either":  {given: events(national, awaited), by: carla, when: withdraw, fails: domain.Forbidden},
		"an operator no longer sees it": {given: events(national, awaited), when: withdraw, but: func(g *given) { g.Actor.Roles = nil }, fails: domain.NotFound},
		"nor one by another Comune":     {given: events(national, awaited), when: withdraw, but: func(g *given) { g.Actor.Roles = byAnother(domain.RoleStandard) }, fails: domain.NotFound},
		"a colleague sees nothing": {given: events(national, awaited), by: domain.Actor{Utente: anna.Utente, Role: domain.RoleStandard, Ente: ente},
			when: withdraw, fails: domain.NotFound},
	})
}

func TestOutcomes(t *testing.T) {
	deferral := commands.DeferQuery{Attempt: 1, Class: domain.FailureRetry, Code: "999", Wait: time.Minute}
	deferred := domain.QueryDeferred{Attempt: 1, Class: domain.FailureRetry, Code: "999", RetryAt: now.Add(time.Minute)}
	second := domain.QueryStarted{Attempt: 2, IDOperazioneComune: domain.NewIDOperazione(visura, 2, now), Ambito: domain.Comunale, Numero: ciuv}
	waited := domain.QueryDeferred{Attempt: 1, Class: domain.FailureRetry, Code: "999", RetryAt: now}
	inQuery := events(requested, immediate, started)
	sistema := map[string]spec{
		"the intent is recorded":              {given: events(requested, immediate), when: commands.StartQuery{}, then: events(started)},
		"one intent at a time":                {given: inQuery, when: commands.StartQuery{}},
		"no intent before approval":           {given: events(national, awaited), when: commands.StartQuery{}},
		"an answered attempt is closed":       {given: inQuery, when: deferral, then: events(deferred)},
		"the next one waits":                  {given: append(slices.Clip(inQuery), deferred), when: commands.StartQuery{}},
		"then has an id of its own":           {given: append(slices.Clip(inQuery), waited), when: commands.StartQuery{}, then: events(second)},
		"and the number of the first":         {given: append(slices.Clip(inQuery), waited), when: commands.StartQuery{}, but: func(g *given) { g.Keyed.Numero = "another" }, then: events(second)},
		"a late answer to an old one is void": {given: append(slices.Clip(inQuery), waited, second), when: deferral},
		"a document is announced":             {given: inQuery, when: commands.IssueVisura(issued), then: events(issued)},
		"no document after a closure":         {given: append(slices.Clip(inQuery), closed), when: commands.IssueVisura(issued)},
		"a closure":                           {given: inQuery, when: commands.CloseVisura(closed), then: events(closed)},
		"no closure after a document":         {given: append(slices.Clip(inQuery), issued), when: commands.CloseVisura(closed)},
		"a failure":                           {given: inQuery, when: commands.FailVisura{Code: domain.FailedTooLong}, then: events(domain.VisuraFailed{Code: domain.FailedTooLong})},
		"an ended request is erased":          {given: append(slices.Clip(inQuery), issued), when: commands.EraseVisura{Basis: "scarto"}, then: events(erased)},
		"for a reason that names nobody":      {given: append(slices.Clip(inQuery), issued), when: commands.EraseVisura{Basis: "su richiesta di Mario Rossi"}, fails: domain.Invalid, field: "basis"},
		"one in progress is not":              {given: inQuery, when: commands.EraseVisura{Basis: "scarto"}, fails: domain.Conflict},
	}
	for name, s := range sistema {
		s.by = domain.Sistema
		sistema[name] = s
	}
	sistema["nobody else records outcomes"] = spec{given: inQuery, by: luisa, when: commands.IssueVisura(issued), fails: domain.Forbidden}
	run(t, sistema)
}

func TestRecordDownload(t *testing.T) {
	history := events(requested, immediate, started, issued)
	downloaded := domain.VisuraDownloaded{SHA256: "abc"}
	because := commands.RecordDownload{Motivo: "controllo a campione"}
	withReason := domain.VisuraDownloaded{SHA256: "abc", Motivo: "controllo a campione"}
	handsOut := func(g *given) { g.Parties.Comune.Regole.ScaricoAmministratori = true }
	collects := func(at ...domain.Pair) func(*given) { return func(g *given) { g.Actor.Collects = at } }
	auditor := domain.Actor{Utente: revis.Utente, Role: domain.RoleAuditor, Ente: ente}
	run(t, map[string]spec{
		"the requester":                         {given: history, when: commands.RecordDownload{}, then: events(downloaded)},
		"may say why":                           {given: history, when: because, then: events(withReason)},
		"each copy counts":                      {given: append(slices.Clip(history), downloaded), when: commands.RecordDownload{}, then: events(downloaded)},
		"a colleague sees nothing":              {given: history, by: piero, when: commands.RecordDownload{}, fails: domain.NotFound},
		"a colleague appointed for it":          {given: history, by: piero, but: collects(pair), when: commands.RecordDownload{}, then: events(downloaded)},
		"for another Comune is not for this":    {given: history, by: piero, but: collects(domain.Pair{Ente: ente, Comune: altro}), when: commands.RecordDownload{}, fails: domain.NotFound},
		"nor who is appointed and no operator":  {given: history, by: piero, but: func(g *given) { g.Actor.Roles, g.Actor.Collects = nil, []domain.Pair{pair} }, when: commands.RecordDownload{}, fails: domain.NotFound},
		"the Ente's ADMIN monitors only":        {given: history, by: anna, when: because, fails: domain.Forbidden},
		"the Comune's TOP too":                  {given: history, by: luisa, when: because, fails: domain.Forbidden},
		"where the Comune lets them, the ADMIN": {given: history, by: anna, but: handsOut, when: because, then: events(withReason)},
		"and the TOP":                           {given: history, by: luisa, but: handsOut, when: because, then: events(withReason)},
		"with a reason":                         {given: history, by: luisa, but: handsOut, when: commands.RecordDownload{}, fails: domain.Invalid, field: "motivo"},
		"that somebody can read":                {given: history, by: luisa, but: handsOut, when: commands.RecordDownload{Motivo: "\x00"}, fails: domain.Invalid, field: "motivo"},
		"an ADMIN's own needs none": {given: history, by: domain.Actor{Utente: mario.Utente, Role: domain.RoleAdmin, Ente: ente},
			when: commands.RecordDownload{}, then: events(downloaded)},
		"another Comune's TOP sees nothing": {given: history, by: elsewhere, but: handsOut, when: because, fails: domain.NotFound},
		"an auditor verifies only":          {given: history, by: revis, but: handsOut, when: because, fails: domain.Forbidden},
		"an auditor of the Ente too":        {given: history, by: auditor, but: handsOut, when: because, fails: domain.Forbidden},
		"an ADMIN by another Comune":        {given: history, by: anna, when: because, but: func(g *given) { g.Actor.Roles = byAnother(domain.RoleAdmin) }, fails: domain.NotFound},
		"the Comune's ANAGRAFE":             {given: history, by: carla, but: func(g *given) { handsOut(g); g.State.Waited = true }, when: because, fails: domain.Forbidden},
		"and of what never waited nothing":  {given: history, by: carla, but: handsOut, when: because, fails: domain.NotFound},
		"nothing issued":                    {given: events(requested, immediate), when: commands.RecordDownload{}, fails: domain.Conflict},
		"an erased one":                     {given: append(slices.Clip(history), erased), when: commands.RecordDownload{}, fails: domain.Conflict},
		"there is none":                     {when: commands.RecordDownload{}, fails: domain.NotFound},
	})
}
