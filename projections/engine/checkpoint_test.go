package engine

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
)

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
		if err := classify(conn, code(c)); !errors.As(err, &lasting) || lasting.Error() != "SQLSTATE "+c {
			t.Errorf("%s passes: %v", c, err)
		}
	}
	for _, c := range []string{"08006", "25006", "40001", "40P01", "53100", "53300", "55P03", "57P01", "57P03", "58030"} {
		if err := classify(conn, code(c)); err == nil || errors.As(err, &lasting) {
			t.Errorf("%s lasts: %v", c, err)
		}
	}
	if err := classify(conn, code("VS001")); !errors.Is(err, errMoved) {
		t.Errorf("a moved checkpoint: %v", err)
	}
	// Also when the time was up before anything was sent, which leaves the
	// connection open.
	late, cancel := context.WithTimeout(t.Context(), -1)
	defer cancel()
	if err := Write(late, conn, false, func(w *Writer) error { w.Queue(`SELECT 1`); return nil }); err == nil || errors.As(err, &lasting) {
		t.Errorf("want of time lasts: %v", err)
	}
	if err := classify(conn, nil); err != nil {
		t.Errorf("no error: %v", err)
	}
	if err := conn.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := classify(conn, errors.New("unexpected EOF")); errors.As(err, &lasting) {
		t.Errorf("a lost connection lasts: %v", err)
	}
}
