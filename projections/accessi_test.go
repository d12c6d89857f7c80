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
	l.Add(stream, actor, domain.AccessRecorded{Action: "list-visure", Outcome: "ok"})
	l.Add(string(maria.Stream()), domain.Sistema, given(domain.RoleStandard, asl, milano))
	l.Add(stream, actor, domain.AccessRecorded{Action: "search-visure", Outcome: "ok"})
	for _, when := range []string{"once", "again"} {
		enginetest.Apply(t, pool, l.All(), All...)
		p, err := NewAccessiQueries(pool).Page(t.Context(), everything, FiltroAccessi{Utente: maria})
		if err != nil {
			t.Fatal(err)
		}
		got := each(p.Items, func(r RigaAccesso) string { return r.Action + " " + string(r.Comune) })
		if diff := cmp.Diff([]string{"search-visure ", "list-visure 058091"}, got); diff != "" {
			t.Errorf("%s:\n%s", when, diff)
		}
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
