package projections

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

// statement remembers the last query of a pool.
type statement struct {
	sql  string
	args []any
}

func (s *statement) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	s.sql, s.args = data.SQL, data.Args
	return ctx
}
func (*statement) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// crowded fills a database with forty thousand visure: of ten Comuni, of twenty
// Enti that ask two Comuni each, of forty operators of one Ente each.
func crowded(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool := pgtest.New(t)
	if _, err := pool.Exec(t.Context(), `
		INSERT INTO anagrafica_comune SELECT lpad(n::text, 6, '0'), 0, 'Comune', 'RM', '' FROM generate_series(0, 9) n;
		INSERT INTO anagrafica_ente SELECT ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, 0, 'Ente', '' FROM generate_series(0, 19) n;
		INSERT INTO anagrafica_utente SELECT ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, 0, 'U' FROM generate_series(0, 39) n;
		INSERT INTO elenco (visura_id, revision, status, tipo, comune, ente, requester, ambito, conferma, finalita, numero_pratica, requested_at, updated_at)
		SELECT gen_random_uuid(), 0, 'issued', 'residenza', lpad(((n % 20 + n / 100 % 2) % 10)::text, 6, '0'),
			('00000000-0000-0000-0000-' || lpad((n % 20)::text, 12, '0'))::uuid,
			('00000000-0000-0000-0000-' || lpad((n % 40)::text, 12, '0'))::uuid,
			'comunale', 'immediata', 'pensioni', 'P', timestamptz '2026-01-01' + n * interval '1 minute', now()
		FROM generate_series(1, 40000) n;
		ANALYZE`); err != nil {
		t.Fatal(err)
	}
	return pool
}

// A page is read where it lies: rows in the order of an index, as many as it
// shows, none sorted.
func TestAPageIsReadInTheOrderOfAnIndex(t *testing.T) {
	t.Parallel()
	seen := &statement{}
	config := crowded(t).Config()
	config.ConnConfig.Tracer = seen
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	const comune = domain.CodiceISTAT("000009") // of the Ente and the operator
	midway := time.Date(2026, 1, 14, 0, 0, 0, 0, time.UTC)
	ente, utente := domain.EnteID(visuraID(9)), domain.UtenteID(visuraID(9))
	collected := map[string][]domain.Pair{"who collects at the Comune": {{Ente: ente, Comune: comune}}}
	for name, c := range map[string]struct {
		who   domain.Actor
		role  domain.RoleGiven
		index string
	}{
		"who collects at the Comune": {domain.Actor{Utente: utente, Role: domain.RoleStandard, Ente: ente}, given(domain.RoleStandard, ente, comune), "ente_comune"},
		"an operator":                {domain.Actor{Utente: utente, Role: domain.RoleStandard, Ente: ente}, given(domain.RoleStandard, ente, comune), "requester"},
		"an ADMIN":                   {domain.Actor{Role: domain.RoleAdmin, Ente: ente}, given(domain.RoleAdmin, ente, comune), "ente_comune"},
		"a TOP":                      {domain.Actor{Utente: utente, Role: domain.RoleTop, Comune: comune}, given(domain.RoleTop, "", comune), "comune"},
		"an officer":                 {domain.Actor{Role: domain.RoleAnagrafe, Comune: comune}, given(domain.RoleAnagrafe, "", comune), "comune"},
		"an auditor of the Comune":   {domain.Actor{Role: domain.RoleAuditor, Comune: comune}, given(domain.RoleAuditor, "", comune), "comune"},
		"an auditor of the Ente":     {domain.Actor{Role: domain.RoleAuditor, Ente: ente}, given(domain.RoleAuditor, ente, ""), "ente"},
	} {
		for page, filter := range map[string]Filter{"first": {}, "next": {Cursor: place{midway, visuraID(1)}.String()}} {
			if _, err := NewElencoQueries(pool, enginetest.NewLog()).Page(t.Context(), collecting(collected[name], c.who, c.role), filter); err != nil {
				t.Fatal(err)
			}
			plan := explained(t, pool, seen.sql, seen.args)
			scan := "Index Scan using elenco_" + c.index + "_requested_at_visura_id_idx on elenco v"
			if !strings.Contains(plan, scan) || strings.Contains(plan, "Sort") {
				t.Errorf("%s, %s page:\n%s", name, page, plan)
			}
		}
	}
}

// explained returns how PostgreSQL means to answer a query.
func explained(t *testing.T, pool *pgxpool.Pool, sql string, args []any) string {
	t.Helper()
	rows, err := pool.Query(t.Context(), `EXPLAIN `+sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}
