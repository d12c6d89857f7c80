package projections

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

// recounted is what the streams say.
func recounted(events []domain.Recorded) *Recount {
	c := NewRecount()
	for _, r := range events {
		c.Add(r)
	}
	return c
}

// tabulated is what the tables hold.
func tabulated(t enginetest.T, pool *pgxpool.Pool) *Recount {
	t.Helper()
	c, err := Tabulated(context.Background(), pool)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// spread has the streams of a log begin on different days, and their documents take
// different times.
func spread(t *rapid.T, events []domain.Recorded) []domain.Recorded {
	days := map[string]time.Duration{}
	for i, r := range events {
		if r.Revision == 0 {
			days[r.Stream] = time.Duration(rapid.IntRange(0, 48*60).Draw(t, "minutes later")) * time.Minute
		}
		events[i].Meta.At = r.Meta.At.Add(days[r.Stream])
		if e, ok := r.Event.(domain.VisuraIssued); ok {
			e.IssuedAt = events[i].Meta.At.Add(time.Duration(rapid.IntRange(0, 90000).Draw(t, "took")) * time.Second)
			events[i].Event = e
		}
	}
	return events
}

func TestStatisticsReconcileToTheUnit(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	rapid.Check(t, func(t *rapid.T) {
		events := spread(t, stories(t).All())
		inBatches(t, pool, false, cut(t, events, true)...)
		want, got := recounted(events), tabulated(t, pool)
		if diff := cmp.Diff(want.Celle, got.Celle); diff != "" {
			t.Fatalf("cells:\n%s", diff)
		}
		if diff := cmp.Diff(want.Tempi, got.Tempi); diff != "" {
			t.Fatalf("times:\n%s", diff)
		}
	})
}

// The times of any days together are within 2 % of what they would be one by one.
func TestTimesOfSeveralDaysAreMerged(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(14, 3))
	var all []time.Duration
	merged := Tempi{}
	for range 5000 {
		took := time.Duration(random.ExpFloat64() * float64(2*time.Second))
		all = append(all, max(took, time.Millisecond))
		merged[bucket(all[len(all)-1].Microseconds())]++
	}
	slices.Sort(all)
	for share, exact := range map[float64]time.Duration{0.5: all[2499], 0.95: all[4749], 1: all[4999]} {
		if got := merged.Within(share); (got - exact).Abs() > exact/50 {
			t.Errorf("%v of them took %v, %v as merged", share, exact, got)
		}
	}
	if got := (Tempi{}).Within(0.5); got != 0 {
		t.Errorf("none took %v", got)
	}
}

func TestBordersAreAtMostFourPercentApart(t *testing.T) {
	t.Parallel()
	for i := 1; i < len(borders); i++ {
		if from, to := borders[i-1], borders[i]; to <= from || to-from > from/25 {
			t.Errorf("from %d to %d", from, to)
		}
	}
}

// Whatever is counted together, the figures are those of the streams, and each counts in
// one group.
func TestFiguresAreThoseOfTheStreams(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	queries := NewStatisticheQueries(pool)
	rapid.Check(t, func(t *rapid.T) {
		events := spread(t, stories(t).All())
		inBatches(t, pool, false, events)
		from := domain.ItalianDay(morning)
		f := FiltroStatistiche{Dal: from, Al: from.Plus(rapid.IntRange(0, 3).Draw(t, "days")), Per: rapid.SampledFrom(Raggruppamenti).Draw(t, "per")}
		got, err := queries.Of(context.Background(), theOffice, f)
		if err != nil {
			t.Fatal(err)
		}
		want := Conteggio{}
		for c, n := range recounted(events).Celle {
			if c.Comune == roma && c.Giorno.Compare(f.Dal) >= 0 && c.Giorno.Compare(f.Al) <= 0 {
				want = want.plus(once(c, int(n)))
			}
		}
		sum := Conteggio{}
		for _, r := range got.Righe {
			sum = sum.plus(r.Conteggio)
		}
		if diff := cmp.Diff(want, got.Totale) + cmp.Diff(want, sum); diff != "" {
			t.Fatalf("%+v:\n%s", f, diff)
		}
		var timed int64
		for _, one := range got.Tempi {
			timed += one.Documenti
		}
		if timed != int64(want.Emesse) {
			t.Fatalf("%d documents, the times of %d", want.Emesse, timed)
		}
	})
}

// once is what n requests of a cell count as.
func once(c Cella, n int) (of Conteggio) {
	of.Richieste = n
	switch c.Esito {
	case domain.Revoked:
		of.Emesse, of.Revocate = n, n
	case domain.Issued:
		of.Emesse = n
	case domain.Rejected:
		of.Rifiutate = n
	case domain.Awaiting, domain.InProgress:
		of.InCorso = n
	default:
		of.Senza = n
	}
	switch c.Confermata {
	case domain.SilenzioAssenso:
		of.Silenzio = n
	case domain.Manuale:
		of.Ufficiale = n
	}
	return of
}

func TestFiguresAreOfOnesOwnPairOrComune(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), enginetest.NewLog()
	parties(l)
	issue(l, 1)
	enginetest.Apply(t, pool, l.All(), All...)
	queries := NewStatisticheQueries(pool)
	day := domain.ItalianDay(morning)
	capacity := func(role domain.Role, ente domain.EnteID, comune domain.CodiceISTAT) domain.Reach {
		a := domain.Actor{Utente: capo, Role: role, Ente: ente}
		if ente == "" {
			a.Comune = comune
		}
		return reach(a, given(role, ente, comune))
	}
	for name, c := range map[string]struct {
		reach domain.Reach
		want  int
		code  domain.Code
	}{
		"TOP":                     {reach: theOffice, want: 1},
		"TOP of another Comune":   {reach: capacity(domain.RoleTop, "", milano)},
		"ADMIN":                   {reach: capacity(domain.RoleAdmin, inps, roma), want: 1},
		"ADMIN of another Ente":   {reach: capacity(domain.RoleAdmin, asl, roma)},
		"ADMIN of another Comune": {reach: capacity(domain.RoleAdmin, inps, milano)},
		"who asked":               {reach: theirs, code: domain.Forbidden},
		"officer":                 {reach: capacity(domain.RoleAnagrafe, "", roma), code: domain.Forbidden},
		"auditor":                 {reach: capacity(domain.RoleAuditor, "", roma), code: domain.Forbidden},
		"nobody":                  {code: domain.Forbidden},
	} {
		got, err := queries.Of(t.Context(), c.reach, FiltroStatistiche{Dal: day, Al: day, Per: PerTipo})
		if domain.CodeOf(err) != c.code && (c.code != "" || err != nil) {
			t.Errorf("%s: %v", name, err)
		}
		if got.Totale.Richieste != c.want || len(got.Tempi) != c.want {
			t.Errorf("%s sees %+v", name, got)
		}
	}
}

// Days without a request are there as such, from the first that has one on.
func TestDaysWithoutRequestsAreZero(t *testing.T) {
	t.Parallel()
	monday := domain.Date{Year: 2026, Month: 11, Day: 23}
	f := FiltroStatistiche{Dal: monday, Al: monday.Plus(20)}
	one := func(key string) RigaStatistica {
		return RigaStatistica{Chiave: key, Conteggio: Conteggio{Richieste: 1}}
	}
	for per, c := range map[Raggruppamento]struct{ found, want []RigaStatistica }{
		PerGiorno:    {[]RigaStatistica{one("2026-12-10"), one("2026-12-12")}, []RigaStatistica{one("2026-12-10"), {Chiave: "2026-12-11"}, one("2026-12-12"), {Chiave: "2026-12-13"}}},
		PerSettimana: {[]RigaStatistica{one("2026-11-30")}, []RigaStatistica{one("2026-11-30"), {Chiave: "2026-12-07"}}},
		PerMese:      {[]RigaStatistica{one("2026-11")}, []RigaStatistica{one("2026-11"), {Chiave: "2026-12"}}},
		PerTipo:      {[]RigaStatistica{one("nascita")}, []RigaStatistica{one("nascita")}},
	} {
		f.Per = per
		if diff := cmp.Diff(c.want, f.filled(c.found)); diff != "" {
			t.Errorf("%s:\n%s", per, diff)
		}
	}
}

func TestPeriodsThatCannotBeCountedAreRefused(t *testing.T) {
	t.Parallel()
	day := domain.ItalianDay(morning)
	for field, f := range map[string]FiltroStatistiche{
		"al": {Dal: day, Al: day.Plus(-1), Per: PerTipo}, "dal": {Dal: day, Al: day.Plus(MaxGiorni), Per: PerTipo}, "per": {Dal: day, Al: day, Per: "altro"},
	} {
		if err := f.Check(day); domain.CodeOf(err) != domain.Invalid {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestWhatDiffersFromTheEventsIsToldByCell(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), enginetest.NewLog()
	parties(l)
	issue(l, 1)
	r, stop := enginetest.Run(t, pool, l, All...)
	enginetest.Await(t, r, l.Head())
	stop()
	issue(l, 2) // which the statistics have not read yet
	reconciled := func() []Differenza {
		t.Helper()
		all, err := ReconcileStatistiche(t.Context(), pool, l)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if got := reconciled(); len(got) != 0 {
		t.Errorf("untouched: %v", got)
	}
	if _, err := pool.Exec(t.Context(), `UPDATE statistiche SET n = n + 2`); err != nil {
		t.Fatal(err)
	}
	if got := reconciled(); len(got) != 1 || got[0].Contate != 3 || got[0].Dovute != 1 {
		t.Errorf("changed: %v", got)
	}
	if _, err := pool.Exec(t.Context(), `DELETE FROM statistiche`); err != nil {
		t.Fatal(err)
	}
	if got := reconciled(); len(got) != 1 || got[0].Contate != 0 || got[0].Dovute != 1 {
		t.Errorf("gone: %v", got)
	}
}
