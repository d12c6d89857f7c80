package projections

import (
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestANoticeReachesThoseItIsFor(t *testing.T) {
	t.Parallel()
	to := domain.Position{Commit: 7, Prepare: 5}
	for _, c := range []struct {
		changed int
		other   bool // whether who watches another visura is told too
	}{{0, false}, {1, false}, {200, false}, {213, false}, {214, true}, {500, true}} {
		var ids []domain.VisuraID
		for n := range c.changed {
			ids = append(ids, visuraID(n))
		}
		message := notice(to, []string{"elenco", "scadenze"}, ids)
		if len(message) >= 8000 {
			t.Errorf("%d visure: PostgreSQL does not take %d bytes", c.changed, len(message))
		}
		s := newSignals(models)
		last, _ := s.watch(visuraID(c.changed - 1))
		other, _ := s.watch(visuraID(9999))
		if !s.heed(message) {
			t.Fatalf("%q is not understood", message)
		}
		if told := len(last) == 1; told != (c.changed > 0) {
			t.Errorf("%d visure: the last is told: %v", c.changed, told)
		}
		if told := len(other) == 1; told != c.other {
			t.Errorf("%d visure: another is told: %v", c.changed, told)
		}
		for name, want := range map[string]domain.Position{"elenco": to, "scadenze": to, "dettaglio": {}} {
			if at, _ := s.progress(name); at != want {
				t.Errorf("%s is at %s, want %s", name, at, want)
			}
		}
	}
	for _, message := range []string{"", everything, "x elenco", "7-5"} {
		if newSignals(models).heed(message) {
			t.Errorf("%q is understood", message)
		}
	}
}

func TestErrorsThatLastAreToldFromThoseThatPass(t *testing.T) {
	t.Parallel()
	conn, err := pgx.ConnectConfig(t.Context(), pgtest.New(t).Config().ConnConfig)
	if err != nil {
		t.Fatal(err)
	}
	code := func(code string) error {
		return fmt.Errorf("write: %w", &pgconn.PgError{Code: code, Message: "RSSMRA80A01H501U"})
	}
	var lasting *fault
	for _, c := range []string{"22021", "23505", "42P01", "42501", "54000", "0A000", "P0001"} {
		if err := judge(conn, code(c)); !errors.As(err, &lasting) || lasting.Error() != "SQLSTATE "+c {
			t.Errorf("%s passes: %v", c, err)
		}
	}
	for _, c := range []string{"08006", "25006", "40001", "40P01", "53100", "53300", "55P03", "57P01", "57P03", "58030"} {
		if err := judge(conn, code(c)); err == nil || errors.As(err, &lasting) {
			t.Errorf("%s lasts: %v", c, err)
		}
	}
	if err := judge(conn, code("VS001")); !errors.Is(err, errMoved) {
		t.Errorf("a moved checkpoint: %v", err)
	}
	if err := judge(conn, nil); err != nil {
		t.Errorf("no error: %v", err)
	}
	if err := conn.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := judge(conn, errors.New("unexpected EOF")); errors.As(err, &lasting) {
		t.Errorf("a lost connection lasts: %v", err)
	}
}
