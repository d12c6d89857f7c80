package projections

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

// theReview is of the INPS at Roma: mario is confirmed, admina is not.
var theReview = domain.RicertificazioneID("00000000-0000-0000-0000-0000000000c1")

var reviewing = []done{
	{string(theReview.Stream()), topDiRoma, domain.RicertificazioneOpened{Ente: inps, Comune: roma, Entro: day(30)}},
	{string(theReview.Stream()), domain.Sistema, domain.PurposesListed{Atto: 1, Finalita: []string{"eredi", "pensioni"}}},
	{string(theReview.Stream()), domain.Sistema, domain.UsersListed{Utenti: []domain.UtenteID{mario, admina}, Entro: day(30)}},
	{string(theReview.Stream()), topDiRoma, domain.UserConfirmed{Utente: mario}},
	{string(theReview.Stream()), topDiRoma, domain.PurposeConfirmed{Finalita: "eredi"}},
}

func TestAReviewShowsWhoIsConfirmedAndWhoIsMissing(t *testing.T) {
	t.Parallel()
	pool, _ := town(t, reviewing...)
	q := NewRicertificazioniQueries(pool)
	d, err := q.One(t.Context(), ofInpsRoma, theReview)
	if err != nil {
		t.Fatal(err)
	}
	if d.Entro != "2026-11-30" || d.Confermati != 1 || d.Mancanti != 1 || d.ClosedAt != nil || d.Sospesi != nil || d.Revision != 4 || d.ComuneNome == "" || d.EnteDenominazione == "" {
		t.Errorf("%+v", d)
	}
	if len(d.Utenti) != 2 || d.Utenti[0].Utente != admina || d.Utenti[0].ConfirmedAt != nil || d.Utenti[1].Utente != mario || d.Utenti[1].ConfirmedBy != capo || d.Utenti[1].ConfirmedAt == nil {
		t.Errorf("%+v", d.Utenti)
	}
}

// Purposes that are missing come first, each as the act has it and with how often it was
// named: by requests of the pair, from a year before the review was opened to its end.
func TestAReviewShowsWhichPurposesAreConfirmedAndWhatForPeopleAsked(t *testing.T) {
	t.Parallel()
	pool, l := town(t, reviewing...)
	was := len(l.All())
	var opened time.Time
	for _, r := range l.All() {
		if _, ok := r.Event.(domain.RicertificazioneOpened); ok {
			opened = r.Meta.At
		}
	}
	heirs, elsewhere := request(roma, inps, rossi), request(milano, inps, rossi)
	heirs.Purpose.Finalita = "eredi"
	end := opened.AddDate(0, 1, 0)
	asked := []struct {
		what domain.VisuraRequested
		at   time.Time
	}{
		{request(roma, inps, rossi), opened.AddDate(-1, 0, 0).Add(-time.Microsecond)}, // too early
		{request(roma, inps, rossi), opened.AddDate(-1, 0, 0)},
		{request(roma, inps, rossi), end},
		{request(roma, inps, rossi), end.Add(time.Microsecond)}, // too late, once it is closed
		{heirs, opened},
		{elsewhere, opened},
		{request(roma, asl, rossi), opened},
	}
	for n, a := range asked {
		l.Add(string(visuraID(900+n).Stream()), operatore, a.what)
	}
	events := l.All()
	for n, a := range asked {
		events[was+n].Meta.At = a.at
	}
	enginetest.Apply(t, pool, events, All...)
	q := NewRicertificazioniQueries(pool)
	counted := func(want ...int) {
		t.Helper()
		d, err := q.One(t.Context(), ofInpsRoma, theReview)
		if err != nil || d.FinalitaConfermate != 1 || d.FinalitaMancanti != 1 || d.Atto != 1 || len(d.Finalita) != 2 {
			t.Fatalf("%+v, %v", d, err)
		}
		missing, sure := d.Finalita[0], d.Finalita[1]
		if missing.Codice != "pensioni" || missing.Descrizione != "Pensioni" || missing.BaseGiuridica != "L. 88/1989" || missing.ConfirmedAt != nil || missing.ConfirmedBy != "" {
			t.Errorf("%+v", missing)
		}
		if sure.Codice != "eredi" || sure.ConfirmedAt == nil || sure.ConfirmedBy != capo {
			t.Errorf("%+v", sure)
		}
		if got := []int{missing.Richieste, sure.Richieste, d.Richieste}; !slices.Equal(got, want) {
			t.Errorf("counted %v, want %v", got, want)
		}
	}
	counted(3, 1, 4)
	closed := len(l.All())
	l.Add(string(theReview.Stream()), domain.Sistema, domain.RicertificazioneClosed{Sospesi: 1, Inibite: 1})
	events = l.All()[closed:]
	events[0].Meta.At = end
	enginetest.Apply(t, pool, events, All...)
	counted(2, 1, 3)
	if d, err := q.One(t.Context(), ofInpsRoma, theReview); err != nil || d.Inibite == nil || *d.Inibite != 1 {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestAReviewIsSeenWithinReach(t *testing.T) {
	t.Parallel()
	pool, _ := town(t, reviewing...)
	q := NewRicertificazioniQueries(pool)
	for name, c := range map[string]struct {
		reach domain.Reach
		sees  bool
	}{
		"the system": {everything, true}, "its TOP": {theOffice, true}, "its auditor": {auditorRoma, true}, "its ADMIN": {ofInpsRoma, true},
		"another Ente's ADMIN": {ofAslRoma, false}, "who is reviewed": {mariosOwn, false}, "nobody": {domain.Reach{}, false},
	} {
		page, err := q.Page(t.Context(), c.reach, FiltroRicertificazioni{})
		if err != nil || (len(page.Items) == 1) != c.sees {
			t.Errorf("%s is listed %d, %v", name, len(page.Items), err)
		}
		if _, err := q.One(t.Context(), c.reach, theReview); (err == nil) != c.sees || err != nil && domain.CodeOf(err) != domain.NotFound {
			t.Errorf("%s reads: %v", name, err)
		}
	}
}

func TestReviewsArePagedNewestFirst(t *testing.T) {
	t.Parallel()
	var several []done
	for n := range 5 {
		id := domain.YearlyRicertificazione(inpsRoma, 2020+n)
		several = append(several, done{string(id.Stream()), domain.Sistema, domain.RicertificazioneOpened{Ente: inps, Comune: roma, Entro: day(30)}})
		if n > 0 {
			several = append(several, done{string(id.Stream()), domain.Sistema, domain.RicertificazioneClosed{Sospesi: n}})
		}
	}
	pool, _ := town(t, several...)
	q := NewRicertificazioniQueries(pool)
	var got []int
	for f := (FiltroRicertificazioni{Limit: 2}); ; {
		page, err := q.Page(t.Context(), everything, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Items {
			n := 0
			if r.Sospesi != nil {
				n = *r.Sospesi
			}
			got = append(got, n)
		}
		if f.Cursor = page.Next; f.Cursor == "" {
			break
		}
	}
	if diff := cmp.Diff([]int{4, 3, 2, 1, 0}, got); diff != "" {
		t.Error(diff)
	}
	open, err := q.Page(t.Context(), everything, FiltroRicertificazioni{Open: true, Comune: roma, Ente: inps})
	if err != nil || len(open.Items) != 1 {
		t.Errorf("open: %d, %v", len(open.Items), err)
	}
	if _, err := q.Page(t.Context(), everything, FiltroRicertificazioni{Cursor: cursor(1, "x")}); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("a cursor of its own: %v", err)
	}
}

func TestAPairIsDueAYearAfterItsLastReview(t *testing.T) {
	t.Parallel()
	pool, l := town(t, reviewing...)
	var at time.Time // when the review was opened
	for _, r := range l.All() {
		if r.Stream == string(theReview.Stream()) && r.Revision == 0 {
			at = r.Meta.At
		}
	}
	q := NewRicertificazioniQueries(pool)
	for name, c := range map[string]struct {
		since time.Time
		want  []domain.Pair
	}{
		"before anything":  {morning, nil},
		"at the review":    {at, []domain.Pair{inpsMilano}},
		"after the review": {at.Add(time.Microsecond), []domain.Pair{inpsMilano, inpsRoma}},
	} {
		got, err := q.Due(t.Context(), c.since)
		if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
}

func TestTheRosterTellsWhoHasARoleWhere(t *testing.T) {
	t.Parallel()
	pool, _ := town(t, done{string(mario.Stream()), topDiRoma, domain.RoleTaken{Role: domain.RoleStandard, Ente: inps, Comune: milano}})
	q := NewRosterQueries(pool)
	for p, want := range map[domain.Pair][]domain.UtenteID{inpsRoma: {mario, admina}, inpsMilano: nil, {Comune: roma}: {capo}, {Ente: asl, Comune: roma}: {maria}} {
		got, err := q.At(t.Context(), p)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Errorf("at %v: %v\n%s", p, err, diff)
		}
	}
	for id, want := range map[domain.UtenteID][]domain.Pair{mario: {inpsRoma}, capo: {{Comune: roma}}, "00000000-0000-0000-0000-0000000000ff": nil} {
		got, err := q.Of(t.Context(), id)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Errorf("of %s: %v\n%s", id, err, diff)
		}
	}
}

// What somebody read or asked for, also through software, is what they did; what was
// refused, and what anybody may have done in their name, is not.
func TestWhoDoesNothingIsTold(t *testing.T) {
	t.Parallel()
	pool, l := town(t)
	noted := func(who domain.UtenteID) string { return "accesso-" + string(who) + "-2027-01" }
	software := operatore
	software.Via = gestionale
	was := len(l.All())
	for _, d := range []done{
		{noted(mario), software, domain.AccessRecorded{Action: "read-visura", Outcome: "ok", Asked: domain.Asked{Comune: roma}}},
		{string(visuraID(7).Stream()), software, request(roma, inps, rossi)},
		{noted(admina), domain.Actor{Utente: admina, Role: domain.RoleAdmin, Ente: inps}, domain.AccessRecorded{Action: "list-utenti", Outcome: "forbidden"}},
		{noted(capo), domain.Actor{Utente: capo}, domain.AccessRecorded{Action: "recover-password", Outcome: "ok"}},
	} {
		l.Add(d.stream, d.by, d.event)
	}
	events := l.All()
	for i := range events[was:] {
		events[was+i].Meta.At = morning.AddDate(0, 2, i)
	}
	enginetest.Apply(t, pool, events, All...)
	q := NewRosterQueries(pool)
	for name, c := range map[string]struct {
		since time.Time
		want  []domain.UtenteID
	}{
		"since before anything":         {morning, nil},
		"since the day after":           {morning.AddDate(0, 0, 1), []domain.UtenteID{capo, admina}},
		"since the request":             {morning.AddDate(0, 2, 1), []domain.UtenteID{capo, admina}},
		"since just after it":           {morning.AddDate(0, 2, 1).Add(time.Microsecond), []domain.UtenteID{mario, capo, admina}},
		"since after what was not done": {morning.AddDate(0, 3, 0), []domain.UtenteID{mario, capo, admina}},
	} {
		idle, err := q.Idle(t.Context(), c.since)
		if diff := cmp.Diff(c.want, slices.Sorted(maps.Keys(idle)), cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
	idle, err := q.Idle(t.Context(), morning.AddDate(0, 3, 0))
	if err != nil || !idle[mario].Equal(morning.AddDate(0, 2, 1)) || !idle[capo].Before(morning.AddDate(0, 0, 1)) {
		t.Errorf("they last did something at %v, %v", idle, err)
	}
	l.Add(string(maria.Stream()), topDiRoma, domain.UtenteReinstated{Ente: asl, Comune: roma})
	enginetest.Apply(t, pool, l.All()[len(events):], All...)
	idle, err = q.Idle(t.Context(), morning)
	if at, ok := idle[maria]; err != nil || !ok || !at.IsZero() {
		t.Errorf("who never did anything, and is suspended no more: %v, %v", idle, err)
	}
}

func TestWhenTheAccessSideIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	al := domain.Date{Year: 2027, Month: 12, Day: 31}
	before := func(days int) time.Time {
		for announced := 0; ; {
			d, at, _ := domain.NextConvenzioneNotice(al, announced)
			if announced = d; d == days {
				return at
			}
		}
	}
	expires := morning.AddDate(0, 6, 0)
	never := time.Time{}
	for name, c := range map[string]struct {
		stream string
		story  []domain.Event
		want   time.Time // never: there is no row, or nothing to wait for
		soon   bool      // within grace of the last event instead
	}{
		"an act":                     {"convenzione-x", []domain.Event{domain.ConvenzioneActivated{Al: al}}, before(60), false},
		"announced":                  {"convenzione-x", []domain.Event{domain.ConvenzioneActivated{Al: al}, domain.ExpiryAnnounced{Giorni: 60, Al: al}}, before(30), false},
		"announced for good":         {"convenzione-x", []domain.Event{domain.ConvenzioneActivated{Al: al}, domain.ExpiryAnnounced{Giorni: 7, Al: al}}, never, false},
		"ended":                      {"convenzione-x", []domain.Event{domain.ConvenzioneActivated{Al: al}, domain.ConvenzioneEnded{}}, never, false},
		"renewed after its end":      {"convenzione-x", []domain.Event{domain.ConvenzioneActivated{}, domain.ConvenzioneEnded{}, domain.ConvenzioneActivated{Al: al}}, before(60), false},
		"certificates":               {"comune-058091", []domain.Event{domain.ComuneConnected{Machine: domain.Certificate{NotAfter: expires}}}, expires.AddDate(0, 0, -60), false},
		"certificates, announced":    {"comune-058091", []domain.Event{domain.ComuneConnected{}, domain.CertificateExpiryAnnounced{Days: 7, NotAfter: expires}}, expires.AddDate(0, 0, -1), false},
		"certificates nobody read":   {"comune-058091", []domain.Event{domain.ComuneConnected{}}, never, false},
		"a reset":                    {"utente-x", []domain.Event{domain.GrantApproved{ID: "a", Reset: true}}, never, true},
		"a reset done":               {"utente-x", []domain.Event{domain.GrantApproved{ID: "a", Reset: true}, domain.ResetDone{ID: "a"}}, never, false},
		"another grant":              {"utente-x", []domain.Event{domain.GrantApproved{ID: "a"}}, never, false},
		"a review":                   {"ricertificazione-x", []domain.Event{domain.RicertificazioneOpened{Ente: inps, Comune: roma, Entro: al}}, never, true},
		"a review, listed":           {"ricertificazione-x", []domain.Event{domain.RicertificazioneOpened{Entro: al}, domain.UsersListed{Entro: al}}, domain.ConfirmationReminder(al), false},
		"a review, somebody is sure": {"ricertificazione-x", []domain.Event{domain.RicertificazioneOpened{Entro: al}, domain.UsersListed{Entro: al}, domain.UserConfirmed{Utente: mario}}, domain.ConfirmationReminder(al), false},
		"a review, reminded":         {"ricertificazione-x", []domain.Event{domain.RicertificazioneOpened{Entro: al}, domain.ConfirmationReminded{Entro: al}}, domain.ConfirmationEnd(al), false},
		"a review, closed":           {"ricertificazione-x", []domain.Event{domain.RicertificazioneOpened{Entro: al}, domain.RicertificazioneClosed{}}, never, false},
	} {
		l := enginetest.NewLog()
		scadenze := &rows{table: "scadenze", key: func(r domain.Recorded) value { return text("stream", r.Stream) }}
		for _, e := range c.story {
			l.Add(c.stream, topDiRoma, e)
		}
		events := l.All()
		for _, r := range events {
			remind(scadenze, r)
		}
		var got time.Time
		for _, turn := range scadenze.changes {
			for _, change := range turn {
				for _, v := range change.values {
					if v.column == "due_at" && v.is != nil {
						got = v.is.(time.Time)
					} else if v.column == "due_at" {
						got = never
					}
				}
			}
		}
		want := c.want
		if c.soon {
			want = events[len(events)-1].Meta.At.Add(grace)
		}
		if !got.Equal(want) {
			t.Errorf("%s: due %s, want %s", name, got, want)
		}
	}
}
