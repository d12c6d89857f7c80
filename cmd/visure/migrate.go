package main

import "context"

// migrateCommand brings the database to the form this version needs; the
// server does the same at start.
type migrateCommand struct {
	Stores `embed:""`
}

// Run migrates.
func (c *migrateCommand) Run(ctx context.Context) error {
	s := newStack(Config{Stores: c.Stores}, quietly)
	defer s.close()
	if err := s.start(ctx, []part{{"PostgreSQL", s.openDatabase}}); err != nil {
		return err
	}
	say("the database has the form this version needs")
	return nil
}
