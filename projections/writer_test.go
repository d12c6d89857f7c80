package projections

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
)

// As after a rebuild that read a little further than the writer.
func TestAMemberAheadOfTheOthersStaysThere(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), newLog()
	behind := issue(l, 1)
	ahead := issue(l, 2)
	conn, err := pgx.ConnectConfig(t.Context(), pool.Config().ConnConfig)
	if err != nil {
		t.Fatal(err)
	}
	defer hangUp(conn)
	if _, err := pool.Exec(t.Context(), `INSERT INTO checkpoint (projection, commit_position, prepare_position)
		VALUES ('elenco', $1, $2), ('scadenze', 0, 0)`, ahead.Commit, ahead.Prepare); err != nil {
		t.Fatal(err)
	}
	w := &writer{Runner: NewRunner(pool, l, slogDiscard, Elenco{}, Scadenze{}), conn: conn}
	if _, err := w.admit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if from := w.start(); from != (domain.Position{}) {
		t.Errorf("reading starts at %s", from)
	}
	for range 2 {
		if err := w.commit(t.Context(), w.members, l.all()[:4], behind); err != nil {
			t.Fatal(err)
		}
	}
	stored, err := checkpoints(t.Context(), conn)
	if err != nil || stored["elenco"].at != ahead || stored["scadenze"].at != behind {
		t.Errorf("checkpoints %+v, %v", stored, err)
	}
	// Together again, it takes only what is new to it.
	last := issue(l, 3)
	if err := w.commit(t.Context(), w.members, l.all(), last); err != nil {
		t.Fatal(err)
	}
	var listed, due int
	if err := pool.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM elenco), (SELECT count(*) FROM scadenze)`).Scan(&listed, &due); err != nil {
		t.Fatal(err)
	}
	if listed != 1 || due != 3 {
		t.Errorf("it has %d rows, want the third alone; the other %d, want 3", listed, due)
	}
}

func TestOneWhoDoesNotKnowWhereThingsStandCannotWrite(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), newLog()
	issue(l, 1)
	conn, err := pgx.ConnectConfig(t.Context(), pool.Config().ConnConfig)
	if err != nil {
		t.Fatal(err)
	}
	defer hangUp(conn)
	w := &writer{Runner: NewRunner(pool, l, slogDiscard, Elenco{}), conn: conn}
	if _, err := w.admit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Exec(t.Context(), `UPDATE checkpoint SET commit_position = 1`); err != nil {
		t.Fatal(err)
	}
	if err := w.commit(t.Context(), w.members, l.all(), l.head()); err != errMoved {
		t.Errorf("it is told %v", err)
	}
	var rows int
	if err := pool.QueryRow(t.Context(), `SELECT count(*) FROM elenco`).Scan(&rows); err != nil || rows != 0 {
		t.Errorf("it wrote %d rows, %v", rows, err)
	}
}
