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
		"by Ente":                   {FiltroUtenti{Ente: asl}, []string{"U002 ASL Roma 1@Roma"}},
		"by Comune":                 {FiltroUtenti{Comune: milano}, []string{"U001 INPS@Milano"}},
		"at the Comune itself":      {FiltroUtenti{DelComune: true}, []string{"U003 @Roma"}},
		"by role":                   {FiltroUtenti{Role: domain.RoleAdmin}, []string{"U004 INPS@Roma"}},
		"TOPs":                      {FiltroUtenti{Role: domain.RoleTop}, []string{"U003 @Roma"}},
		"by profile":                {FiltroUtenti{Profile: sportello}, []string{"U001 INPS@Roma"}},
		"suspended":                 {FiltroUtenti{Sospesi: &yes}, []string{"U002 ASL Roma 1@Roma"}},
		"not suspended, of an Ente": {FiltroUtenti{Sospesi: &no, Ente: asl}, []string{}},
		"national to be granted":    {FiltroUtenti{DaAutorizzare: true}, []string{"U001 INPS@Roma"}},
		"by office":                 {FiltroUtenti{Ufficio: "PEN"}, []string{"U001 INPS@Roma"}},
		"unused, at that Comune":    {FiltroUtenti{UnusedSince: morning}, []string{"U001 INPS@Milano", "U001 INPS@Roma", "U002 ASL Roma 1@Roma"}}, // U001 named none of two
		"by surname, folded":        {FiltroUtenti{Cognome: "damico"}, []string{"U004 INPS@Roma"}},
		"by how the surname begins": {FiltroUtenti{Cognome: "d'a"}, []string{"U004 INPS@Roma"}},
		"by surname and name":       {FiltroUtenti{Cognome: "D'Amico", Nome: "Mario"}, []string{}},
		"by name":                   {FiltroUtenti{Nome: "Valeria"}, []string{"U004 INPS@Roma"}},
	} {
		if diff := cmp.Diff(c.want, listed(t, q, everything, c.filter)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	if got := listed(t, q, auditorRoma, FiltroUtenti{Cognome: "D'Amico"}); len(got) > 0 {
		t.Errorf("who sees no name finds %v by it", got)
	}
}

// What awaits a TOP is the same in the list, where the database says it, and of one
// person, where the rule itself does.
func TestWhatAwaitsATopIsTheSameEverywhere(t *testing.T) {
	t.Parallel()
	immediate, byOfficer := domain.Modo{Conferma: domain.Immediata}, domain.Modo{Conferma: domain.Manuale}
	silence := func(hours int) domain.Modo { return domain.Modo{Conferma: domain.SilenzioAssenso, Ore: hours} }
	granted := func(m domain.Modo) domain.TipoConcesso {
		return domain.TipoConcesso{Tipo: domain.Residenza, Nazionale: m}
	}
	other := domain.TipoConcesso{Tipo: domain.StatoFamiglia, Nazionale: byOfficer}
	cases := []struct {
		name           string
		granted, grown []domain.TipoConcesso // granted none: without limit
		revoked, gone  bool
		want           Autorizzazione
	}{
		{"without limit", nil, []domain.TipoConcesso{granted(immediate), other}, false, false, NazionaleAutorizzata},
		{"as granted", []domain.TipoConcesso{granted(byOfficer)}, []domain.TipoConcesso{granted(byOfficer)}, false, false, NazionaleAutorizzata},
		{"another type", []domain.TipoConcesso{granted(byOfficer)}, []domain.TipoConcesso{granted(byOfficer), other}, false, false, NazionaleDaConcedere},
		{"another, not beyond", []domain.TipoConcesso{granted(byOfficer)}, []domain.TipoConcesso{granted(byOfficer), {Tipo: domain.StatoFamiglia}}, false, false, NazionaleAutorizzata},
		{"a type less", []domain.TipoConcesso{granted(byOfficer), other}, []domain.TipoConcesso{other}, false, false, NazionaleAutorizzata},
		{"in another order", []domain.TipoConcesso{granted(byOfficer), other}, []domain.TipoConcesso{other, granted(byOfficer)}, false, false, NazionaleAutorizzata},
		{"looser", []domain.TipoConcesso{granted(byOfficer)}, []domain.TipoConcesso{granted(silence(0))}, false, false, NazionaleDaConcedere},
		{"at once", []domain.TipoConcesso{granted(silence(1))}, []domain.TipoConcesso{granted(immediate)}, false, false, NazionaleDaConcedere},
		{"stricter", []domain.TipoConcesso{granted(immediate)}, []domain.TipoConcesso{granted(silence(1))}, false, false, NazionaleAutorizzata},
		{"as many hours as the Comune's", []domain.TipoConcesso{granted(silence(0))}, []domain.TipoConcesso{granted(silence(24))}, false, false, NazionaleAutorizzata},
		{"one less", []domain.TipoConcesso{granted(silence(0))}, []domain.TipoConcesso{granted(silence(23))}, false, false, NazionaleDaConcedere},
		{"the Comune's, fewer than granted", []domain.TipoConcesso{granted(silence(25))}, []domain.TipoConcesso{granted(silence(0))}, false, false, NazionaleDaConcedere},
		{"revoked", []domain.TipoConcesso{granted(byOfficer)}, []domain.TipoConcesso{granted(byOfficer)}, true, false, NazionaleDaConcedere},
		{"withdrawn", []domain.TipoConcesso{granted(byOfficer)}, []domain.TipoConcesso{granted(immediate)}, false, true, NazionaleAutorizzata},
		{"nothing beyond any more", []domain.TipoConcesso{granted(byOfficer)}, []domain.TipoConcesso{granted(domain.Modo{})}, true, false, NazionaleAssente},
	}
	more := []done{{string(roma.Stream()), domain.Sistema, domain.ComuneRegistered{ISTAT: roma, Nome: "Roma", Provincia: "RM", OreSilenzio: 24}}}
	want := map[string]Autorizzazione{"Sportello": NazionaleAssente, "Ampio": NazionaleDaConcedere}
	for i, c := range cases {
		id := domain.ProfileID(fmt.Sprintf("00000000-0000-0000-0000-0000000fff%02d", i))
		more = append(more,
			done{string(id.Stream()), topDiRoma, domain.ProfileDefined{Comune: roma, Nome: c.name, Tipi: c.grown}},
			done{string(mario.Stream()), topDiRoma, domain.ProfileAssigned{Ente: inps, Comune: roma, Profile: id}},
			done{string(mario.Stream()), topDiRoma, domain.NazionaleGranted{Ente: inps, Comune: roma, Profile: id, Tipi: c.granted}})
		if c.revoked {
			more = append(more, done{string(mario.Stream()), topDiRoma, domain.NazionaleRevoked{Ente: inps, Comune: roma, Profile: id}})
		}
		if c.gone {
			more = append(more, done{string(id.Stream()), topDiRoma, domain.ProfileWithdrawn{}})
		}
		if c.name == "looser" {
			more = append(more, done{string(admina.Stream()), topDiRoma, domain.ProfileAssigned{Ente: inps, Comune: roma, Profile: id}},
				done{string(admina.Stream()), topDiRoma, domain.NazionaleGranted{Ente: inps, Comune: roma, Profile: id, Tipi: c.granted}})
		}
		if c.name == "as granted" {
			more = append(more, done{string(maria.Stream()), topDiRoma, domain.ProfileAssigned{Ente: asl, Comune: roma, Profile: id}},
				done{string(maria.Stream()), topDiRoma, domain.NazionaleGranted{Ente: asl, Comune: roma, Profile: id, Tipi: c.granted}})
		}
		want[c.name] = c.want
	}
	q := NewUtentiQueries(town(t, more...))
	page, err := q.Page(t.Context(), theOffice, FiltroUtenti{Ente: inps, Profile: sportello})
	one, oneErr := q.One(t.Context(), theOffice, mario)
	if err != nil || oneErr != nil || len(page.Items) != 1 || len(one.Posti) != 1 {
		t.Fatalf("%v, %v, %v, %v", err, oneErr, page.Items, one.Posti)
	}
	list, detail := map[string]Autorizzazione{}, map[string]Autorizzazione{}
	for _, p := range page.Items[0].Profili {
		list[p.Nome] = p.Nazionale
	}
	for _, p := range one.Posti[0].Profili {
		detail[p.Nome] = p.Nazionale
		if awaits := len(p.DaAutorizzare) > 0; awaits != (p.Nazionale == NazionaleDaConcedere) {
			t.Errorf("%s is %s of %v", p.Nome, p.Nazionale, p.DaAutorizzare)
		}
	}
	if diff := cmp.Diff(want, list); diff != "" {
		t.Errorf("in the list:\n%s", diff)
	}
	if diff := cmp.Diff(want, detail); diff != "" {
		t.Errorf("of the person:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"U001 INPS@Roma", "U004 INPS@Roma"}, listed(t, q, theOffice, FiltroUtenti{DaAutorizzare: true})); diff != "" {
		t.Errorf("of whom something awaits a TOP:\n%s", diff)
	}
}

// What a person does for one Comune is no use of their role at another, of the same
// Ente: neither is told when they did it, and both find who does nothing for them.
func TestTheLastUseIsOfTheComuneThatIsTold(t *testing.T) {
	t.Parallel()
	pool, l := town(t)
	q, software := NewUtentiQueries(pool, l), NewApplicativiQueries(pool, l)
	used := func(who domain.Reach) (at, by string) {
		people, err := q.Page(t.Context(), who, FiltroUtenti{Ente: inps})
		if err != nil {
			t.Fatal(err)
		}
		programs, err := software.Page(t.Context(), who, FiltroApplicativi{})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range people.Items {
			if r.ID == mario && r.UsedAt != nil {
				at = r.UsedAt.UTC().Format(time.RFC3339)
			}
		}
		if last := programs.Items[0].UsedAt; last != nil {
			by = last.UTC().Format(time.RFC3339)
		}
		return at, by
	}
	unused := func(who domain.Reach) []string {
		return listed(t, q, who, FiltroUtenti{Ente: inps, UnusedSince: morning})
	}
	if at, by := used(theOffice); at != "" || by != "" {
		t.Errorf("who did nothing for Roma alone did it at %q, software at %q", at, by)
	}
	by := operatore
	by.Via = gestionale
	events := []domain.AccessRecorded{
		{Action: "get-visura", Outcome: "ok", Asked: domain.Asked{Comune: roma}},
		{Action: "get-visura", Outcome: "ok", Asked: domain.Asked{Comune: milano}},
		{Action: "list-visure", Outcome: "ok"}, // for both
	}
	was := len(l.All())
	for _, e := range events {
		l.Add("accesso-"+string(mario)+"-2026-12", by, e)
	}
	done := l.All()
	for i := range events {
		done[was+i].Meta.At = morning.Add(time.Duration(i) * time.Hour)
	}
	enginetest.Apply(t, pool, done[:was+1], All...)
	if diff := cmp.Diff([]string{"U001 INPS@Milano"}, unused(ofMilano)); diff != "" {
		t.Errorf("before anything was done for Milano:\n%s", diff)
	}
	enginetest.Apply(t, pool, done, All...)
	for name, c := range map[string]struct {
		who  domain.Reach
		want time.Time
	}{"Roma": {theOffice, morning}, "Milano": {ofMilano, morning.Add(time.Hour)}} {
		want := c.want.UTC().Format(time.RFC3339)
		if at, by := used(c.who); at != want || by != want {
			t.Errorf("to %s the person is used at %q, software at %q, want %q", name, at, by, want)
		}
		if name == "Milano" && len(unused(c.who)) > 0 {
			t.Errorf("%s finds unused %v", name, unused(c.who))
		}
	}
	if _, by := used(everything); by != morning.Add(2*time.Hour).UTC().Format(time.RFC3339) {
		t.Errorf("software was last used at %q", by)
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

func TestWhyAProfileIsHeldIsToldToWhoMayReadIt(t *testing.T) {
	t.Parallel()
	assigned := func(motivo string) done {
		return done{string(mario.Stream()), topDiRoma, domain.ProfileAssigned{Ente: inps, Comune: roma, Profile: sportello, Motivo: motivo}}
	}
	proposed := func(id, motivo string) done {
		what := domain.ProfileGrant{Ente: inps, Comune: roma, Profile: sportello}
		return done{string(mario.Stream()), topDiRoma, domain.GrantProposed{ID: id, Ente: inps, Comune: roma, Assign: &what, Motivo: motivo}}
	}
	approved := func(id string) done {
		return done{string(mario.Stream()), topDiRoma, domain.GrantApproved{ID: id}}
	}
	withdrawn := done{string(mario.Stream()), topDiRoma, domain.AssignmentWithdrawn{Ente: inps, Comune: roma, Profile: sportello}}
	const first, second, nothing = "ordine di servizio 41", "ordine di servizio 42", "-"
	for name, c := range map[string]struct {
		history []done
		who     domain.Reach
		held    string   // the reason beside the profile; nothing: it is not held
		told    []string // the last of the history
	}{
		"as it was given":                          {[]done{assigned(first)}, theOffice, first, []string{first}},
		"of what was assigned last":                {[]done{assigned(first), assigned(second)}, theOffice, second, []string{first, second}},
		"be it for none":                           {[]done{assigned(first), assigned("")}, theOffice, "", []string{first, ""}},
		"not while it is only proposed":            {[]done{proposed("p1", first)}, theOffice, "", []string{first}},
		"of what two persons agreed on":            {[]done{proposed("p1", first), approved("p1")}, theOffice, first, []string{first, ""}},
		"in the place of what was":                 {[]done{assigned(first), proposed("p1", ""), approved("p1")}, theOffice, "", []string{first, "", ""}},
		"no longer once it is withdrawn":           {[]done{assigned(first), withdrawn}, theOffice, nothing, []string{first, ""}},
		"nor when it is given back":                {[]done{assigned(first), withdrawn, assigned("")}, theOffice, "", []string{first, "", ""}},
		"to no auditor":                            {[]done{assigned(first)}, auditorRoma, "", []string{""}},
		"to the operator themself it is":           {[]done{assigned(first)}, mariosOwn, first, []string{first}},
		"with other profiles it has nothing to do": {[]done{assigned(first), {string(mario.Stream()), topDiRoma, domain.ProfileAssigned{Ente: inps, Comune: roma, Profile: ampio, Motivo: second}}}, theOffice, first, []string{first, second}},
	} {
		pool, l := town(t, c.history...)
		d, err := NewUtentiQueries(pool, l).One(t.Context(), c.who, mario)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		held := nothing
		for _, a := range d.Posti[0].Profili {
			if a.Profile == sportello {
				held = a.Motivo
			}
		}
		var told []string
		for _, f := range d.Storia[len(d.Storia)-len(c.told):] {
			told = append(told, f.Nota)
		}
		if diff := cmp.Diff(c.told, told); diff != "" || held != c.held {
			t.Errorf("%s: held for %q, told\n%s", name, held, diff)
		}
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
