package projections

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

func TestTheJournalIsSeenByThoseItConcerns(t *testing.T) {
	t.Parallel()
	pool, _ := town(t)
	q := NewAccessiQueries(pool)
	// Mario acts for Roma and Milano at once: what names neither is with the Ente.
	for name, c := range map[string]struct {
		who    domain.Reach
		filter FiltroAccessi
		want   []string
	}{
		"the system":           {everything, FiltroAccessi{}, []string{"U003 sign-in", "U004 search-utenti", "U001 request-visura", "U001 list-visure"}},
		"a TOP":                {theOffice, FiltroAccessi{}, []string{"U003 sign-in", "U004 search-utenti"}},
		"another Comune's TOP": {ofMilano, FiltroAccessi{}, []string{"U001 request-visura"}}, // which was asked of Milano
		"an ADMIN":             {ofInpsRoma, FiltroAccessi{}, []string{"U004 search-utenti"}},
		"another Ente's ADMIN": {ofAslRoma, FiltroAccessi{}, []string{}},
		"nobody":               {domain.Reach{}, FiltroAccessi{}, []string{}},
		"by person":            {everything, FiltroAccessi{Utente: capo}, []string{"U003 sign-in"}},
		"by action":            {everything, FiltroAccessi{Action: "list-visure"}, []string{"U001 list-visure"}},
		"by outcome":           {everything, FiltroAccessi{Outcome: "forbidden"}, []string{"U001 request-visura"}},
		"refused":              {everything, FiltroAccessi{Refused: true}, []string{"U001 request-visura"}},
		"by object":            {everything, FiltroAccessi{Object: string(mario.Stream())}, []string{"U004 search-utenti"}},
		"by Ente":              {everything, FiltroAccessi{Ente: asl}, []string{}},
		"by Comune":            {everything, FiltroAccessi{Comune: milano}, []string{"U001 request-visura"}},
		"by period":            {everything, FiltroAccessi{From: morning.Add(time.Hour)}, []string{}},
	} {
		p, err := q.Page(t.Context(), c.who, c.filter)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, each(p.Items, func(r RigaAccesso) string { return r.UtenteCodice + " " + r.Action })); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

// The Comune of an entry is the one that gave the role when it was made, also when
// the entry is read again later.
func TestWhoGaveTheRoleIsToldAsItWasThen(t *testing.T) {
	t.Parallel()
	pool, l := town(t)
	stream := "accesso-" + string(maria.Stream())[len("utente-"):] + "-2026-11"
	actor := domain.Actor{Utente: maria, Role: domain.RoleStandard, Ente: asl}
	l.Add(stream, actor, domain.AccessRecorded{Action: "list-visure", Outcome: "ok", Filters: []string{"stato=issued", "persona"}})
	l.Add(string(maria.Stream()), domain.Sistema, given(domain.RoleStandard, asl, milano))
	l.Add(stream, actor, domain.AccessRecorded{Action: "search-visure", Outcome: "ok"})
	for _, when := range []string{"once", "again"} {
		enginetest.Apply(t, pool, l.All(), All...)
		p, err := NewAccessiQueries(pool).Page(t.Context(), everything, FiltroAccessi{Utente: maria})
		if err != nil {
			t.Fatal(err)
		}
		got := each(p.Items, func(r RigaAccesso) string { return r.Action + " " + string(r.Comune) + " " + r.Filters })
		if diff := cmp.Diff([]string{"search-visure  ", "list-visure 058091 stato=issued persona"}, got); diff != "" {
			t.Errorf("%s:\n%s", when, diff)
		}
	}
}

// Whoever acts may name any Comune: the one that gave the role sees what they do, and
// no other does.
func TestNobodyChoosesWhoSeesWhatTheyDo(t *testing.T) {
	t.Parallel()
	pool, l := town(t)
	ask := func(who domain.UtenteID, by domain.Actor, asked domain.CodiceISTAT) {
		l.Add("accesso-"+string(who)+"-2026-11", by, domain.AccessRecorded{Action: "list-utenti", Outcome: "ok", Asked: domain.Asked{Comune: asked}})
	}
	ofRoma := domain.Actor{Utente: admina, Role: domain.RoleAdmin, Ente: inps}
	ask(admina, ofRoma, "")
	ask(admina, ofRoma, milano)
	ofRoma.Comune = milano
	ask(admina, ofRoma, "")
	ask(mario, operatore, "001272")
	nobody := domain.Actor{Utente: maria, Role: domain.RoleAdmin, Ente: asl}
	ask(maria, nobody, milano)
	enginetest.Apply(t, pool, l.All(), All...)
	p, err := NewAccessiQueries(pool).Page(t.Context(), everything, FiltroAccessi{Action: "list-utenti"})
	if err != nil {
		t.Fatal(err)
	}
	got := each(p.Items, func(r RigaAccesso) string { return r.UtenteCodice + " " + string(r.Comune) })
	if diff := cmp.Diff([]string{"U002 " + string(milano), "U001 ", "U004 " + string(roma), "U004 " + string(roma), "U004 " + string(roma)}, got); diff != "" {
		t.Error(diff)
	}
}

func TestPagesOfTheJournalNeitherSkipNorRepeat(t *testing.T) {
	t.Parallel()
	pool, l := town(t)
	for range 25 {
		l.Add("accesso-"+string(capo)+"-2026-12", topDiRoma, domain.AccessRecorded{Action: "get-visura", Outcome: "ok"})
	}
	events := l.All()
	for i := range events {
		events[i].Meta.At = morning.Add(time.Duration(i/20) * time.Second)
	}
	enginetest.Clear(t, pool, All...)
	enginetest.Apply(t, pool, events, All...)
	q := NewAccessiQueries(pool)
	var got []int64
	for f := (FiltroAccessi{Limit: 4, Action: "get-visura"}); ; {
		p, err := q.Page(t.Context(), theOffice, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Items {
			got = append(got, r.Revision)
		}
		if f.Cursor = p.Next; f.Cursor == "" {
			break
		}
	}
	var want []int64
	for n := int64(24); n >= 0; n-- {
		want = append(want, n)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What people do in no capacity is seen by who supervises them where they had a role when
// they did it, then and later, and by nobody else: it tells of no other pair.
func TestWhoSupervisesPeopleSeesThemComeIn(t *testing.T) {
	t.Parallel()
	pool, l := town(t)
	enter := func(who domain.UtenteID, action, outcome string) {
		e := domain.AccessRecorded{Action: action, Outcome: outcome, Address: "192.0.2.1", Object: string(banco.Stream())}
		l.Add(string(domain.AccessStream(who, morning)), domain.Actor{Utente: who, Postazione: string(banco)}, e)
	}
	enter(mario, "sign-in", "ok")
	enter(maria, "create-session", "refused")
	enter(capo, "sign-in", "ok")
	enter("", "create-session", "refused") // of nobody
	l.Add(string(mario.Stream()), domain.Sistema, domain.RoleTaken{Role: domain.RoleStandard, Ente: inps, Comune: milano})
	enter(mario, "step-up", "ok")
	past := given(domain.RoleStandard, inps, roma)
	past.Al = day(1)
	l.Add(string(maria.Stream()), domain.Sistema, past)
	l.Add(string(maria.Stream()), domain.Sistema, given(domain.RoleStandard, inps, milano))
	enter(maria, "recover-password", "ok")
	l.Add(string(roma.Stream()), domain.Sistema, domain.TopRemoved{Utente: capo})
	enter(capo, "set-password", "ok")
	q := NewAccessiQueries(pool)
	auditor := reach(domain.Actor{Utente: capo, Role: domain.RoleAuditor, Ente: inps}, given(domain.RoleAuditor, inps, ""))
	officer := reach(domain.Actor{Utente: capo, Role: domain.RoleAnagrafe, Comune: roma}, given(domain.RoleAnagrafe, "", roma))
	for range 2 { // also when the entries are read again, as everything is known
		enginetest.Apply(t, pool, l.All(), All...)
		for name, c := range map[string]struct {
			who    domain.Reach
			filter FiltroAccessi
			want   []string
		}{
			"a TOP":                  {theOffice, FiltroAccessi{}, []string{"U002 recover-password", "U001 step-up", "U003 sign-in", "U002 create-session", "U001 sign-in"}},
			"another Comune's TOP":   {ofMilano, FiltroAccessi{}, []string{"U002 recover-password", "U001 sign-in"}},
			"an ADMIN":               {ofInpsRoma, FiltroAccessi{}, []string{"U001 step-up", "U001 sign-in"}},
			"another Ente's ADMIN":   {ofAslRoma, FiltroAccessi{}, []string{"U002 recover-password", "U002 create-session"}},
			"an auditor":             {auditorRoma, FiltroAccessi{Action: "sign-in"}, []string{"U003 sign-in", "U001 sign-in"}},
			"an auditor of the Ente": {auditor, FiltroAccessi{}, []string{"U002 recover-password", "U001 step-up", "U001 sign-in"}},
			"who administers nobody": {officer, FiltroAccessi{}, []string{}},
			"an operator":            {mariosOwn, FiltroAccessi{}, []string{}},
			"by person":              {theOffice, FiltroAccessi{Utente: mario}, []string{"U001 step-up", "U001 sign-in"}},
			"by where they are":      {theOffice, FiltroAccessi{Ente: asl}, []string{"U002 recover-password", "U002 create-session"}},
			"what was refused":       {theOffice, FiltroAccessi{Refused: true}, []string{"U002 create-session"}},
			"not by what it was of":  {theOffice, FiltroAccessi{Object: string(banco.Stream())}, []string{}},
			"the system, each once":  {everything, FiltroAccessi{Action: "sign-in", Utente: mario}, []string{"U001 sign-in"}},
			"themself, each once":    {domain.Own(mario), FiltroAccessi{}, []string{"U001 step-up", "U001 sign-in"}},
		} {
			got := []string{}
			for c.filter.Limit = 1; ; { // a page each
				p, err := q.Page(t.Context(), c.who, c.filter)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range p.Items {
					if r.Role != "" {
						continue // as the town was before
					}
					got = append(got, r.UtenteCodice+" "+r.Action)
					if told := r.Postazione + r.Object + string(r.Ente) + string(r.Comune); supervises(c.who) && told != "" {
						t.Errorf("%s is told %s of %s", name, told, r.Action)
					}
				}
				if c.filter.Cursor = p.Next; c.filter.Cursor == "" {
					break
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s:\n%s", name, diff)
			}
		}
	}
}

// counts tells how many each entry stands for.
func counts(entries []VoceIgnota) (all []int) {
	for _, e := range entries {
		all = append(all, e.Count)
	}
	return all
}

func TestTheJournalOfNobodyIsToldByItself(t *testing.T) {
	t.Parallel()
	pool, l := town(t)
	nobody := string(domain.AccessStream("", morning))
	l.Add(nobody, domain.Actor{}, domain.AccessRecorded{Action: "sign-in", Outcome: "refused", Address: "192.0.2.7"})
	l.Add(nobody, domain.Actor{}, domain.AccessRecorded{Action: "sign-in", Outcome: "refused", Address: "192.0.2.7", Count: 41})
	l.Add(string(domain.InstallationJournal(morning)), domain.Actor{Role: domain.RoleInstallazione, Account: "root"}, domain.AccessRecorded{Action: "list-sessions", Outcome: "ok"})
	enginetest.Apply(t, pool, l.All(), All...)
	for last, want := range map[int][]int{1: {41}, 10: {41, 1}} {
		found, err := NewAccessiQueries(pool).Unknown(t.Context(), last)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, counts(found)); diff != "" {
			t.Errorf("the last %d:\n%s", last, diff)
		}
	}
}
