package projections

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// ReportReader is a role of PostgreSQL with what it may see of the views of schema report,
// by which dashboards of others read. docs/report.md says what these promise.
type ReportReader struct {
	Ruolo  string
	Ente   domain.EnteID      // empty: every Ente
	Comune domain.CodiceISTAT // empty: every Comune
}

// ReportReaders are the roles that may read them. It is safe for concurrent use.
type ReportReaders struct{ DB *pgxpool.Pool }

// Admit lets a role read what concerns an Ente, a Comune or both; what it may read
// already stays. Its tables and all else stay closed to it. A role that there is not is
// refused as domain.NotFound, one that reads past the views as domain.Invalid.
func (r ReportReaders) Admit(ctx context.Context, one ReportReader) error {
	err := pgx.BeginFunc(ctx, r.DB, func(tx pgx.Tx) error {
		if err := suits(ctx, tx, one.Ruolo); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO report_lettore (ruolo, ente, comune) VALUES ($1, nullif($2, '')::uuid, nullif($3, '')) ON CONFLICT DO NOTHING`,
			one.Ruolo, string(one.Ente), string(one.Comune))
		if err != nil {
			return err
		}
		return grant(ctx, tx, one.Ruolo)
	})
	return wrap("admit", one.Ruolo, err)
}

// suits refuses a role that there is not, and one that may read any table.
func suits(ctx context.Context, tx pgx.Tx, role string) error {
	var all bool
	err := tx.QueryRow(ctx, `SELECT rolsuper OR has_table_privilege(oid, 'elenco', 'SELECT') FROM pg_roles WHERE rolname = $1`, role).Scan(&all)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return domain.FieldErrorf(domain.NotFound, "ruolo", "in PostgreSQL non c'è un ruolo %q: crearlo prima, con CREATE ROLE … LOGIN", role)
	case err != nil:
		return err
	case all:
		return domain.FieldErrorf(domain.Invalid, "ruolo", "il ruolo %q legge già tutte le tabelle: per i cruscotti ne serve uno che non possa nulla", role)
	}
	return nil
}

// grant lets a role into the schema.
func grant(ctx context.Context, tx pgx.Tx, role string) error {
	name := pgx.Identifier{role}.Sanitize()
	_, err := tx.Exec(ctx, `GRANT USAGE ON SCHEMA report TO `+name+`; GRANT SELECT ON ALL TABLES IN SCHEMA report TO `+name)
	return err
}

// Dismiss ends that a role may read anything, at once. A role that may not is refused as
// domain.NotFound.
func (r ReportReaders) Dismiss(ctx context.Context, role string) error {
	err := pgx.BeginFunc(ctx, r.DB, func(tx pgx.Tx) error {
		done, err := tx.Exec(ctx, `DELETE FROM report_lettore WHERE ruolo = $1`, role)
		if err != nil {
			return err
		}
		if done.RowsAffected() == 0 {
			return domain.FieldErrorf(domain.NotFound, "ruolo", "il ruolo %q non legge i dati per i cruscotti", role)
		}
		return revoke(ctx, tx, role)
	})
	return wrap("dismiss", role, err)
}

// revoke closes the schema to a role, if there is such a role still.
func revoke(ctx context.Context, tx pgx.Tx, role string) error {
	var exists bool
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)`, role).Scan(&exists); err != nil || !exists {
		return err
	}
	name := pgx.Identifier{role}.Sanitize()
	_, err := tx.Exec(ctx, `REVOKE ALL ON ALL TABLES IN SCHEMA report FROM `+name+`; REVOKE ALL ON SCHEMA report FROM `+name)
	return err
}

// All returns who may read what, by role.
func (r ReportReaders) All(ctx context.Context) ([]ReportReader, error) {
	rows, err := r.DB.Query(ctx, `SELECT ruolo, coalesce(ente::text, ''), coalesce(comune, '') FROM report_lettore ORDER BY 1, 2, 3`)
	if err != nil {
		return nil, fmt.Errorf("list readers: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[ReportReader])
	if err != nil {
		return nil, fmt.Errorf("list readers: %w", err)
	}
	return all, nil
}

// wrap says what was attempted; an id that is none is the caller's.
func wrap(what, role string, err error) error {
	var pg *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &pg) && pg.Code == "22P02":
		return domain.FieldErrorf(domain.Invalid, "ente", "non è l'identificativo di un Ente")
	}
	return fmt.Errorf("%s reader %s: %w", what, role, err)
}
