package projections

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

// monitored fills a database with visure of some Comuni, each of which twenty Enti of fifty
// operators ask for, over five years: nearly all are issued and obtained, a twentieth is
// national, none has expired and nobody asks for a cittadinanza storica.
func monitored(t testing.TB, rows, comuni int) *pgxpool.Pool {
	t.Helper()
	pool := pgtest.New(t)
	if _, err := pool.Exec(context.Background(), fmt.Sprintf(`
		CREATE FUNCTION pg_temp.id(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid $$;
		CREATE FUNCTION pg_temp.one(n bigint, of bigint, salt text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT abs(hashtext(n::text || salt)::bigint) %% of $$;
		INSERT INTO anagrafica_comune SELECT lpad(n::text, 6, '0'), 0, 'Comune', 'RM', '' FROM generate_series(0, %[2]d - 1) n;
		INSERT INTO anagrafica_ente SELECT pg_temp.id(n), 0, 'Ente', '' FROM generate_series(0, 19) n;
		INSERT INTO anagrafica_utente SELECT pg_temp.id(n), 0, 'U' || n FROM generate_series(0, 999) n;
		INSERT INTO utenti SELECT pg_temp.id(n), 'U' || n, NULL, now(), '{}' FROM generate_series(0, 999) n;
		INSERT INTO elenco (visura_id, revision, status, tipo, comune, ente, requester, ambito, conferma, finalita, numero_pratica, subject_token,
			requested_at, updated_at, numero, issued_at, downloaded_at)
		SELECT pg_temp.id(n), 6, status, CASE WHEN pg_temp.one(n, 2000, 't') = 0 THEN 'morte' WHEN pg_temp.one(n, 10, 't') < 6 THEN 'residenza' ELSE 'stato_famiglia' END,
			lpad((n %% %[2]d)::text, 6, '0'), pg_temp.id(ente), pg_temp.id(20 * pg_temp.one(n, 50, 'o') + ente),
			ambito, CASE ambito WHEN 'comunale' THEN 'immediata' ELSE CASE WHEN pg_temp.one(n, 40, 'c') = 0 THEN 'manuale' ELSE 'silenzio_assenso' END END,
			'ISEE', '2026/' || n, 'token' || pg_temp.one(n, %[1]d, 's'), at, at, CASE status WHEN 'issued' THEN 'N' || n END, at, CASE WHEN pg_temp.one(n, 5000, 'd') > 0 THEN at END
		  FROM (SELECT n, pg_temp.one(n, 20, 'e') AS ente, timestamptz '2021-12-01' + n * interval '5 years' / %[1]d AS at,
			CASE WHEN pg_temp.one(n, 20, 'a') = 0 THEN 'nazionale' ELSE 'comunale' END AS ambito,
			CASE WHEN n > %[1]d - 20 * %[2]d AND pg_temp.one(n, 2, 'w') = 0 THEN 'awaiting_confirmation' WHEN pg_temp.one(n, 4000, 'f') = 0 THEN 'failed'
			     WHEN pg_temp.one(n, 30, 'f') = 0 THEN 'not_issuable' ELSE 'issued' END AS status
			FROM generate_series(0, %[1]d - 1) n) n;
		ANALYZE`, rows, comuni)); err != nil {
		t.Fatal(err)
	}
	return pool
}

// narrowed are filters of the list, each by something else that is rare, or that there is not.
var narrowed = map[string]Filter{
	"none":                    {},
	"issued":                  {Status: []domain.Status{domain.Issued}},
	"failed":                  {Status: []domain.Status{domain.Failed}},
	"expired, of which none":  {Status: []domain.Status{domain.Expired}},
	"in attesa":               {Status: []domain.Status{domain.Awaiting, domain.InProgress}},
	"senza documento":         {Status: []domain.Status{domain.Revoked, domain.NotIssuable, domain.Rejected, domain.Withdrawn, domain.Lapsed, domain.Expired, domain.Failed}},
	"da scaricare":            {ToDownload: true},
	"a type":                  {Tipo: []domain.Tipo{domain.Morte}},
	"a type that nobody asks": {Tipo: []domain.Tipo{domain.CittadinanzaStorica}},
	"national":                {Ambito: domain.Nazionale},
	"of the Comune":           {Ambito: domain.Comunale},
	"manual":                  {Conferma: domain.Manuale},
	"silence":                 {Conferma: domain.SilenzioAssenso},
	"an Ente":                 {Ente: domain.EnteID(visuraID(7))},
	"an operator":             {Operatore: "U7"},
	"an operator, by id":      {Requester: domain.UtenteID(visuraID(7))},
	"nobody's code":           {Operatore: "U-00000-00000"},
	"a practice":              {Pratica: "2026/107"},
	"a number":                {Numero: "N107"},
	"a person":                {SubjectToken: "token107"},
	"a period":                {From: time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2024, 4, 1, 0, 0, 0, 0, time.UTC)},
	"an old period, failed":   {Status: []domain.Status{domain.Failed}, To: time.Date(2022, 4, 1, 0, 0, 0, 0, time.UTC)},
}

// monitors are who sees what others asked for.
func monitors() map[string]domain.Reach {
	const comune = domain.CodiceISTAT("000001")
	ente := domain.EnteID(visuraID(7))
	return map[string]domain.Reach{
		"a TOP":    reach(domain.Actor{Utente: capo, Role: domain.RoleTop, Comune: comune}, given(domain.RoleTop, "", comune)),
		"an ADMIN": reach(domain.Actor{Utente: capo, Role: domain.RoleAdmin, Ente: ente}, given(domain.RoleAdmin, ente, comune)),
	}
}

var buffers = regexp.MustCompile(`Buffers: shared hit=(\d+)(?: read=(\d+))?`)

// Whatever the list is narrowed by, of a history that is long as few blocks are read as a
// page needs.
func TestAnyFilterReadsNoMoreThanAPage(t *testing.T) {
	t.Parallel()
	seen := &statement{}
	config := monitored(t, 60_000, 2).Config()
	config.ConnConfig.Tracer = seen
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	list := NewElencoQueries(pool, enginetest.NewLog())
	for who, reach := range monitors() {
		for name, filter := range narrowed {
			filter.Limit = 25
			if _, err := list.Page(t.Context(), reach, filter); err != nil {
				t.Fatal(err)
			}
			plan := explained(t, pool, "(ANALYZE, BUFFERS) "+seen.sql, seen.args)
			found := buffers.FindStringSubmatch(plan) // of the whole, which comes first
			if found == nil {
				t.Fatalf("%s, %s:\n%s", who, name, plan)
			}
			hit, _ := strconv.Atoi(found[1])
			if missed, _ := strconv.Atoi(found[2]); hit+missed > 500 {
				t.Errorf("%s, %s: %d blocks\n%s", who, name, hit+missed, plan)
			}
		}
	}
}

// BenchmarkMonitoring is how long a page of a Comune's list takes, whatever it is narrowed by,
// and how long its tabs, after a short and a long history.
func BenchmarkMonitoring(b *testing.B) {
	for _, rows := range []int{200_000, 1_000_000} {
		pool := monitored(b, rows, 50)
		list := NewElencoQueries(pool, enginetest.NewLog())
		for who, reach := range monitors() {
			for name, filter := range narrowed {
				filter.Limit = 25
				b.Run(fmt.Sprintf("%d/%s/%s", rows, who, name), func(b *testing.B) {
					var took []time.Duration
					for b.Loop() {
						begun := time.Now()
						if _, err := list.Page(b.Context(), reach, filter); err != nil {
							b.Fatal(err)
						}
						took = append(took, time.Since(begun))
					}
					slices.Sort(took)
					b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
				})
			}
			b.Run(fmt.Sprintf("%d/%s/tabs", rows, who), func(b *testing.B) {
				for b.Loop() {
					if _, err := list.Counts(b.Context(), reach, 10_001, narrowed["da scaricare"], narrowed["in attesa"], narrowed["senza documento"]); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// What the journal is told of a filter names nobody, and nothing that somebody wrote.
func TestAFilterIsToldToTheJournalWithoutWhatWasWritten(t *testing.T) {
	t.Parallel()
	day := domain.ItalianMidnight(domain.Date{Year: 2026, Month: 3, Day: 29})
	got := Filter{
		Status: []domain.Status{domain.Issued, domain.Failed}, Tipo: []domain.Tipo{domain.Morte}, Comune: roma, Ente: inps, Ufficio: "Rossi", Requester: mario, Operatore: "U-00000-00000",
		Ambito: domain.Nazionale, Conferma: domain.Manuale, From: day, To: domain.ItalianMidnight(domain.Date{Year: 2026, Month: 4, Day: 1}), Pratica: "Rossi Mario", SubjectToken: "token",
		Massiva: "8d1f2c3e-5a7b-4c9d-8e0f-1a2b3c4d5e6f", Numero: "EPPC-R04J-ZV0G-2BEM1", ToDownload: true, Cursor: "c", Newer: "n", Limit: 3,
	}.Named()
	want := []string{
		"stato=issued", "stato=failed", "tipo=morte", "comune=" + string(roma), "ente=" + string(inps), "richiedente=" + string(mario), "operatore=U-00000-00000", "ambito=nazionale", "conferma=manuale",
		"massiva=8d1f2c3e-5a7b-4c9d-8e0f-1a2b3c4d5e6f", "dal=2026-03-29", "al=2026-03-31", "ufficio", "pratica", "numero", "persona", "da_scaricare",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := (Filter{}).Named(); got != nil {
		t.Errorf("of no filter %v", got)
	}
}
