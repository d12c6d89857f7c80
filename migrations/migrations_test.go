package migrations_test

import (
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/migrations"
)

func TestMigratingAgainChangesNothing(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	for range 2 {
		if err := migrations.Up(t.Context(), url); err != nil {
			t.Fatal(err)
		}
	}
}
