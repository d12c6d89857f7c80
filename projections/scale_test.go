package projections

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

// region fills a database with twenty thousand people at pairs of a hundred Enti and
// fifty Comuni, and three hundred thousand entries of the journal, a third of them in no
// capacity.
func region(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool := pgtest.New(t)
	if _, err := pool.Exec(t.Context(), `
		CREATE FUNCTION pg_temp.id(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid $$;
		INSERT INTO anagrafica_comune SELECT lpad(n::text, 6, '0'), 0, 'Comune', 'RM', '' FROM generate_series(0, 49) n;
		INSERT INTO anagrafica_ente SELECT pg_temp.id(n), 0, 'Ente', '' FROM generate_series(0, 99) n;
		INSERT INTO anagrafica_utente SELECT pg_temp.id(n), 0, 'U' FROM generate_series(0, 19999) n;
		INSERT INTO utenti SELECT pg_temp.id(n), 'U', NULL, now(), '{}' FROM generate_series(0, 19999) n;
		INSERT INTO utente_posto SELECT pg_temp.id(n), 0, pg_temp.id(n % 100), lpad((n % 50)::text, 6, '0'),
			timestamptz '2026-01-01' + n * interval '1 minute', '{standard}', '', '', '' FROM generate_series(0, 19999) n;
		INSERT INTO utente_profilo SELECT pg_temp.id(n), 0, pg_temp.id(n % 50), NULL, NULL, false, false FROM generate_series(0, 19999) n;
		INSERT INTO accesso SELECT 'accesso-' || pg_temp.id(n % 20000) || '-2026-11', n / 20000, timestamptz '2026-01-01' + n * interval '1 minute',
			pg_temp.id(n % 20000), 'standard', pg_temp.id(n % 100), lpad((n % 50)::text, 6, '0'), '', NULL, '', 'get-visura',
			'visura-' || pg_temp.id(n / 4), 'ok', '', '', '', '', 0, 0 FROM generate_series(0, 199999) n;
		INSERT INTO accesso_presso SELECT 'accesso-' || pg_temp.id(n % 20000) || '-2026-11', 100 + n / 20000, pg_temp.id(e % 100) || '/' || lpad((n % 50)::text, 6, '0'),
			timestamptz '2026-01-01' + n * interval '1 minute', pg_temp.id(n % 20000), pg_temp.id(e % 100), lpad((n % 50)::text, 6, '0'),
			'', 'sign-in', 'ok', '', '', 0 FROM generate_series(0, 99999) n, generate_series(n, n + 1) e;
		INSERT INTO attivita SELECT 'visura-' || pg_temp.id(n), 0, '', timestamptz '2026-01-01' + n * interval '1 minute', pg_temp.id(n % 20000), 'standard',
			pg_temp.id(n % 100), lpad((n % 50)::text, 6, '0'), CASE WHEN n % 2 = 0 THEN pg_temp.id(n % 1000) END, NULL, '', (array['letture', 'letture', 'letture', 'richieste', 'documenti', 'decisioni'])[1 + n / 100 % 6],
			'request-visura', '', 'ok', n / 100 % 200 = 0, '', '', 0, 0 FROM generate_series(0, 199999) n;
		ANALYZE`); err != nil {
		t.Fatal(err)
	}
	return pool
}

// What a page shows is read where it lies, however many people and entries there
// are: rows in the order of an index, none sorted, no table read whole.
func TestListsOfARegionAreReadInTheOrderOfAnIndex(t *testing.T) {
	t.Parallel()
	seen := &statement{}
	config := region(t).Config()
	config.ConnConfig.Tracer = seen
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	const comune = domain.CodiceISTAT("000009") // of the Ente and the operator
	ente, utente := domain.EnteID(visuraID(9)), domain.UtenteID(visuraID(9))
	people, journal := NewUtentiQueries(pool, enginetest.NewLog()), NewAccessiQueries(pool)
	midway, may := time.Date(2026, 1, 7, 0, 0, 0, 0, time.UTC).UnixMicro(), time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	for name, who := range map[string]domain.Reach{
		"a TOP":                  reach(domain.Actor{Utente: utente, Role: domain.RoleTop, Comune: comune}, given(domain.RoleTop, "", comune)),
		"an ADMIN":               reach(domain.Actor{Role: domain.RoleAdmin, Ente: ente}, given(domain.RoleAdmin, ente, comune)),
		"an auditor of the Ente": reach(domain.Actor{Role: domain.RoleAuditor, Ente: ente}, given(domain.RoleAuditor, ente, "")),
		"the system":             everything,
	} {
		for list, ask := range map[string]struct {
			ordered bool // as many rows are read as are shown; a few found by an index may be sorted
			ask     func() error
		}{
			"people":            {true, listPeople(t.Context(), people, who, FiltroUtenti{})},
			"people, next page": {true, listPeople(t.Context(), people, who, FiltroUtenti{Cursor: cursor(midway, utente, 0)})},
			"people unused":     {false, listPeople(t.Context(), people, who, FiltroUtenti{Ente: ente, UnusedSince: may})},
			"the journal":       {true, listEntries(t.Context(), journal, who, FiltroAccessi{})},
			"the journal, next": {true, listEntries(t.Context(), journal, who, FiltroAccessi{Cursor: cursor(midway, "s", 0)})},
			"of one person":     {false, listEntries(t.Context(), journal, who, FiltroAccessi{Utente: utente})},
			"of one object":     {false, listEntries(t.Context(), journal, who, FiltroAccessi{Object: "visura-" + string(visuraID(7))})},
		} {
			if err := ask.ask(); err != nil {
				t.Fatal(err)
			}
			plan := explained(t, pool, seen.sql, seen.args)
			main, _, _ := strings.Cut(plan, "SubPlan") // what is told of each row is not what finds it
			whole := strings.Contains(plan, "Seq Scan on accesso") || strings.Contains(plan, "Seq Scan on utente_posto")
			if whole || ask.ordered && strings.Contains(main, "Sort  (") {
				t.Errorf("%s, %s:\n%s", name, list, plan)
			}
		}
	}
}

// Who did what is read there too: of a Comune or a pair, of one kind, of what was refused.
func TestActsOfARegionAreReadInTheOrderOfAnIndex(t *testing.T) {
	t.Parallel()
	seen := &statement{}
	config := region(t).Config()
	config.ConnConfig.Tracer = seen
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	const comune = domain.CodiceISTAT("000008")
	ente, utente := domain.EnteID(visuraID(8)), domain.UtenteID(visuraID(8))
	midway := time.Date(2026, 3, 7, 0, 0, 0, 0, time.UTC).UnixMicro()
	for name, who := range map[string]domain.Reach{
		"a TOP":    reach(domain.Actor{Utente: utente, Role: domain.RoleTop, Comune: comune}, given(domain.RoleTop, "", comune)),
		"an ADMIN": reach(domain.Actor{Role: domain.RoleAdmin, Ente: ente}, given(domain.RoleAdmin, ente, comune)),
	} {
		for list, f := range map[string]FiltroAttivita{
			"all": {}, "the next page": {Cursor: cursor(midway, "s", 0)}, "of a kind": {Genere: GenereDecisioni}, "refused": {Genere: GenereRifiuti},
			"of one person": {Utente: utente}, "from one workstation": {Postazione: domain.PostazioneID(visuraID(8))}, "of an Ente": {Ente: ente},
		} {
			if _, err := NewAttivitaQueries(pool).Page(t.Context(), who, f); err != nil {
				t.Fatal(err)
			}
			plan := explained(t, pool, seen.sql, seen.args)
			_, found, _ := strings.Cut(plan, "Unique")
			few := f.Utente != "" || f.Postazione != "" || f.Genere == GenereRifiuti // so that they may be sorted
			if strings.Contains(plan, "Seq Scan on attivita") || !few && !strings.HasPrefix(strings.TrimSpace(strings.Split(found, "\n")[1]), "->  Index Scan") {
				t.Errorf("%s, %s:\n%s", name, list, plan)
			}
		}
	}
}

func listPeople(ctx context.Context, q *UtentiQueries, who domain.Reach, f FiltroUtenti) func() error {
	return func() error { _, err := q.Page(ctx, who, f); return err }
}

func listEntries(ctx context.Context, q *AccessiQueries, who domain.Reach, f FiltroAccessi) func() error {
	return func() error { _, err := q.Page(ctx, who, f); return err }
}

// BenchmarkSurname is what it costs to find who has a surname among five thousand
// people of a Comune.
func BenchmarkSurname(b *testing.B) {
	pool, l := pgtest.New(b), enginetest.NewLog()
	parties(l)
	for n := range 5000 {
		id := domain.UtenteID(visuraID(1000 + n))
		l.Add(string(id.Stream()), domain.Sistema, domain.UtenteRegistered{Codice: "U", Cognome: string(rune('A'+n%26)) + "ognome" + strings.Repeat("x", n%100) + strings.Repeat("y", n/100), Nome: "Nome", Email: "nome@ente.example"})
		l.Add(string(id.Stream()), domain.Sistema, given(domain.RoleStandard, inps, roma))
		l.Add(string(id.Stream()), domain.Sistema, domain.ProfileAssigned{Ente: inps, Comune: roma, Profile: sportello})
	}
	enginetest.Apply(b, pool, l.All(), All...)
	if _, err := pool.Exec(context.Background(), `ANALYZE`); err != nil {
		b.Fatal(err)
	}
	q := NewUtentiQueries(pool, l)
	for b.Loop() {
		if p, err := q.Page(context.Background(), theOffice, FiltroUtenti{Cognome: "Dognome" + strings.Repeat("x", 51)}); err != nil || len(p.Items) == 0 {
			b.Fatal(len(p.Items), err)
		}
	}
}
