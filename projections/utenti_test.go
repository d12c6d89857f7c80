package projections

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

// at tells who is listed where.
func listed(t *testing.T, q *UtentiQueries, r domain.Reach, f FiltroUtenti) []string {
	t.Helper()
	p, err := q.Page(t.Context(), r, f)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for _, u := range p.Items {
		got = append(got, fmt.Sprintf("%s %s@%s", u.Codice, u.EnteDenominazione, u.ComuneNome))
	}
	slices.Sort(got)
	return got
}

func TestEachSeesThePeopleOfTheirPairs(t *testing.T) {
	t.Parallel()
	q := NewUtentiQueries(town(t))
	for name, c := range map[string]struct {
		who  domain.Reach
		want []string
	}{
		"the system":           {everything, []string{"U001 INPS@Milano", "U001 INPS@Roma", "U002 ASL Roma 1@Roma", "U003 @Roma", "U004 INPS@Roma"}},
		"a TOP":                {theOffice, []string{"U001 INPS@Roma", "U002 ASL Roma 1@Roma", "U003 @Roma", "U004 INPS@Roma"}},
		"another Comune's TOP": {ofMilano, []string{"U001 INPS@Milano"}},
		"an ADMIN":             {ofInpsRoma, []string{"U001 INPS@Roma", "U004 INPS@Roma"}},
		"another Ente's ADMIN": {ofAslRoma, []string{"U002 ASL Roma 1@Roma"}},
		"an operator themself": {mariosOwn, []string{"U001 INPS@Roma"}},
		"nobody":               {domain.Reach{}, []string{}},
	} {
		if diff := cmp.Diff(c.want, listed(t, q, c.who, FiltroUtenti{})); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		for id, codice := range map[domain.UtenteID]string{mario: "U001", maria: "U002", capo: "U003", admina: "U004"} {
			visible := slices.ContainsFunc(c.want, func(s string) bool { return s[:4] == codice })
			d, err := q.One(t.Context(), c.who, id)
			if visible && (err != nil || d.Codice != codice) || !visible && domain.CodeOf(err) != domain.NotFound {
				t.Errorf("%s, %s: %+v, %v", name, codice, d, err)
			}
		}
	}
}

func TestTheListOfPeopleIsNarrowed(t *testing.T) {
	t.Parallel()
	q := NewUtentiQueries(town(t))
	yes, no := true, false
	for name, c := range map[string]struct {
		filter FiltroUtenti
		want   []string
	}{
		"by Ente":                     {FiltroUtenti{Ente: asl}, []string{"U002 ASL Roma 1@Roma"}},
		"by Comune":                   {FiltroUtenti{Comune: milano}, []string{"U001 INPS@Milano"}},
		"at the Comune itself":        {FiltroUtenti{DelComune: true}, []string{"U003 @Roma"}},
		"by role":                     {FiltroUtenti{Role: domain.RoleAdmin}, []string{"U004 INPS@Roma"}},
		"TOPs":                        {FiltroUtenti{Role: domain.RoleTop}, []string{"U003 @Roma"}},
		"by profile":                  {FiltroUtenti{Profile: sportello}, []string{"U001 INPS@Roma"}},
		"suspended":                   {FiltroUtenti{Sospesi: &yes}, []string{"U002 ASL Roma 1@Roma"}},
		"not suspended, of an Ente":   {FiltroUtenti{Sospesi: &no, Ente: asl}, []string{}},
		"national to be granted":      {FiltroUtenti{DaAutorizzare: true}, []string{"U001 INPS@Roma"}},
		"by office":                   {FiltroUtenti{Ufficio: "PEN"}, []string{"U001 INPS@Roma"}},
		"unused, whoever did nothing": {FiltroUtenti{UnusedSince: morning}, []string{"U002 ASL Roma 1@Roma"}},
		"by surname, folded":          {FiltroUtenti{Cognome: "damico"}, []string{"U004 INPS@Roma"}},
		"by how the surname begins":   {FiltroUtenti{Cognome: "d'a"}, []string{"U004 INPS@Roma"}},
		"by surname and name":         {FiltroUtenti{Cognome: "D'Amico", Nome: "Mario"}, []string{}},
		"by name":                     {FiltroUtenti{Nome: "Valeria"}, []string{"U004 INPS@Roma"}},
	} {
		if diff := cmp.Diff(c.want, listed(t, q, everything, c.filter)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	if got := listed(t, q, auditorRoma, FiltroUtenti{Cognome: "D'Amico"}); len(got) > 0 {
		t.Errorf("who sees no name finds %v by it", got)
	}
}

func TestAPersonIsToldAsFarAsTheyConcernTheReader(t *testing.T) {
	t.Parallel()
	pool, l := town(t)
	q := NewUtentiQueries(pool, l)
	d, err := q.One(t.Context(), theOffice, mario)
	if err != nil || len(d.Posti) != 1 {
		t.Fatalf("%+v, %v", d, err)
	}
	p := d.Posti[0]
	var profiles []string
	for _, a := range p.Profili {
		profiles = append(profiles, a.Nome+": "+string(a.Nazionale))
	}
	if diff := cmp.Diff([]string{"Sportello: assente", "Ampio: da_autorizzare"}, profiles); diff != "" {
		t.Error(diff)
	}
	if p.Nomina == nil || p.Nomina.Mansione != "istruttore" || p.Istruzioni == nil || p.Istruzioni.Versione != 1 {
		t.Errorf("record %+v, instructions %+v", p.Nomina, p.Istruzioni)
	}
	for _, f := range d.Storia {
		if f.Comune == milano {
			t.Errorf("told of another Comune: %+v", f)
		}
	}
	if suspended, err := q.One(t.Context(), theOffice, maria); err != nil || suspended.Posti[0].Sospensione.Motivo != "parole su Maria" {
		t.Errorf("suspended %+v, %v", suspended, err)
	}
	if proposed, err := q.One(t.Context(), theOffice, admina); err != nil || len(proposed.Posti[0].Proposte) != 1 || proposed.Posti[0].Proposte[0].Motivo != "parole su Valeria" || !proposed.Amendable {
		t.Errorf("proposed %+v, %v", proposed, err)
	}
	masked, err := q.One(t.Context(), auditorRoma, maria)
	if err != nil || masked.Persona.Cognome != "" || masked.Posti[0].Sospensione.Motivo != "" || masked.Persona.Testo != "C****** N***" {
		t.Errorf("masked %+v, %v", masked, err)
	}
}

func TestWhoseKeyIsGoneIsShownAsErased(t *testing.T) {
	t.Parallel()
	pool, l := town(t)
	l.ForgetStream(string(admina.Stream()))
	q := NewUtentiQueries(pool, l)
	if got := listed(t, q, everything, FiltroUtenti{Cognome: "D'Amico"}); len(got) > 0 {
		t.Errorf("found by a name that is gone: %v", got)
	}
	d, err := q.One(t.Context(), theOffice, admina)
	if err != nil || d.Persona != (Persona{Testo: "dati cancellati", Cancellato: true}) {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestCapacitiesAreThoseHeldOnTheDay(t *testing.T) {
	t.Parallel()
	until := given(domain.RoleAdmin, asl, roma)
	until.Dal, until.Al = day(23), day(24)
	q := NewUtentiQueries(town(t,
		done{string(capo.Stream()), domain.Sistema, given(domain.RoleAnagrafe, "", milano)},
		done{string(capo.Stream()), topDiRoma, until},
	))
	capacities := func(id domain.UtenteID, at time.Time) (got []string) {
		all, err := q.Capacities(t.Context(), id, at)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range all {
			got = append(got, fmt.Sprintf("%s %s%s%v", c.Role, c.EnteDenominazione, c.ComuneNome, c.Comuni))
		}
		return got
	}
	for name, c := range map[string]struct {
		id   domain.UtenteID
		at   time.Time
		want []string
	}{
		"an operator of two Comuni": {mario, noon, []string{"standard INPS[058091 015146]"}},
		"a TOP who stands in":       {capo, noon, []string{"top Roma[]", "anagrafe Milano[]", "admin ASL Roma 1[058091]"}},
		"who stood in":              {capo, noon.AddDate(0, 0, 3), []string{"top Roma[]", "anagrafe Milano[]"}},
		"who is suspended":          {maria, noon, nil},
		"nobody":                    {"00000000-0000-0000-0000-00000000ffff", noon, nil},
	} {
		if diff := cmp.Diff(c.want, capacities(c.id, c.at)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestATopRemovedIsNoLongerThere(t *testing.T) {
	t.Parallel()
	q := NewUtentiQueries(town(t, done{string(roma.Stream()), topDiRoma, domain.TopRemoved{Utente: capo}}))
	if got := listed(t, q, everything, FiltroUtenti{DelComune: true}); len(got) > 0 {
		t.Errorf("still there: %v", got)
	}
}

func TestPagesOfPeopleNeitherSkipNorRepeat(t *testing.T) {
	t.Parallel()
	pool, l := town(t)
	for n := range 25 {
		id := domain.UtenteID(visuraID(100 + n))
		l.Add(string(id.Stream()), domain.Sistema, domain.UtenteRegistered{Codice: fmt.Sprintf("X%03d", n), Cognome: "Neri", Nome: "Ada"})
		l.Add(string(id.Stream()), domain.Sistema, given(domain.RoleStandard, inps, roma))
	}
	events := l.All()
	for i := range events {
		events[i].Meta.At = morning.Add(time.Duration(i/20) * time.Second) // many at one instant
	}
	enginetest.Clear(t, pool, All...)
	enginetest.Apply(t, pool, events, All...)
	q := NewUtentiQueries(pool, l)
	for name, f := range map[string]FiltroUtenti{"listed": {Limit: 4, Ente: inps, Comune: roma}, "searched": {Limit: 4, Cognome: "Neri"}} {
		seen := map[string]int{}
		for {
			p, err := q.Page(t.Context(), theOffice, f)
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range p.Items {
				seen[u.Codice]++
			}
			if f.Cursor = p.Next; f.Cursor == "" {
				break
			}
		}
		want := 25
		if name == "listed" {
			want = 27 // with those who were there
		}
		if len(seen) != want {
			t.Errorf("%s: %d people, want %d", name, len(seen), want)
		}
		for codice, n := range seen {
			if n > 1 {
				t.Errorf("%s: %s %d times", name, codice, n)
			}
		}
	}
	for _, bad := range []string{"x", "!", cursor(1, "not-an-id", 0), cursor(-1, mario, 0), cursor("a\x00", mario, 0)} {
		if _, err := q.Page(t.Context(), theOffice, FiltroUtenti{Cursor: bad}); domain.CodeOf(err) != domain.Invalid {
			t.Errorf("cursor %q: %v", bad, err)
		}
	}
}
