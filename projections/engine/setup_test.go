package engine_test

import (
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

// Three read models of visure alone, and one of others.
var (
	elenco    = engine.Streams{Table: "elenco_streams", Of: []string{"visura"}}
	dettaglio = engine.Streams{Table: "dettaglio_streams", Of: []string{"visura"}}
	scadenze  = engine.Streams{Table: "scadenze_streams", Of: []string{"visura"}}
	parti     = engine.Streams{Table: "parti_streams", Of: []string{"utente", "ente"}}

	models = []engine.Projection{elenco, dettaglio, scadenze, parti}
)

// database returns one with the tables of all these.
func database(t testing.TB) *pgxpool.Pool {
	t.Helper()
	pool := pgtest.New(t)
	for _, m := range models {
		if _, err := pool.Exec(t.Context(), m.(engine.Streams).Create()); err != nil {
			t.Fatal(err)
		}
	}
	return pool
}

func visuraID(n int) domain.VisuraID {
	return domain.VisuraID(fmt.Sprintf("00000000-0000-0000-0000-%012d", n))
}

// issue tells the shortest story of a visura with a good end, four events.
func issue(l *enginetest.Log, n int) domain.Position {
	stream := string(visuraID(n).Stream())
	l.Add(stream, domain.Sistema, domain.VisuraRequested{Soggetto: domain.Soggetto{CodiceFiscale: "RSSMRA80A01H501U"}})
	l.Add(stream, domain.Sistema, domain.VisuraApproved{})
	l.Add(stream, domain.Sistema, domain.QueryStarted{})
	return l.Add(stream, domain.Sistema, domain.VisuraIssued{Size: 34567})
}
