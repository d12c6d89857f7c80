package commands_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

func TestLookBeyond(t *testing.T) {
	look := commands.LookBeyond{Attempt: 1, ANPR: "4711"}
	atOnce := with(national, func(r *domain.VisuraRequested) { r.Conferma = domain.Immediata })
	hours := with(silent, func(r *domain.VisuraRequested) { r.OreSilenzio = 3 })
	soon := time.Date(2026, 11, 23, 12, 30, 0, 0, time.UTC) // three office hours after 10:30 in Italy
	specs := map[string]spec{
		"an officer is awaited":                   {given: events(national, sought), when: look, then: events(absent, awaited)},
		"or silence, from now on":                 {given: events(silent, sought), when: look, then: events(absent, domain.ConfirmationAwaited{Due: &due})},
		"after the hours of the profile":          {given: events(hours, sought), when: look, then: events(absent, domain.ConfirmationAwaited{Due: &soon})},
		"what is confirmed goes on":               {given: events(atOnce, immediate, started), when: look, then: events(absent)},
		"a late answer to an old attempt is void": {given: events(national, sought), when: commands.LookBeyond{Attempt: 2}},
		"a comunale request goes no further":      {given: events(requested, immediate, started), when: look},
		"what was withdrawn stays so":             {given: events(national, sought, withdrawn), when: look},
		"a Comune without a term never consents by silence": {given: events(silent, sought), when: look, then: events(absent, awaited),
			but: func(g *given) { g.Parties.Comune.ComuneRegistered.OreSilenzio = 0 }},
	}
	for name, s := range specs {
		s.by = domain.Sistema
		specs[name] = s
	}
	specs["nobody else says so"] = spec{given: events(national, sought), by: luisa, when: look, fails: domain.Forbidden}
	run(t, specs)
}

// What allowed a request is judged when an officer confirms it, when silence would, and
// before ANPR is asked.
func TestWhatAllowedARequestIsJudgedAgain(t *testing.T) {
	after := domain.ConfirmationAwaited{Due: at(now.Add(-time.Minute))}
	assignment := func(change func(*domain.Assignment)) func(*given) {
		return func(g *given) { change(&g.Parties.Requester.Assignments[0]) }
	}
	for name, c := range map[string]struct {
		but  func(*given)
		item string // empty: it goes on
	}{
		"nothing has changed": {func(*given) {}, ""},
		"the act has ended":   {overAct, domain.LapsedAct},
		"it is suspended": {func(g *given) {
			g.Parties.Convenzione = g.Parties.Convenzione.Evolve(domain.ConvenzioneSuspended{}, domain.Meta{})
		}, domain.LapsedAct},
		"its days are over":         {underAct(func(a *domain.ConvenzioneDrafted) { a.Al = data("2026-11-22") }), domain.LapsedAct},
		"they are not over":         {underAct(func(a *domain.ConvenzioneDrafted) { a.Al = data("2026-11-23") }), ""},
		"it lost the type":          {atMost(func(m *domain.Massimo) { m.Tipi = []domain.Tipo{domain.Nascita} }), domain.LapsedTipo},
		"it lost the purpose":       {underAct(func(a *domain.ConvenzioneDrafted) { a.Finalita = nil }), domain.LapsedPurpose},
		"the purpose is for others": {underAct(boundTo(domain.StatoCivile)), domain.LapsedPurpose},
		"the purpose is inhibited": {func(g *given) {
			g.Parties.Convenzione = g.Parties.Convenzione.Evolve(inhibited, domain.Meta{})
		}, domain.LapsedPurpose},
		"it is only for the Comune's": {atMost(func(m *domain.Massimo) { m.Nazionale = domain.Modo{} }), domain.LapsedAmbito},
		"the Comune admits none":      {func(g *given) { g.Parties.Comune.Nazionale = domain.NazionaleEnabled{} }, domain.LapsedAmbito},
		"the grant was revoked":       {assignment(func(a *domain.Assignment) { a.Nazionale = false }), domain.LapsedAmbito},
		"the role was taken":          {func(g *given) { g.Parties.Requester.Roles = nil }, domain.LapsedRole},
		"the role is over":            {func(g *given) { g.Parties.Requester.Roles[0].Al = data("2026-11-22") }, domain.LapsedRole},
		"the person is suspended": {func(g *given) {
			g.Parties.Requester.Suspensions = []domain.SuspensionInForce{{UtenteSuspended: domain.UtenteSuspended{Role: domain.RoleStandard, Ente: ente, Comune: comune}}}
		}, domain.LapsedRole},
		"the profile was withdrawn":     {func(g *given) { g.Parties.Requester.Assignments = nil }, domain.LapsedProfile},
		"it is no longer in force":      {func(g *given) { g.Parties.Profiles[0].Withdrawn = true }, domain.LapsedProfile},
		"its days for the person ended": {assignment(func(a *domain.Assignment) { a.Al = data("2026-11-22") }), domain.LapsedProfile},
		"the duty changed":              {assignment(func(a *domain.Assignment) { a.Lapsed = true }), domain.LapsedDuty},
		"the profile lost the type":     {withProfile(func(p *domain.ProfileDefined) { p.Tipi = []domain.TipoConcesso{{Tipo: domain.Nascita}} }), domain.LapsedTipo},
		"the hours are others": {withProfile(func(p *domain.ProfileDefined) {
			p.Orario = domain.Orario{{Giorni: []int{7}, Dalle: "08:00", Alle: "09:00"}}
		}), ""},
		"the workstation is wanted": {atMost(func(m *domain.Massimo) { m.Postazione = domain.Autorizzata }), ""},
		"the requester is on leave": {func(g *given) {
			g.Parties.Requester.Absences = []domain.AbsenceDeclared{{Comune: comune, Dal: data("2026-11-01"), Al: data("2026-11-30")}}
		}, ""},
	} {
		for step, s := range map[string]spec{
			"an officer confirms": {given: events(silent, sought, absent, awaited), by: luisa, when: commands.ApproveVisura{}, then: events(byOfficer)},
			"silence confirms":    {given: events(silent, sought, absent, after), by: domain.Sistema, when: commands.ApproveBySilence{}, then: events(bySilence)},
			"ANPR is about to be asked": {given: events(silent, sought, absent, awaited, byOfficer), by: domain.Sistema, when: commands.StartQuery{},
				then: events(domain.QueryStarted{Attempt: 2, IDOperazioneComune: domain.NewIDOperazione(visura, 2, now), Ambito: domain.Nazionale, Numero: ciuv})},
		} {
			t.Run(name+", "+step, func(t *testing.T) {
				s.but = c.but
				if c.item != "" {
					s.then = events(domain.VisuraLapsed{Item: c.item})
				}
				decide(t, s.inputs(), s.when, s.then, "", "")
			})
		}
	}
}

// A request about the Comune's own rests on no national grant.
func TestTheComunesOwnAreAskedAboutWithoutANationalGrant(t *testing.T) {
	deferred := domain.QueryDeferred{Attempt: 1, Class: domain.FailureRetry, Code: "999", RetryAt: now}
	second := domain.QueryStarted{Attempt: 2, IDOperazioneComune: domain.NewIDOperazione(visura, 2, now), Ambito: domain.Comunale, Numero: ciuv}
	run(t, map[string]spec{"once more at home": {given: events(national, sought, deferred), by: domain.Sistema, when: commands.StartQuery{}, then: events(second),
		but: func(g *given) { g.Parties.Comune.Nazionale = domain.NazionaleEnabled{} }}})
}

// nonresident has the registry know rossi in another Comune alone.
func (w *world) nonresident() *world {
	w.answer = func(_ int, q commands.Query) (scheda.Scheda, error) {
		if q.Ambito == domain.Comunale {
			return scheda.Scheda{}, &commands.AnagrafeError{Class: domain.FailureFinal, Codes: []string{"EN122"}, IDOperazioneANPR: "7"}
		}
		return livingAt(altro), nil
	}
	return w
}

// livingAt is the answer about rossi, registered in a Comune.
func livingAt(c domain.CodiceISTAT) scheda.Scheda {
	s := resident()
	s.Persone[0].Residenze[0].Indirizzo.Comune.ISTAT, s.Persone[0].Iscrizione.Comune.ISTAT = c, c
	return s
}

// request has mario ask beyond the Comune, confirmed as a mode says.
func (w *world) request(t *testing.T, ambito domain.Ambito, modo domain.Modo) {
	t.Helper()
	w.enter(string(conv.Stream()), changed(act, func(a *domain.ConvenzioneDrafted) { a.Massimo.Nazionale = domain.Modo{Conferma: domain.Immediata} }), domain.ConvenzioneActivated{Numero: 2})
	w.enter(string(prof.Stream()), changed(desk, func(p *domain.ProfileDefined) { p.Tipi = domain.Concessi([]domain.Tipo{domain.Residenza}, modo) }))
	cmd := ask
	cmd.Ambito = string(ambito)
	if _, err := commands.Handle(t.Context(), w.handler(), visura.Stream(), domain.Meta{By: mario}, cmd); err != nil {
		t.Fatal(err)
	}
}

func TestAResidentIsIssuedAtOnceWhateverWasAsked(t *testing.T) {
	for _, conferma := range []domain.Conferma{domain.Immediata, domain.SilenzioAssenso, domain.Manuale} {
		w := newTown().nationally()
		w.request(t, domain.Nazionale, domain.Modo{Conferma: conferma})
		if err := advance(t, w.process()); err != nil {
			t.Fatal(err)
		}
		last, ok := w.history()[len(w.history())-1].(domain.VisuraIssued)
		if !ok || last.Ambito != domain.Comunale || count[domain.VisuraApproved](w) != 1 || count[domain.ConfirmationAwaited](w) != 0 || len(w.calls) != 1 {
			t.Errorf("%s: %v", conferma, w.history())
		}
	}
}

// Wherever the crash comes the next start goes on: the own Comune is asked under one id,
// and beyond it under another, once that is confirmed.
func TestACrashAnywhereOnTheWayBeyondLeavesOneDocument(t *testing.T) {
	for _, landed := range []bool{false, true} {
		for crash := 1; crash <= 9; crash++ {
			w := newTown().nationally().nonresident()
			w.request(t, domain.Nazionale, domain.Modo{Conferma: domain.Manuale})
			w.effects, w.crashAt, w.landed = 0, crash, landed
			for range 8 {
				err := advance(t, w.process())
				if err != nil && !errors.Is(err, errCrash) {
					t.Fatal(err)
				}
				if v := history(w.history()...); v.Status == domain.Awaiting {
					w.record(byOfficer)
				}
			}
			ids := map[string]bool{}
			for _, id := range w.calls {
				ids[id] = true
			}
			issued, ok := w.history()[len(w.history())-1].(domain.VisuraIssued)
			if !ok || issued.Ambito != domain.Nazionale || count[domain.VisuraIssued](w) != 1 || count[domain.VisuraApproved](w) != 1 || len(ids) != 2 {
				t.Errorf("effect %d, landed %v: %d ids, %v", crash, landed, len(ids), w.history())
			}
		}
	}
}

// Nobody of the own Comune ever waits, and nobody else's document is ever made without
// the confirmation that is due.
func TestOnlyWhoIsFromElsewhereAwaitsConfirmation(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		home := rapid.SampledFrom([]domain.CodiceISTAT{comune, altro, ""}).Draw(rt, "registered at")
		ambito := rapid.SampledFrom([]domain.Ambito{domain.Comunale, domain.Nazionale}).Draw(rt, "asked as")
		modo := domain.Modo{Conferma: rapid.SampledFrom([]domain.Conferma{domain.Immediata, domain.SilenzioAssenso, domain.Manuale}).Draw(rt, "confirmed")}
		loose := rapid.Bool().Draw(rt, "the registry answers beyond what was asked")
		confirmed := rapid.Bool().Draw(rt, "an officer confirms")
		w := newTown().nationally()
		w.answer = func(call int, q commands.Query) (scheda.Scheda, error) {
			switch {
			case rapid.IntRange(0, 3).Draw(rt, fmt.Sprint("registry at call ", call)) == 0:
				return scheda.Scheda{}, &commands.AnagrafeError{Class: domain.FailureRetry, Codes: []string{"999"}}
			case home == "" || home != comune && q.Ambito == domain.Comunale && !loose:
				return scheda.Scheda{}, &commands.AnagrafeError{Class: domain.FailureFinal, Codes: []string{"EN122"}}
			}
			return livingAt(home), nil
		}
		w.request(t, ambito, modo)
		for range 40 {
			advance(t, w.process())
			w.clock = w.clock.Add(15 * time.Minute)
			if v := history(w.history()...); v.Status == domain.Awaiting && confirmed {
				w.record(byOfficer)
			}
		}
		waited, v := count[domain.ConfirmationAwaited](w) > 0, history(w.history()...)
		beyond := ambito == domain.Nazionale && home != comune
		switch due := beyond && modo.Conferma != domain.Immediata; {
		case waited != due:
			rt.Fatalf("waited %v, want %v: %v", waited, due, w.history())
		case v.Status == domain.Issued && count[domain.VisuraApproved](w) != 1:
			rt.Fatalf("%d approvals: %v", count[domain.VisuraApproved](w), w.history())
		case v.Status == domain.Issued && due && v.Approval == domain.Immediata:
			rt.Fatalf("issued without confirmation: %v", w.history())
		case v.Status == domain.Issued && (v.Document.Ambito == domain.Nazionale) != beyond:
			rt.Fatalf("reached %s: %v", v.Document.Ambito, w.history())
		case home == comune && v.Status != domain.Issued, home == altro && !beyond && v.Status != domain.NotIssuable:
			rt.Fatalf("ended %s: %v", v.Status, w.history())
		}
	})
}
