package commands_test

import (
	"errors"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// A refusal names the item that fails, and whom to call: the Ente's help for what the
// Ente can mend, the Comune's for what only it can.
func TestWhatIsNotGrantedIsRefusedByItsItem(t *testing.T) {
	beyond := changed(ask, func(c *commands.RequestVisura) { c.Ambito = "nazionale" })
	mornings := domain.Orario{{Giorni: []int{1, 2, 3, 4, 5}, Dalle: "08:00", Alle: "14:00"}}
	evening := time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC) // 14:00 in Italy
	days := func(dal, al string) func(*given) {
		return holdingProfile(func(a *domain.Assignment) {
			a.Dal, a.Al = domain.Date{}, domain.Date{}
			if dal != "" {
				a.Dal = data(dal)
			}
			if al != "" {
				a.Al = data(al)
			}
		})
	}
	history := func(e ...domain.Event) func(*given) {
		return func(g *given) {
			for _, e := range e {
				g.Parties.Convenzione = g.Parties.Convenzione.Evolve(e, domain.Meta{})
			}
		}
	}
	renewed := changed(act, func(a *domain.ConvenzioneDrafted) {
		a.Dal, a.Massimo.Tipi = data("2026-12-01"), []domain.Tipo{domain.Nascita}
	})
	away := func(dal, al string) func(*given) {
		return func(g *given) {
			g.Actor.Absences = []domain.AbsenceDeclared{{Ente: ente, Comune: comune, Dal: data(dal), Al: data(al)}}
		}
	}
	const ours, theirs = "interno 12", "Anagrafe"
	for name, c := range map[string]struct {
		by      domain.Actor
		but     func(*given)
		at      time.Time
		when    commands.RequestVisura
		field   string // empty: admitted
		contact string
	}{
		"no act":                                 {but: func(g *given) { g.Parties.Convenzione = domain.Convenzione{} }, field: "comune", contact: theirs},
		"a draft alone":                          {but: func(g *given) { g.Parties.Convenzione = domain.Convenzione{Draft: &act} }, field: "comune", contact: theirs},
		"an act that has not begun":              {but: underAct(func(a *domain.ConvenzioneDrafted) { a.Dal = data("2026-11-24") }), field: "comune", contact: theirs},
		"its first day":                          {but: underAct(func(a *domain.ConvenzioneDrafted) { a.Dal = data("2026-11-23") })},
		"suspended":                              {but: history(stopped), field: "comune", contact: theirs},
		"resumed":                                {but: history(stopped, domain.ConvenzioneResumed{})},
		"ended":                                  {but: history(over), field: "comune", contact: theirs},
		"the old act until the renewed begins":   {but: history(renewed, domain.ConvenzioneActivated{Numero: 2})},
		"then the renewed":                       {but: history(renewed, domain.ConvenzioneActivated{Numero: 2}), at: time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC), field: "tipo", contact: ours},
		"away on the first day":                  {but: away("2026-11-23", "2026-11-27"), field: "utente", contact: ours},
		"away on the last day":                   {but: away("2026-11-20", "2026-11-23"), field: "utente", contact: ours},
		"away until yesterday":                   {but: away("2026-11-20", "2026-11-22")},
		"instructions never accepted":            {but: func(g *given) { g.Actor.Accepted = nil }, field: "istruzioni", contact: ours},
		"accepted a year ago":                    {but: func(g *given) { g.Actor.Accepted[0].At = now.AddDate(-1, 0, 0) }, field: "istruzioni", contact: ours},
		"accepted a second less than a year ago": {but: func(g *given) { g.Actor.Accepted[0].At = now.AddDate(-1, 0, 0).Add(time.Second) }},
		"another version since":                  {but: func(g *given) { g.Parties.Comune.Istruzioni.Versione = 1 }, field: "istruzioni", contact: ours},
		"no profile":                             {but: func(g *given) { g.Actor.Assignments = nil }, field: "profile", contact: ours},
		"a profile withdrawn":                    {but: func(g *given) { g.Parties.Profiles[0].Withdrawn = true }, field: "profile", contact: ours},
		"a profile of another Comune":            {but: withProfile(func(p *domain.ProfileDefined) { p.Comune = altro }), field: "profile", contact: ours},
		"a profile that has lapsed":              {but: holdingProfile(func(a *domain.Assignment) { a.Lapsed = true }), field: "mansione", contact: ours},
		"a type beyond one's own limits":         {but: holdingProfile(func(a *domain.Assignment) { a.Limiti.Tipi = []domain.Tipo{domain.StatoCivile} }), field: "tipo", contact: ours},
		"a profile from tomorrow":                {but: days("2026-11-24", ""), field: "profile", contact: ours},
		"from today":                             {but: days("2026-11-23", "2026-11-23")},
		"until yesterday":                        {but: days("", "2026-11-22"), field: "profile", contact: ours},
		"the act's hours":                        {but: atMost(func(m *domain.Massimo) { m.Orario = mornings }), at: evening, field: "orario", contact: ours},
		"a minute before they end":               {but: atMost(func(m *domain.Massimo) { m.Orario = mornings }), at: evening.Add(-time.Minute)},
		"the profile's hours":                    {but: withProfile(func(p *domain.ProfileDefined) { p.Orario = mornings }), at: evening, field: "orario", contact: ours},
		"one's own hours":                        {but: holdingProfile(func(a *domain.Assignment) { a.Limiti.Orario = mornings }), at: evening, field: "orario", contact: ours},
		"a second factor that the act wants":     {but: underAct(func(a *domain.ConvenzioneDrafted) { a.SecondoFattore = true }), field: "secondo_fattore", contact: ours},
		"proven in the session":                  {by: strong(mario), but: underAct(func(a *domain.ConvenzioneDrafted) { a.SecondoFattore = true })},
		"the act's workstations":                 {but: atMost(func(m *domain.Massimo) { m.Postazione = domain.Autorizzata }), field: "postazione", contact: ours},
		"the profile's are stricter":             {but: withProfile(func(p *domain.ProfileDefined) { p.Postazione = domain.Autorizzata }), field: "postazione", contact: ours},
		"the act's, though the profile is free": {but: func(g *given) {
			withProfile(func(p *domain.ProfileDefined) { p.Postazione = domain.Libera })(g)
			atMost(func(m *domain.Massimo) { m.Postazione = domain.Autorizzata })(g)
		}, field: "postazione", contact: ours},
		"national, the Comune without a title": {when: beyond, but: func(g *given) { g.Parties.Comune.Nazionale = domain.NazionaleEnabled{} }, field: "ambito", contact: theirs},
		"national, not in the act":             {when: beyond, but: atMost(func(m *domain.Massimo) { m.Nazionale = domain.Modo{} }), field: "ambito", contact: ours},
		"national, not in the profile":         {when: beyond, but: inMode(domain.Modo{}), field: "ambito", contact: ours},
		"national, not granted to the person":  {when: beyond, but: holdingProfile(func(a *domain.Assignment) { a.Nazionale = false }), field: "ambito", contact: theirs},
		"who is suspended at the pair": {but: func(g *given) {
			g.Actor.Suspensions = []domain.SuspensionInForce{{UtenteSuspended: domain.UtenteSuspended{Ente: ente, Comune: comune}}}
		}, field: "role"},
		"suspended at another": {but: func(g *given) {
			g.Actor.Suspensions = []domain.SuspensionInForce{{UtenteSuspended: domain.UtenteSuspended{Ente: ente, Comune: altro}}}
		}},
		"whose role begins tomorrow":                 {but: func(g *given) { g.Actor.Roles[0].Dal = data("2026-11-24") }, field: "role"},
		"a substitute on the last day":               {but: substituting("2026-11-23", operates)},
		"and the day after":                          {but: substituting("2026-11-22", operates), field: "role"},
		"nor once the other has the role no longer":  {but: substituting("2026-11-23"), field: "role"},
		"a purpose that is for another type":         {but: underAct(boundTo(domain.StatoCivile)), field: "finalita", contact: ours},
		"one that is for the type":                   {but: underAct(boundTo(domain.StatoCivile, domain.Residenza))},
		"a practice number of another form":          {but: atMost(func(m *domain.Massimo) { m.Pratica = "PG-[0-9]+" }), field: "numero_pratica", contact: ours},
		"an ADMIN whom another ADMIN gave a profile": {by: anna, but: holdingProfile(func(a *domain.Assignment) { a.By = anna }), field: "profile", contact: ours},
	} {
		t.Run(name, func(t *testing.T) {
			s := spec{by: c.by, but: c.but, at: c.at}
			if c.when == (commands.RequestVisura{}) {
				c.when = ask
			}
			_, err := c.when.Decide(s.inputs())
			refusal, refused := err.(*domain.Error)
			switch {
			case refused && refusal.Contact == "":
				t.Errorf("%v names nobody to turn to", refusal)
			case c.field == "role" && refused && refusal.Field == "":
			case refused != (c.field != ""):
				t.Errorf("%v", err)
			case refused && (refusal.Field != c.field || refusal.Contact != c.contact):
				t.Errorf("blames %q and refers to %q, want %q and %q", refusal.Field, refusal.Contact, c.field, c.contact)
			}
		})
	}
}

// An authorised workstation is that of the pair, or software known by its network or
// certificate.
func TestAnAuthorisedWorkstationIsThePairs(t *testing.T) {
	strict := atMost(func(m *domain.Massimo) { m.Postazione = domain.Autorizzata })
	desk := domain.Postazione{}.Evolve(domain.PostazioneProposed{Ente: ente, Comune: comune, Nome: "Sportello"}, domain.Meta{})
	approved := desk.Evolve(domain.PostazioneApproved{Comune: comune}, domain.Meta{})
	for name, c := range map[string]struct {
		desk domain.Postazione
		want bool
	}{
		"proposed":         {desk, false},
		"approved":         {approved, true},
		"revoked":          {approved.Evolve(domain.PostazioneRevoked{Comune: comune}, domain.Meta{}), false},
		"another Ente's":   {changed(approved, func(p *domain.Postazione) { p.Ente = "00000000-0000-4000-8000-0000000000e2" }), false},
		"another Comune's": {desk.Evolve(domain.PostazioneApproved{Comune: altro}, domain.Meta{}), false},
	} {
		s := spec{but: func(g *given) { strict(g); g.Parties.Postazione, g.Meta.By.Postazione = c.desk, "desk" }}
		if _, err := ask.Decide(s.inputs()); (err == nil) != c.want {
			t.Errorf("%s: %v", name, err)
		}
		s.but = func(g *given) { strict(g); g.Parties.Postazione = c.desk }
		if _, err := ask.Decide(s.inputs()); err == nil {
			t.Errorf("%s: admitted from no workstation at all", name)
		}
	}
}

// substituting is a world in which who acts does so in the place of piero, up to a
// day, who has some roles.
func substituting(al string, theirs ...domain.RoleGiven) func(*given) {
	return func(g *given) {
		g.Actor.Roles[0].Sostituisce, g.Actor.Roles[0].Al = piero.Utente, data(al)
		principal := domain.Principal{ID: piero.Utente}
		for _, r := range theirs {
			principal.Roles = append(principal.Roles, domain.RoleHeld{RoleGiven: r})
		}
		g.Actor.Principals = []domain.Principal{principal}
	}
}

// strong is somebody who has proven a second factor in their session.
func strong(by domain.Actor) domain.Actor {
	by.Strong = true
	return by
}

// A profile that comes to go further beyond the Comune lets nobody go further by itself:
// of a type that was not granted nothing, and of a looser mode the one that was.
func TestNationalGoesNoFurtherThanWasGranted(t *testing.T) {
	immediate, byOfficer := domain.Modo{Conferma: domain.Immediata}, domain.Modo{Conferma: domain.Manuale}
	silence := func(hours int) domain.Modo { return domain.Modo{Conferma: domain.SilenzioAssenso, Ore: hours} }
	beyond := changed(ask, func(c *commands.RequestVisura) { c.Ambito = "nazionale" })
	granted := func(m domain.Modo) []domain.TipoConcesso {
		return []domain.TipoConcesso{{Tipo: domain.StatoCivile, Nazionale: immediate}, {Tipo: domain.Residenza, Nazionale: m}}
	}
	for name, c := range map[string]struct {
		profile domain.Modo
		granted []domain.TipoConcesso // none: as in events of before
		want    domain.Modo           // none: refused
	}{
		"as it was granted":                        {byOfficer, granted(byOfficer), byOfficer},
		"without limit, whatever the profile has":  {immediate, nil, immediate},
		"another type than was granted":            {immediate, granted(byOfficer)[:1], domain.Modo{}},
		"manual, the profile now by silence":       {silence(0), granted(byOfficer), byOfficer},
		"manual, the profile now at once":          {immediate, granted(byOfficer), byOfficer},
		"by silence, the profile now at once":      {immediate, granted(silence(24)), silence(24)},
		"the Comune's hours, the profile one less": {silence(11), granted(silence(0)), silence(0)},
		"the profile as many":                      {silence(12), granted(silence(0)), silence(12)},
		"the profile one more":                     {silence(13), granted(silence(0)), silence(13)},
		"hours, the profile now the Comune's":      {silence(0), granted(silence(13)), silence(13)},
		"and they are fewer":                       {silence(0), granted(silence(11)), silence(0)},
		"at once, the profile now by silence":      {silence(24), granted(immediate), silence(24)},
		"at once, the profile now manual":          {byOfficer, granted(immediate), byOfficer},
		"a type the profile has no longer beyond":  {domain.Modo{}, granted(immediate), domain.Modo{}},
	} {
		t.Run(name, func(t *testing.T) {
			s := spec{but: func(g *given) {
				atMost(func(m *domain.Massimo) { m.Nazionale = immediate })(g)
				inMode(c.profile)(g)
				g.Actor.Assignments[0].Autorizzati = c.granted
			}}
			here, err := ask.Decide(s.inputs())
			if err != nil || here[0].(domain.VisuraRequested).Conferma != domain.Immediata {
				t.Fatalf("within the Comune: %v, %v", here, err)
			}
			events, err := beyond.Decide(s.inputs())
			if refusal := (*domain.Error)(nil); errors.As(err, &refusal) {
				if c.want.Admits() || refusal.Field != "ambito" || refusal.Contact == "" {
					t.Errorf("refused: %+v", refusal)
				}
				return
			}
			if r := events[0].(domain.VisuraRequested); (domain.Modo{Conferma: r.Conferma, Ore: r.OreSilenzio}) != c.want {
				t.Errorf("confirmed %s after %d hours, want %+v", r.Conferma, r.OreSilenzio, c.want)
			}
		})
	}
}
