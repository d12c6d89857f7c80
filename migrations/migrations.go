// Package migrations holds the schema of the read side and of the technical
// tables: one file a step, one read model a file, forward only.
package migrations

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver named below
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed *.sql
var files embed.FS

// Files returns the steps, named by number and what they are about.
func Files() fs.FS { return files }

// Up brings the database at a connection string to the newest schema. What is
// done already is left alone; instances that start together take turns. The
// caller's role must own the database's public schema.
func Up(ctx context.Context, url string) error {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer db.Close()
	turns, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 600))
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	steps, err := goose.NewProvider(goose.DialectPostgres, db, files,
		goose.WithSessionLocker(turns), goose.WithTableName("migration"), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if _, err := steps.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}
