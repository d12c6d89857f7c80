package projections_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

const (
	faenza = domain.CodiceISTAT("039010")
	lugo   = domain.CodiceISTAT("039012")
	inps   = domain.EnteID("00000000-0000-4000-8000-0000000000e1")
	asl    = domain.EnteID("00000000-0000-4000-8000-0000000000e2")
	mario  = domain.UtenteID("00000000-0000-4000-8000-000000000001")
)

// history is two Enti's requests at two Comuni, one at each pair but three at the first.
func history(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	l := enginetest.NewLog()
	for _, c := range []struct {
		istat domain.CodiceISTAT
		nome  string
	}{{faenza, "Faenza"}, {lugo, "Lugo"}} {
		l.Add(string(c.istat.Stream()), domain.Sistema, domain.ComuneRegistered{ISTAT: c.istat, Nome: c.nome})
	}
	for _, e := range []domain.EnteID{inps, asl} {
		l.Add(string(e.Stream()), domain.Sistema, domain.EnteRegistered{Denominazione: "Ente " + string(e[35:])})
	}
	l.Add("convenzione-00000000-0000-4000-8000-0000000000c1", domain.Sistema, domain.ConvenzioneDrafted{Ente: inps, Comune: lugo})
	n := 0
	ask := func(ente domain.EnteID, comune domain.CodiceISTAT) {
		n++
		stream := string(domain.VisuraID(fmt.Sprintf("00000000-0000-4000-8000-%012d", n)).Stream())
		l.Add(stream, domain.Actor{Utente: mario, Role: domain.RoleStandard, Ente: ente, Comune: comune}, domain.VisuraRequested{
			Comune: comune, Ente: ente, Tipo: domain.Residenza, Ambito: domain.Comunale, Conferma: domain.Immediata,
			Soggetto: domain.Soggetto{CodiceFiscale: "RSSMRA80A01H501U"}, SubjectToken: "token",
			Purpose: domain.Purpose{Finalita: "ISEE", NumeroPratica: "1/2026"},
		})
		l.Add(stream, domain.Sistema, domain.VisuraIssued{IssuedAt: enginetest.Morning, Size: 1})
	}
	for range 3 {
		ask(inps, faenza)
	}
	ask(inps, lugo)
	ask(asl, faenza)
	ask(asl, lugo)
	r, stop := enginetest.Run(t, pool, l, projections.All...)
	enginetest.Await(t, r, l.Head())
	stop()
	for _, name := range projections.Names() { // the views stand afterwards
		if err := r.Rebuild(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
}

// role makes a role of the server, which goes with the test.
func role(t *testing.T, pool *pgxpool.Pool, name string) string {
	t.Helper()
	name = fmt.Sprintf("%s_%s", name, pool.Config().ConnConfig.Database)
	if _, err := pool.Exec(t.Context(), `CREATE ROLE `+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := pool.Exec(context.Background(), `DROP OWNED BY `+name+`; DROP ROLE `+name); err != nil {
			t.Error(err)
		}
	})
	return name
}

// as runs a query as a role.
func as(t *testing.T, pool *pgxpool.Pool, role, query string) (rows []string, err error) {
	t.Helper()
	err = pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), `SET LOCAL ROLE `+role); err != nil {
			return err
		}
		found, err := tx.Query(t.Context(), query)
		if err != nil {
			return err
		}
		rows, err = pgx.CollectRows(found, pgx.RowTo[string])
		return err
	})
	return rows, err
}

const counted = `SELECT comune || ' ' || right(ente::text, 2) || ' ' || esito || ' ' || sum(richieste) FROM report.richieste GROUP BY comune, ente, esito ORDER BY 1`

func TestARoleReadsWhatItWasAdmittedToAndNothingElse(t *testing.T) {
	pool := pgtest.New(t)
	history(t, pool)
	readers := projections.ReportReaders{DB: pool}
	for name, c := range map[string]struct {
		reader projections.ReportReader
		want   []string
		enti   []string
	}{
		"everything": {projections.ReportReader{}, []string{"039010 e1 issued 3", "039010 e2 issued 1", "039012 e1 issued 1", "039012 e2 issued 1"}, []string{"Ente 1", "Ente 2"}},
		"an_ente":    {projections.ReportReader{Ente: asl}, []string{"039010 e2 issued 1", "039012 e2 issued 1"}, []string{"Ente 2"}},
		"a_comune":   {projections.ReportReader{Comune: lugo}, []string{"039012 e1 issued 1", "039012 e2 issued 1"}, []string{"Ente 1"}},
		"a_pair":     {projections.ReportReader{Ente: inps, Comune: faenza}, []string{"039010 e1 issued 3"}, []string{"Ente 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.reader.Ruolo = role(t, pool, name)
			if _, err := as(t, pool, c.reader.Ruolo, counted); err == nil {
				t.Error("it reads before it is admitted")
			}
			for range 2 {
				if err := readers.Admit(t.Context(), c.reader); err != nil {
					t.Fatal(err)
				}
			}
			got, err := as(t, pool, c.reader.Ruolo, counted)
			if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
				t.Errorf("it reads, %v:\n%s", err, diff)
			}
			enti, err := as(t, pool, c.reader.Ruolo, `SELECT denominazione FROM report.enti ORDER BY 1`)
			if diff := cmp.Diff(c.enti, enti); diff != "" || err != nil {
				t.Errorf("the Enti it reads, %v:\n%s", err, diff)
			}
			for _, closed := range []string{`SELECT visura_id::text FROM elenco`, `SELECT ruolo FROM report_lettore`, `SELECT wrapped::text FROM data_key`} {
				var refused *pgconn.PgError
				if _, err := as(t, pool, c.reader.Ruolo, closed); !errors.As(err, &refused) || refused.Code != "42501" {
					t.Errorf("%s: %v", closed, err)
				}
			}
			if err := readers.Dismiss(t.Context(), c.reader.Ruolo); err != nil {
				t.Fatal(err)
			}
			if _, err := as(t, pool, c.reader.Ruolo, counted); err == nil {
				t.Error("it reads once dismissed")
			}
			if err := readers.Dismiss(t.Context(), c.reader.Ruolo); domain.CodeOf(err) != domain.NotFound {
				t.Errorf("dismissed twice: %v", err)
			}
		})
	}
}

func TestWhoReadsIsNamedAndHarmless(t *testing.T) {
	pool := pgtest.New(t)
	readers := projections.ReportReaders{DB: pool}
	for role, want := range map[string]domain.Code{"nessuno_di_questo_nome": domain.NotFound, pool.Config().ConnConfig.User: domain.Invalid} {
		if err := readers.Admit(t.Context(), projections.ReportReader{Ruolo: role}); domain.CodeOf(err) != want {
			t.Errorf("%s: %v", role, err)
		}
	}
	known := role(t, pool, "lettore")
	if err := readers.Admit(t.Context(), projections.ReportReader{Ruolo: known, Ente: "x"}); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("what is no Ente: %v", err)
	}
	if all, err := readers.All(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("refused, there are %v, %v", all, err)
	}
}

var documented = regexp.MustCompile("(?m)^\\| `([a-z]+)` \\| `([a-z0-9_]+)` \\|")

// What the views promise is written down, column by column.
func TestTheViewsAreAsDocumented(t *testing.T) {
	pool := pgtest.New(t)
	rows, err := pool.Query(t.Context(), `SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'report' ORDER BY table_name, ordinal_position`)
	if err != nil {
		t.Fatal(err)
	}
	there, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../docs/report.md")
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, m := range documented.FindAllStringSubmatch(string(text), -1) {
		said = append(said, m[1]+"."+m[2])
	}
	if diff := cmp.Diff(there, said); diff != "" {
		t.Errorf("docs/report.md says otherwise:\n%s", diff)
	}
	for _, column := range there {
		for _, personal := range []string{"soggetto", "token", "requester", "utente", "pratica", "visura", "numero"} {
			if strings.Contains(column, personal) {
				t.Errorf("%s may tell of a person", column)
			}
		}
	}
}
