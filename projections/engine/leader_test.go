package engine

import (
	"fmt"
	"log/slog"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
)

// leading returns one who holds the session but follows no log, over read
// models whose tables it makes.
func leading(t *testing.T, models ...Streams) (*leader, *pgxpool.Pool) {
	t.Helper()
	pool := pgtest.New(t)
	var group []Projection
	for _, m := range models {
		if _, err := pool.Exec(t.Context(), m.Create()); err != nil {
			t.Fatal(err)
		}
		group = append(group, m)
	}
	conn, err := pgx.ConnectConfig(t.Context(), pool.Config().ConnConfig)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { hangUp(conn) })
	return &leader{Runner: NewRunner(pool, nil, slog.New(slog.DiscardHandler), group...), conn: conn}, pool
}

// told returns the events of some visure, four each, one visura after another.
func told(visure int) (events []domain.Recorded) {
	for n := range uint64(4 * visure) {
		events = append(events, domain.Recorded{
			Event: domain.QueryStarted{}, Stream: fmt.Sprintf("visura-%d", n/4+1), Revision: n % 4,
			Position: domain.Position{Commit: 100 * (n + 1), Prepare: 100 * (n + 1)},
		})
	}
	return events
}

var (
	elenco   = Streams{"elenco_streams", []string{"visura"}}
	scadenze = Streams{"scadenze_streams", []string{"visura"}}
)

// As after a rebuild that read a little further than the writer.
func TestAMemberAheadOfTheOthersStaysThere(t *testing.T) {
	t.Parallel()
	w, pool := leading(t, elenco, scadenze)
	log := told(3)
	behind, ahead, last := log[3].Position, log[7].Position, log[11].Position
	if _, err := pool.Exec(t.Context(), `INSERT INTO checkpoint (projection, commit_position, prepare_position)
		VALUES ($1, $2, $3), ($4, 0, 0)`, elenco.Name(), ahead.Commit, ahead.Prepare, scadenze.Name()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.admit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if from := w.start(); from != (domain.Position{}) {
		t.Errorf("reading starts at %s", from)
	}
	for range 2 {
		if err := w.commit(t.Context(), w.members, log[:4], behind); err != nil {
			t.Fatal(err)
		}
	}
	stored, err := checkpoints(t.Context(), w.conn)
	if err != nil || stored[elenco.Name()].at != ahead || stored[scadenze.Name()].at != behind {
		t.Errorf("checkpoints %+v, %v", stored, err)
	}
	// Together again, it takes only what is new to it.
	if err := w.commit(t.Context(), w.members, log, last); err != nil {
		t.Fatal(err)
	}
	var listed, due int
	if err := pool.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM elenco_streams), (SELECT count(*) FROM scadenze_streams)`).Scan(&listed, &due); err != nil {
		t.Fatal(err)
	}
	if listed != 1 || due != 3 {
		t.Errorf("it has %d rows, want the third alone; the other %d, want 3", listed, due)
	}
}

func TestOneWhoDoesNotKnowWhereThingsStandCannotWrite(t *testing.T) {
	t.Parallel()
	w, pool := leading(t, elenco)
	log := told(1)
	if _, err := w.admit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Exec(t.Context(), `UPDATE checkpoint SET commit_position = 1`); err != nil {
		t.Fatal(err)
	}
	if err := w.commit(t.Context(), w.members, log, log[3].Position); err != errMoved {
		t.Errorf("it is told %v", err)
	}
	var rows int
	if err := pool.QueryRow(t.Context(), `SELECT count(*) FROM elenco_streams`).Scan(&rows); err != nil || rows != 0 {
		t.Errorf("it wrote %d rows, %v", rows, err)
	}
}
